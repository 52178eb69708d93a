"""Texts of real use, judged as ../shared/data/score_real.py judges them, beside published parsers on the same texts.

A parser that names a province, a city or a county claims it: the deepest one that the edition knows by these names.
"""

import contextlib
import csv
import importlib.util
import io
from collections import Counter
from collections.abc import Callable, Iterable

from regions.resolver import Resolver

from .accuracy import SHARED

OUTCOMES = ("ok", "certain_parent", "refused", "wide", "wrong")
Names = tuple[str | None, str | None, str | None]  # province, city, county
Parser = Callable[[list[str]], list[Names]]


def real(resolver: Resolver) -> None:
    judge = _judge()
    if judge is None:
        print("real texts                  skipped: ../shared/data is absent")
        return
    parsers = {
        "cpca": _frames("cpca"),
        "addressparser": _frames("addressparser"),
        "cnloc": _cnloc(),
        "jionlp": _jionlp(),
    }
    for file, title in (("real-cases.tsv", "texts of real use"), ("addresses.tsv", "annotated addresses")):
        rows = _rows(file)
        texts = [row["text"].replace("\\n", "\n") for row in rows]
        print(
            f"{title + f', {len(rows):,}':<28}"
            + "".join(f"{word.replace('_', ' '):>16}" for word in OUTCOMES)
        )
        answers = [resolver.resolve(text).as_dict() for text in texts]
        _show("this resolver", judge, rows, answers)
        for name, parser in parsers.items():
            if isinstance(parser, str):
                print(f"  {name:<26}skipped: {parser} (pip install -r requirements-bench.txt)")
            else:
                _show(name, judge, rows, [_claim(resolver, names) for names in parser(texts)])


def _show(name: str, judge: Callable, rows: list[dict], answers: Iterable[dict]) -> None:
    found = Counter()
    for row, answer in zip(rows, answers, strict=True):
        expected = row.get("expected") or row.get("county") or ""
        codes = expected.split(";")
        found[judge(row.get("kind", "R"), set(codes) - {""}, answer, codes[0])] += 1
    print(
        f"  {name:<26}" + "".join(f"{found[word]:>9,} {found[word] / len(rows):>6.1%}" for word in OUTCOMES)
    )


def _judge() -> Callable | None:
    path = SHARED / "score_real.py"
    if not path.exists():
        return None
    spec = importlib.util.spec_from_file_location("score_real", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.judge


def _rows(name: str) -> list[dict]:
    with (SHARED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _claim(resolver: Resolver, names: Names) -> dict:
    """The deepest region that these names claim, one inside the other."""
    index, inside = resolver.index, None
    for name in names:
        units = [unit for _, _, unit in index.alias.get(name or "", ()) if not unit.until]
        units = [unit for unit in units if inside is None or unit is inside or inside.code in unit.up]
        inside = units[0] if units else inside
    return {"status": "resolved", "code": inside.code} if inside else {"status": "unknown"}


def _plain(value) -> str | None:
    return value if isinstance(value, str) and value else None


def _frames(module: str) -> Parser | str:
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            library = importlib.import_module(module)
    except ImportError as error:  # its own, or that of something it needs and does not ask for
        return str(error)

    def parse(texts: list[str]) -> list[Names]:
        table = library.transform(texts)
        return [tuple(map(_plain, row)) for row in table[["省", "市", "区"]].itertuples(index=False)]

    return parse


def _cnloc() -> Parser | str:
    try:
        import cnloc
    except ImportError as error:  # its own, or that of something it needs and does not ask for
        return str(error)

    def parse(texts: list[str]) -> list[Names]:
        table = cnloc.getlocation(texts, max_workers=1)
        columns = ["province_name", "city_name", "county_name"]
        return [tuple(map(_plain, row)) for row in table[columns].itertuples(index=False)]

    return parse


def _jionlp() -> Parser | str:
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            import jionlp
    except ImportError as error:  # its own, or that of something it needs and does not ask for
        return str(error)

    def parse(texts: list[str]) -> list[Names]:
        found = []
        for text in texts:
            try:
                place = jionlp.parse_location(text)
            except Exception:  # a KeyError on some of these texts: an answer all the same, none
                place = {}
            found.append(tuple(_plain(place.get(word)) for word in ("province", "city", "county")))
        return found

    return parse
