"""Lists and addresses written by a grammar, asked at the doors: nothing certain is wrong or wider than what a clerk reads.

`GRAMMAR_SEED=… GRAMMAR_TEXTS=… pytest -m slow …` asks other texts, and more. What is not certain (an open line, a refusal) is
no fault; it is counted, and printed with -s.
"""

import json
import os
import re

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from regions.choices import Level
from regions.models import Region, Release
from regions.tests import factories

from . import grammar
from .clerk import COUNTRY, Clerk, atlas
from .grammar_of_addresses import ADDRESSES

pytestmark = [*[pytest.mark.slow, pytest.mark.django_db], pytest.mark.one_database]
SEED = os.environ.get("GRAMMAR_SEED", "1")
TEXTS = int(os.environ.get("GRAMMAR_TEXTS", "4"))
# Kinds that are still read wrong, each with what happens. A kind that is mended fails here until its row is gone.
OPEN: dict[str, str] = {}


def kinds(of: dict) -> list:
    mark = lambda kind: [pytest.mark.xfail(reason=OPEN[kind], strict=SEED == "1")] if kind in OPEN else []  # noqa: E731
    return [pytest.param(kind, marks=mark(kind), id=kind) for kind in of]


@pytest.fixture
def desk(db) -> APIClient:
    """All current places down to the counties, one service, and somebody who may do everything."""
    made: dict[str, Region] = {}
    for level in ("country", "province", "prefecture", "county"):
        rows = [row for row in atlas().rows.values() if row.get("level") == level]
        made |= {
            region.code: region for region in Region.objects.bulk_create(_region(row, made) for row in rows)
        }
    Release.objects.create(
        edition="test", publisher="test", cut_off="2026-09-11", checksum=factories.bundled()
    )
    factories.make_service("repair")
    client = APIClient()
    client.force_login(User.objects.create_superuser("root"))
    return client


def _region(row: dict, made: dict[str, Region]) -> Region:
    parent = made.get(row["parent"])
    above = f"{parent.full_name}/" if parent and parent.code != COUNTRY else ""
    return Region(
        code=row["code"],
        level=Level.from_word(row["level"]),
        parent=parent,
        path=f"{parent.path if parent else ''}{row['code']}/",
        name=row["name"],
        short_name=row["short_name"],
        full_name=above + row["name"],
        pinyin=row["pinyin"],
        valid_from=row["valid_from"] or None,
        from_precision=row["from_precision"] or "day",
    )


def drafted(desk: APIClient, text: str) -> tuple[set[str], set[str], int, str]:
    """What a draft of the text would include and exclude as it stands, how many lines wait, and all its readings."""
    made = desk.post("/api/v1/imports/", {"service": "repair", "text": text}, format="json")
    if made.status_code == 400:
        return set(), set(), 1, ""
    assert made.status_code == 201, made.content.decode()
    lines = desk.get(f"/api/v1/imports/{made.json()['id']}/lines/").json()["results"]
    taken = [line for line in lines if line["decision"] == "accepted"]
    include, exclude = ({code for line in taken for code in line[kind]} for kind in ("include", "exclude"))
    waiting = sum(line["decision"] == "open" for line in lines)
    return include, exclude, waiting, json.dumps([line["result"] for line in lines], ensure_ascii=False)


def answered(desk: APIClient, text: str) -> tuple[set[str], set[str], int, str]:
    """The same of an answer about one text."""
    response = desk.post("/api/v1/resolve/", {"texts": [text]}, format="json")
    assert response.status_code == 200, response.content.decode()
    verdict = response.json()["verdicts"][0]
    certain = verdict["status"] in {"resolved", "rules"}
    include = {verdict["code"]} - {None} | set(verdict["include"]) if certain else set()
    exclude = set(verdict["exclude"]) if certain else set()
    return include, exclude, not certain, json.dumps(verdict, ensure_ascii=False)


def faults(desk, ask, kind: str, write) -> list[str]:
    """What is wrong with the answers about this kind of text, each with the text."""
    found, refused = [], 0
    for number in range(TEXTS):
        clerk = Clerk(f"{SEED} {kind} {number}")
        text = write(clerk)
        include, exclude, waiting, said = ask(desk, text)
        wider, cut = clerk.wider(include, exclude), clerk.cut(exclude)
        told = [word for word in clerk.private if re.search(re.escape(word), said)]
        refused += bool(waiting)
        if wider or cut or told:
            names = [[atlas().rows[code]["name"] for code in codes[:4]] for codes in (wider, cut)]
            found.append(f"{text!r}: not served {names[0]}, served {names[1]}, private {told}")
    print(f"{kind}: {TEXTS} texts, {refused} with something to ask, {len(found)} wrong")
    return found


@pytest.mark.parametrize("kind", kinds(grammar.KINDS))
def test_a_list_serves_nothing_that_it_does_not_say(desk, kind):
    wrong = faults(desk, drafted, kind, grammar.KINDS[kind])
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("kind", kinds(ADDRESSES))
def test_an_address_is_answered_with_its_place_or_not_at_all(desk, kind):
    wrong = faults(desk, answered, kind, ADDRESSES[kind])
    assert not wrong, "\n".join(wrong)
