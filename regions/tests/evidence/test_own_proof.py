"""Nothing confirms itself: neither when a check is written, nor when a claim gets another source or a source another address."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from regions.choices import VerificationMethod, VerificationResult
from regions.models import Hotline, Source
from regions.services import records
from regions.services.addresses import same_page
from regions.services.verifications import record_verification
from regions.tests.admin.test_writes import form_of
from regions.tests.factories import make_hotline, make_service, make_source

pytestmark = pytest.mark.django_db
PAGE = "https://example.com/service"


@pytest.fixture
def claim(make_regions):
    make_regions("510322")
    own = make_source("own", kind="document", url="https://other.example/list")
    claim = make_hotline(make_service("a-repair"), source=own)
    record_verification(
        hotline=claim,
        method=VerificationMethod.OFFICIAL_SITE,
        result=VerificationResult.CONFIRMED,
        source=make_source("site", kind="official_site", url=PAGE),
    )
    return claim


@pytest.mark.slow
@pytest.mark.parametrize("url", [PAGE, f"{PAGE}/?x=1", "http://www.example.com/service#a"])
def test_a_claim_does_not_come_to_rest_on_what_confirms_it(url, claim, admin_client):
    source = (
        Source.objects.get(slug="site")
        if url == PAGE
        else make_source("again", kind="official_site", url=url)
    )
    address = reverse("admin:regions_hotline_change", args=[claim.pk])
    typed = form_of(admin_client.get(address)) | {"source": source.pk, "since": "always", "reason": "x"}
    page = admin_client.post(address, typed)
    assert page.status_code == 200
    assert "自己证明自己" in str(page.context["adminform"].form.errors)
    assert Hotline.objects.get(pk=claim.pk).source.slug == "own"


@pytest.mark.parametrize("slug", ["own", "site"])
def test_a_source_does_not_become_the_page_that_it_confirms(slug, claim):
    source = Source.objects.get(slug=slug)
    source.url = PAGE if slug == "own" else "https://other.example/list?from=app&y=2"
    with pytest.raises(ValidationError, match="自己证明自己"):
        records.save(source)


def test_other_sources_and_other_edits_are_free(claim):
    claim.source = make_source("third", kind="document", url="https://third.example/")
    records.save(claim, correct=True)
    source = Source.objects.get(slug="site")
    source.title = "新标题"
    records.save(source)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("/a", "/a?x=1", True),
        ("/a?x=1", "/a?y=1", True),
        ("/a?id=1", "/a?id=2", False),
        ("/a?id=1", "/a?id=1&utm_source=x", True),
        ("/a", "/b", False),
    ],
)
def test_what_is_hung_on_to_an_address_makes_no_other_page(one, other, same):
    assert same_page(f"https://example.com{one}", f"https://www.example.com{other}") is same
