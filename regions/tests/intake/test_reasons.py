"""Every open line of a preview says in words why it waits; and what was decided for all brands is not one brand's to take back."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from regions.models import RegionName
from regions.services.intake import decide, draft, preview, reopen
from regions.tests import factories


def _why(make_regions, text, *codes):
    make_regions(*codes)
    imp = draft(service=factories.make_service("one", brand="b"), text=text)
    with translation.override("zh-hans"):
        return [row.why for row in preview(imp).rows if row.effect == "open"]


@pytest.mark.parametrize(
    ("text", "codes", "why"),
    [
        (
            "富顺县、鼓楼区",
            ("510322", "320106", "350102", "320302", "410204"),
            "4 个地方都叫这个名字，旁边没有能说明是哪一个的内容。",
        ),
        (
            "富顺县、江北区",
            ("510322", "330205", "500112"),
            "不久以前另有一地也叫这个名字，它后来成为的地区也一并列出。",
        ),
        ("江西省全部12个地市、富顺县", ("360000", "510322"), "文中说 12 个，江西省共有 11 个。"),
        ("富顺县、某某镇", ("510322",), "没有找到叫这个名字的地方。"),
        ("富顺县、海淀区除外", ("510322", "110108"), "只说了除去什么，没有说从哪里除去。"),
        ("鼓楼区、西湖区除外", ("320106", "330106"), "它写了几个地方，其中至少有一个名字有多个地方在用。"),
        ("富顺县、华东", ("510322", "310000"), "各家公司对这个大区的划分不同，这里列出通常包括的省份。"),
    ],
)
@pytest.mark.slow
def test_an_open_line_says_why_it_waits(make_regions, text, codes, why):
    assert any(said.startswith(why) for said in _why(make_regions, text, *codes))


def test_as_many_parts_as_there_are_is_the_whole(make_regions):
    make_regions("430000")
    imp = draft(service=factories.make_service("one", brand="b"), text="服务区域：湖南14个市州")
    line = imp.lines.get()
    assert (line.decision, line.include) == ("accepted", ["430000"])
    told = [item for item in line.result["evidence"] if "said" in item]
    assert [(item["said"], item["parts"]) for item in told] == [(14, 14)]


def test_a_heading_and_all_of_it_below_is_the_place(make_regions):
    make_regions("310000", "320500")
    imp = draft(service=factories.make_service("one", brand="b"), text="### 上海\n* 全市\n### 江苏\n* 苏州")
    assert [line.include for line in imp.lines.all()] == [["310000"], ["320500"]]


def test_a_maintainer_leaves_what_was_decided_for_all_brands_alone(make_regions, django_user_model):
    make_regions("510322", "440500")
    service = factories.make_service("one", brand="b")
    chief = django_user_model.objects.create_superuser("chief", password="x")
    clerk = django_user_model.objects.create_user("clerk", is_staff=True)
    imp = draft(service=service, text="花果城、汕头市")
    line = imp.lines.get(token="花果城")
    decide(line=line, include=["510322"], for_all_brands=True, actor=chief)
    line.refresh_from_db()
    for change in (
        lambda: decide(line=line, include=["440500"], actor=clerk, seen=line.mark),
        lambda: decide(line=line, skip=True, actor=clerk, seen=line.mark),
        lambda: reopen(line=line, actor=clerk, seen=line.mark),
    ):
        with pytest.raises(PermissionDenied):
            change()
    line.refresh_from_db()
    assert (line.include, line.shared) == (["510322"], True)
    assert RegionName.objects.filter(name="花果城").count() == 1
    reopen(line=line, actor=chief)
    assert not RegionName.objects.filter(name="花果城").exists()
