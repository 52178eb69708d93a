"""What the lists of townships say of those that closed between them, in a county of an invented number."""

from types import SimpleNamespace

import pytest
from django.conf import settings

from regions.gazetteer.corrections import Corrections
from regions.gazetteer.sources import Unit
from regions.gazetteer.townships import build_townships

from .small import table


def followed(before, after, lost=()):
    """{closed code: {(new code, share)}} for last three digits and names of one county on both lists; `lost` as corrected."""
    sources = SimpleNamespace(
        year=2026,
        year_ended="2025-12-31",
        cut_off="2026-09-11",
        townships_year_end={
            f"990101{tail}": Unit(f"990101{tail}", "township", "990101", name)
            for tail, name in before.items()
        },
        townships={"990101": {f"990101{tail}": name for tail, name in after.items()}},
    )
    corrections = Corrections(lost={f"990101{tail}": "not known" for tail in lost})
    _rows, edges = build_townships(sources, corrections)
    found = {}
    for edge in edges:
        assert edge.source.startswith("inferred") or edge.old.name[:-1] == edge.new.name[:-1]
        found.setdefault(edge.old.code[6:], set()).add((edge.new.code[6:], edge.share))
    return found


STAY = {"101": "甲镇"}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # the same stem; the other closed one is not for its code
        ({"200": "乙山乡"}, {"102": "乙山镇"}, {"200": {("102", "whole")}}),
        # the only new code of the county
        ({"200": "乙山乡", "201": "丙乡"}, {"102": "丁山镇"}, {"200": {("102", "whole")}, "201": {("102", "whole")}}),
        # the town of the seat became the only new street, and what is left is what is left
        (
            {"100": "城关镇", "107": "丙镇"},
            {"001": "东街街道", "112": "丁山镇"},
            {"100": {("001", "whole")}, "107": {("112", "whole")}},
        ),
        # as many new ones as closed ones: into these, not which into which
        (
            {"004": "乙街道", "102": "丙镇"},
            {"005": "丁街道", "006": "戊街道"},
            {
                "004": {("005", "part"), ("006", "part")},
                "102": {("005", "part"), ("006", "part")},
            },
        ),
    ],
)  # fmt: skip
def test_what_the_numbers_of_a_county_say(before, after, expected):
    assert followed(STAY | before, STAY | after) == expected


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [
        ({"200": "乙山乡"}, {}, ["200"]),  # no code is new
        (
            {"200": "乙山乡", "201": "丙乡", "202": "丁山乡"},
            {"102": "丁山镇", "001": "戊街道"},
            ["200", "201"],
        ),
    ],
)
def test_what_is_not_known_is_not_guessed_and_has_a_row_that_says_why(before, after, lost):
    assert not set(lost) & set(followed(STAY | before, STAY | after, lost))
    for rows in ([], [*lost, "101"]):
        with pytest.raises(ValueError, match="990101(101|200)"):
            followed(STAY | before, STAY | after, rows)


@pytest.mark.slow
def test_every_township_that_the_newest_list_closed_leads_somewhere_or_has_its_reason():
    """Counted in the files: 46 closings by hand or name, 16 by the numbers, 11 with a reason."""
    folder = settings.REGIONS_DIR
    rows = table(folder / "townships.csv")
    newest = max(row["valid_to"] for row in rows)
    closed = {row["code"] for row in rows if row["valid_to"] == newest}
    leads = {row["old_code"]: row for row in table(folder / "successions.csv") if row["date"] == newest}
    lost = {
        row["code"]: row["source"] for row in table(folder / "corrections.csv") if row["action"] == "lost"
    }
    assert closed - set(leads) == set(lost) and len(lost) == 11
    assert all(len(reason) > 40 for reason in lost.values())
    inferred = sum(row["source"].startswith("inferred") for code, row in leads.items() if code in closed)
    assert (len(closed), inferred) == (73, 16)
