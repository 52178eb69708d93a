"""Page A pasted whole, the abolished district chosen through its successors, applied, asked for, reverted."""

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from regions.models import CoverageRule
from regions.tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lists(transactional_db, page_a):
    """The regions of the page, and a service for its list."""
    from regions.gazetteer.active import resolver

    codes = set()
    for line in page_a.split("\n"):
        for token in resolver().tokens(line):
            codes.update(filter(None, [token.result.code, *token.result.successors]))
    factories.load_regions(*codes, "330104")
    return factories.make_service("cabinet-repair", brand="brand")


def test_page_a_from_paste_to_revert(visitor, chief, client, lists, page_a):
    client.force_login(chief)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    visitor.page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": visitor.root}]
    )
    page, api = visitor.page, APIClient()
    visitor.go(f"/admin/regions/coverageimport/add/?service={lists.pk}")
    visitor.look("paste")
    page.fill("textarea[name=text]", page_a)
    page.get_by_role("button", name="读取", exact=True).click()
    page.wait_for_load_state("networkidle")
    visitor.look("paste-preview")
    body = page.inner_text("body")
    assert "396" in body and "367" in body and "杭州市江干区" in body

    page.locator("article", has_text="杭州市江干区").get_by_role("button", name="全部", exact=True).click()
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="添加（未核实）").click()
    page.wait_for_load_state("networkidle")
    visitor.look("paste-decided")
    page.get_by_role("button", name="应用", exact=True).click()
    page.wait_for_load_state("networkidle")
    visitor.look("paste-applied")
    assert "新增 369" in page.inner_text("body")

    answer = api.get("/api/v1/coverage/?region=330104", HTTP_ACCEPT_LANGUAGE="zh-hans").json()
    assert answer["state"] == "historical"
    hits = {
        each["region"]["code"]: [hit["service"]["slug"] for hit in each["results"]]
        for each in answer["answers"]
    }
    assert hits == {"330102": ["cabinet-repair"], "330114": ["cabinet-repair"]}
    hit = api.get("/api/v1/coverage/?region=510322").json()["answers"][0]["results"][0]
    assert hit["rule"]["source_line"] == {"line": 12, "position": 1, "token": "自贡市富顺县"}
    assert [(found["number"], found["status"]) for found in hit["hotlines"]] == [("4001865909", "unverified")]

    page.get_by_role("button", name="撤销这次导入").click()
    page.wait_for_load_state("networkidle")
    visitor.look("paste-reverted")
    assert "结束 369" in page.inner_text("body")
    assert not CoverageRule.objects.exists()
