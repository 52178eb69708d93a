"""What the resolver gets right and how fast it is; beside cnloc and jionlp where they are installed.

    python -m benchmarks.resolver            everything
    python -m benchmarks.resolver accuracy   only what is right and wrong
    python -m benchmarks.resolver speed      only the times

The golden page and the cases lie outside the repository (../shared/data); without them those parts are skipped.
Times are CPU times of one thread (the best of several runs), so that other programs on the machine disturb them less.
"""

import contextlib
import csv
import gc
import io
import json
import random
import subprocess
import sys
import time
from pathlib import Path

from regions.resolver import Resolver, load_default
from regions.tests.resolver.judging import acceptable, silently_wrong

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
EXCLUDED = [
    ("北京市", "海淀区"), ("上海市", "崇明区"), ("哈尔滨市", "道外区"), ("成都市", "双流区"), ("广州市", "从化区"),
    ("武汉市", "江夏区"), ("天津市", "武清区"), ("重庆市", "城口县"), ("南京市", "高淳区"), ("西安市", "蓝田县"),
]  # fmt: skip
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


# -------------------------------------------------------------------- accuracy


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
            else _address(index, parent) + name
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
                _address(index, parent) + name,
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


def _address(index, parent: str) -> str:
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


# -------------------------------------------------------------------- speed


def best_of(work, runs: int = 7) -> float:
    """CPU seconds of the fastest run, with the garbage collector off as in `timeit`."""
    times = []
    gc.collect()
    gc.disable()
    try:
        for _ in range(runs):
            start = time.thread_time()
            work()
            times.append(time.thread_time() - start)
    finally:
        gc.enable()
    return min(times)


def sample_lines(resolver: Resolver, count: int) -> list[str]:
    """Lines of seven different places each, as pages print them; all in all `count` different tokens."""
    index, rng = resolver.index, random.Random(1)
    counties = [unit for unit in index.current.values() if unit.level == 3]
    texts = set()
    for unit in counties:
        above = [index.current[code] for code in unit.up if code != "100000"]
        texts |= {
            above[0].name + unit.name,
            above[0].short + unit.name,
            above[-1].short + above[0].name + unit.name,
        }
    codes = rng.sample(sorted(index.townships), max(count - len(texts), 1000))
    texts |= {index.find(index.townships[code][1]).name + index.townships[code][0] for code in codes}
    texts = rng.sample(sorted(texts), min(count, len(texts)))
    return ["、".join(texts[i : i + 7]) for i in range(0, len(texts), 7)]


def sample_addresses(resolver: Resolver, count: int) -> list[str]:
    index, rng = resolver.index, random.Random(2)
    roads = [
        "人民路",
        "解放大道",
        "中山北路",
        "建设街",
        "文化路三巷",
        "滨江东路",
        "学府路",
        "长江路",
        "工业园区科技大道",
        "北京路",
    ]
    places = ["", "阳光花园3栋2单元501室", "万达广场", "第一人民医院", "创业大厦A座1203", "火车站旁"]
    made = []
    for code in rng.sample(sorted(index.townships), count):
        name, parent = index.townships[code][0], index.townships[code][1]
        full = index.full_name(parent) if rng.random() < 0.5 else _address(index, parent)
        town = name if rng.random() < 0.5 else ""
        made.append(f"{full}{town}{rng.choice(roads)}{rng.randint(1, 3000)}号{rng.choice(places)}")
    return made


def long_texts(resolver: Resolver) -> dict[str, str]:
    prose = "本公司承诺为每位客户建立详细的维修日志记录，包括故障描述、维修过程、更换配件等。"
    return {
        "one character": "哈" * 10_000,
        "address and a long tail": "北京市朝阳区" + "路" * 9_994,
        "prose": (prose * 300)[:10_000],
        "digits": "1234567890" * 1_000,
        "brackets": "(" * 10_000,
        "no region, many commas": "好,大,家,有," * 1_250,
        "exclusions": "除" * 5_000 + "外" * 5_000,
        "spaces": "北京 " * 3_333,
    }


