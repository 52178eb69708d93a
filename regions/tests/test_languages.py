"""What a process keeps is kept for the language that it is in: whoever asks first settles nobody else's words."""

import functools
import gc
import re

import pytest

from regions import models
from regions.choices import VerificationMethod, VerificationResult
from regions.lookup import memory
from regions.services.changes import change_set
from regions.services.disputes import open_dispute
from regions.services.verifications import record_verification
from regions.web import caching

from . import factories, told_once

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.one_database]
LANGUAGES = {"en": "/en", "zh-hans": ""}
# Beside these the doors of `told_once.py`.
PAGES = (
    "/coverage/?q=510303",
    "/coverage/?q=510303&brand=other-brand",
    "/coverage/?q=510300&on=2026-02-01",
    "/coverage/?q=330104",
    "/embed/?q=510303",
    "/regions/510303/outlets/",
    "/services/repair/list/",
    "/services/repair/numbers/",
    "/services/repair/outlets/",
    "/brands/brand/numbers/",
    "/brands/brand/services/",
    "/numbers/?number=400-1865-909、400-1865-910",
    "/ask/?q=贡井 消毒柜",
    "/",
)
PROGRAMS = (
    "coverage/?q=贡井",
    "coverage/?region=510303&verified=true",
)


@pytest.fixture
def doors(make_regions) -> list[str]:
    """A number that is reported, one of which something is odd, and one that the brand has confirmed instead."""
    made = told_once.make(make_regions("510322", "330104", "510303", below=["510300"]))
    with change_set() as changes:
        for kind in (models.Hotline, models.CoverageRule):
            changes.touched(made[kind])
    service = made[models.Service]
    checked = factories.make_hotline(service, "4001865912")
    record_verification(
        hotline=checked,
        method=VerificationMethod.CALL,
        result=VerificationResult.CONFIRMED,
        note="报了品牌名",
    )
    for number in ("4001865911", "4001865913"):
        odd = factories.make_hotline(service, number)
        open_dispute(hotline=odd, reason="wrong_number", statement="打过去是别家")
        with change_set() as changes:
            changes.touched(odd)
    told = {
        path.format(made[kind])
        for kind, telling in told_once.TOLD.items()
        for door in ("answer", "numbers", "page")
        for path in telling.doors.get(door, ())
    }
    pages = {path.removeprefix("/en") for path in told if path.startswith("/en/")} | set(PAGES)
    programs = {path for path in told if not path.startswith("/")} | set(PROGRAMS)
    return sorted(pages) + sorted(f"/api/v1/{path}" for path in programs)


def forget() -> None:
    """Begin anew, as a process does."""
    memory._memories.clear()
    caching.forget()
    for kept in gc.get_objects():
        if type(kept) is functools._lru_cache_wrapper and (kept.__module__ or "").startswith("regions."):
            kept.cache_clear()


def asked(client, paths: list[str], language: str) -> dict[str, str]:
    said = {}
    for path in paths:
        page = not path.startswith("/api/")
        address = LANGUAGES[language] + path if page else path
        answer = client.get(address, headers={"accept-language": language}, follow=True)
        assert answer.status_code == 200, (path, answer.content.decode()[:400])
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        said[path] = re.sub(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"', "", body.decode())
    return said


def test_no_answer_is_in_the_language_of_whoever_asked_before(doors, client):
    first, second = {}, {}
    for languages in (("en", "zh-hans"), ("zh-hans", "en")):
        forget()
        for kept, language in zip((first, second), languages, strict=True):
            kept[language] = asked(client, doors, language)
    mixed = {
        (path, language)
        for language in LANGUAGES
        for path in doors
        if first[language][path] != second[language][path]
    }
    assert mixed == set()
    assert not [path for path in doors if first["en"][path] == first["zh-hans"][path]], (
        "says nothing in words"
    )
