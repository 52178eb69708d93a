"""What the resolver gets right and wrong: the golden page, both case lists, every form, every closed region."""

import csv
import json
from pathlib import Path

from regions.resolver import Resolver
from regions.tests.resolver.judging import acceptable, silently_wrong

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
OWN_CASES = ROOT / "regions" / "tests" / "resolver" / "cases.tsv"


def cases_of(path: Path) -> list[dict]:
    """Rows of a cases file; `token` is a JSON string, `expected` codes joined by ;."""
    csv.field_size_limit(10**8)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        row["token"] = json.loads(row["token"])
        row["expected"] = [code for code in row["expected"].split(";") if code]
        row["extra"] = json.loads(row["extra"]) if row.get("extra") else {}
    return rows


def short(text: str) -> str:
    return (
        (text if len(text) <= 50 else text[:50] + "…")
        .encode("unicode_escape" if "\x00" in text else "utf-8")
        .decode()
    )


def page(resolver: Resolver) -> None:
    golden_file, page_file = SHARED / "page-a.golden.tsv", SHARED / "page-a.txt"
    if not golden_file.exists():
        print("page A                      skipped: ../shared/data is absent")
        return
    lines = page_file.read_text(encoding="utf-8").split("\n")
    right = wrong = silent = 0
    with golden_file.open(encoding="utf-8", newline="") as file:
        golden = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    tokens = {no: resolver.tokens(lines[no - 1]) for no in {int(row["line_no"]) for row in golden}}
    for row in golden:
        token = tokens[int(row["line_no"])][int(row["position"]) - 1]
        found = token.result
        if row["status"] == "historical":
            good = found.status == "historical" and set(found.successors) == set(
                row["successor_code"].split(";")
            )
        else:
            good = found.status == "resolved" and found.code == row["code"]
        right += good and token.text == row["token"]
        silent += bool(found.code and found.code != row["code"])
        if not good:
            wrong += 1
            print("   ", row["token"], row["code"], "→", found.status, found.code, found.successors)
    print(f"page A                      {right} of {len(golden)} right, silent wrong {silent}")


def cases(resolver: Resolver, path: Path, name: str) -> None:
    if not path.exists():
        print(f"{name:<27} skipped: {path.name} is absent")
        return
    rows = cases_of(path)
    good = silent = 0
    for row in rows:
        found = resolver.resolve(row["token"])
        fine = acceptable(found, row["kind"], row["expected"], row["extra"])
        bad = silently_wrong(found, row["kind"], row["expected"], row["extra"])
        good += fine
        silent += bad
        if not fine or bad:
            print(
                f"    {row['id']} {row['kind']} {short(row['token'])!r} expected {row['expected']} {row['extra'] or ''} → "
                f"{found.status} {found.code or ''} candidates {found.candidates} successors {found.successors} include "
                f"{found.include} exclude {found.exclude} parent {found.parent} rest {short(found.rest)!r}"
                f"{'  SILENT WRONG' if bad else ''}"
            )
    print(f"{name:<27} {good} of {len(rows)} acceptable ({good / len(rows):.1%}), silent wrong {silent}")


def forms(resolver: Resolver) -> None:
    index = resolver.index
    counties = [unit for unit in index.current.values() if unit.level == 3]
    kinds = {"city+county": 0, "province+city+county": 0, "short city+county": 0}
    total = dict.fromkeys(kinds, 0)
    for unit in counties:
        above = [index.current[code] for code in unit.up if code != "100000"]
        province, parent = above[-1], above[0]
        texts = {
            "city+county": parent.name + unit.name,
            "province+city+county": province.name
            + (parent.name if parent is not province else "")
            + unit.name,
            "short city+county": parent.short + unit.name,
        }
        for kind, text in texts.items():
            total[kind] += 1
            found = resolver.resolve(text)
            if found.code == unit.code:
                kinds[kind] += 1
            else:
                print("   ", text, unit.code, "→", found.status, found.code, found.candidates, found.rest)
    for kind, good in kinds.items():
        print(f"current, {kind:<18} {good} of {total[kind]} ({good / total[kind]:.2%})")


def townships(resolver: Resolver) -> None:
    index = resolver.index
    good = total = silent = same = 0
    for code, (name, parent, _, _, until) in index.townships.items():
        if until:
            continue
        total += 1
        found = resolver.resolve(
            index.find(parent).name + name
            if index.find(parent).level == 2
            else address_in(index, parent) + name
        )
        twins = [
            c for c in index.below[parent] if index.townships[c][0] == name and not index.townships[c][4]
        ]
        if len(twins) > 1:
            same += 1
            good += found.status == "ambiguous" and set(found.candidates) == set(twins)
            continue
        good += found.code == code
        silent += bool(found.code and found.code != code)
        if found.code != code and total - good <= 10:
            print(
                "   ",
                address_in(index, parent) + name,
                code,
                "→",
                found.status,
                found.code,
                found.candidates,
                found.rest,
            )
    print(
        f"township as county+township {good} of {total} ({good / total:.3%}), silent wrong {silent}; "
        f"{same} share their name with a sibling and must be ambiguous"
    )


def address_in(index, parent: str) -> str:
    unit = index.find(parent)
    above = index.find(unit.parent)
    return (above.name if above.code != "100000" else "") + unit.name


def closed(resolver: Resolver) -> None:
    """Every county-level life that ended since 1990, with its parent's name of that time."""
    index = resolver.index
    good = total = bare = silent = 0
    shown = 0
    for unit in index.units:
        if unit.level != 3 or not unit.until or unit.until < "1990":
            continue
        parent = index.life_on(unit.parent, unit.until)
        text = parent.name + unit.name
        found = resolver.resolve(text)
        current = [
            life
            for _, word, life in index.alias.get(unit.name, ())
            if word in ("full", "typed") and any(index.find(code).name == parent.name for code in life.up)
        ]
        if current:
            bare += 1  # the same words name a current region: that one is meant
            silent += bool(found.code and found.code not in {c.code for c in current})
            continue
        total += 1
        expected = set(index.successors(unit))
        fine = found.status == "historical" and expected <= set(found.successors) and bool(expected)
        good += fine
        silent += bool(found.code)
        if not fine and shown < 15:
            shown += 1
            print("   ", text, unit, "→", found.status, found.code, found.successors, "expected", expected)
    print(
        f"closed since 1990           {good} of {total} historical with all successors ({good / total:.1%}), "
        f"silent wrong {silent}; {bare} more answer to a current region of that name"
    )


def accuracy(resolver: Resolver) -> None:
    page(resolver)
    cases(resolver, SHARED / "resolver-cases.tsv", "resolver-cases.tsv")
    cases(resolver, OWN_CASES, "own cases")
    forms(resolver)
    townships(resolver)
    closed(resolver)