def speed(resolver: Resolver) -> None:
    lines = sample_lines(resolver, 14_000)
    tokens = sum(len(resolver.tokens(line)) for line in lines)
    spent = best_of(lambda: [resolver.tokens(line) for line in lines])
    print(
        f"list tokens                 {tokens / spent:>10,.0f}/s   ({tokens:,} different tokens in {len(lines):,} lines)"
    )
    singles = [text for line in lines for text in line.split("、")]
    spent = best_of(lambda: [resolver.resolve(text) for text in singles])
    print(f"the same, one by one        {len(singles) / spent:>10,.0f}/s")
    addresses = sample_addresses(resolver, 10_000)
    [resolver.resolve(text) for text in addresses]
    spent = best_of(lambda: [resolver.resolve(text) for text in addresses])
    each = []
    for text in addresses:
        start = time.thread_time()
        resolver.resolve(text)
        each.append(time.thread_time() - start)
    each.sort()
    print(
        f"free addresses              {len(addresses) / spent:>10,.0f}/s   p50 {each[len(each) // 2] * 1e6:.0f} µs, "
        f"p99 {each[int(len(each) * 0.99)] * 1e3:.3f} ms, worst {each[-1] * 1e3:.2f} ms"
    )
    for name, text in long_texts(resolver).items():
        spent = best_of(lambda text=text: resolver.resolve(text))
        print(f"10,000 characters           {spent * 1e3:>10.2f} ms  {name}")
    text = "、".join(singles)[:10_000]
    spent = best_of(lambda: resolver.resolve(text))
    print(f"10,000 characters           {spent * 1e3:>10.2f} ms  a list of {text.count('、') + 1:,} places")
    cold_load()
    excluded = [f"{above}({name}除外)" for above, name in EXCLUDED]
    beside(resolver, singles[:3000], addresses[:1000], excluded)


def cold_load() -> None:
    code = (
        "import re,time;"
        "from regions.resolver import load_default;r=load_default();r.resolve('自贡市富顺县');"
        "spent=time.thread_time();"
        "print(spent,int(re.search(r'VmHWM:\\s+(\\d+)',open('/proc/self/status').read())[1])/1024)"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.split()
        for _ in range(5)
    ]
    best = min(runs, key=lambda run: float(run[0]))
    print(
        f"cold start and first answer {float(best[0]):>10.2f} s   {float(best[1]):.0f} MB: the whole process with Python itself"
    )


def beside(resolver: Resolver, tokens: list[str], addresses: list[str], excluded: list[str]) -> None:
    """The published parsers on the same texts, in the same run, judged by the county they find."""
    index = resolver.index
    texts = [text for text in tokens + addresses if resolver.resolve(text).code]
    wanted = {text: county_of(index, resolver.resolve(text).code) for text in texts}
    print("\nbeside published parsers      tokens/s  addresses/s   same county   exclusions read as a place")
    parsers = (("this resolver", ours(resolver)), ("cnloc", cnloc_parser()), ("jionlp", jionlp_parser()))
    for name, parser in parsers:
        if parser is None:
            print(f"{name:<24} skipped: not installed (pip install -r requirements-bench.txt)")
            continue
        parser(tokens[:5])
        start = time.process_time()
        found = parser(tokens)
        token_rate = len(tokens) / (time.process_time() - start)
        start = time.process_time()
        found += parser(addresses)
        address_rate = len(addresses) / (time.process_time() - start)
        by_text = dict(zip(tokens + addresses, found, strict=True))
        same = sum(by_text[text] == wanted[text] for text in texts)
        claimed = sum(county is not None for county in parser(excluded))
        print(
            f"{name:<24} {token_rate:>13,.0f} {address_rate:>12,.0f} {same / len(texts):>13.1%} "
            f"{claimed:>10} of {len(excluded)}"
        )


def county_of(index, code: str) -> str | None:
    """Name of the county-level unit a code lies in; None above."""
    unit = index.find(code)
    units = [unit, *(index.find(up) for up in unit.up)]
    return next((life.name for life in units if life.level == 3), None)


def ours(resolver: Resolver):
    def parse(texts):
        codes = [resolver.resolve(text).code for text in texts]
        return [county_of(resolver.index, code) if code else None for code in codes]

    return parse


def cnloc_parser():
    try:
        import cnloc
    except ImportError:
        return None

    def parse(texts):
        names = cnloc.getlocation(list(texts), max_workers=1)["county_name"]
        return [name if isinstance(name, str) and name else None for name in names]

    return parse


def jionlp_parser():
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            import jionlp
    except ImportError:
        return None
    return lambda texts: [jionlp.parse_location(text)["county"] for text in texts]


def main() -> None:
    what = sys.argv[1:] or ["accuracy", "speed"]
    resolver = load_default()
    print(f"edition {resolver.edition}, Python {sys.version.split()[0]}\n")
    for part in what:
        {"accuracy": accuracy, "speed": speed}[part](resolver)
        print()


if __name__ == "__main__":
    main()
