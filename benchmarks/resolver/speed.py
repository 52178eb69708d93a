"""How fast the resolver is, in CPU times of one thread: the best of several runs."""

import gc
import random
import subprocess
import sys
import time
from pathlib import Path

from regions.resolver import Resolver

from .accuracy import address_in
from .parsers import beside

ROOT = Path(__file__).resolve().parents[2]
EXCLUDED = [
    ("北京市", "海淀区"), ("上海市", "崇明区"), ("哈尔滨市", "道外区"), ("成都市", "双流区"), ("广州市", "从化区"),
    ("武汉市", "江夏区"), ("天津市", "武清区"), ("重庆市", "城口县"), ("南京市", "高淳区"), ("西安市", "蓝田县"),
]  # fmt: skip


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
    living = sorted(code for code, town in index.townships.items() if not town[4])
    codes = rng.sample(living, max(count - len(texts), 1000))
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
    living = sorted(code for code, town in index.townships.items() if not town[4])
    for code in rng.sample(living, count):
        name, parent = index.townships[code][0], index.townships[code][1]
        full = index.full_name(parent) if rng.random() < 0.5 else address_in(index, parent)
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
