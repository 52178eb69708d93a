"""How people write one address: the reversed, the delivery form, what is near it, where it was. See `grammar.py`."""

from collections.abc import Callable

from .clerk import Clerk


def reversed_address(clerk: Clerk) -> str:
    code = clerk.place("county")
    clerk.include.add(code)
    road = clerk.pick("文三路90号", "建设路12号3幢402室", "人民东路8号")
    return clerk.pick("", " ", "，", ",").join([road, *map(clerk.full, clerk.map.up(code))])


def delivery(clerk: Clerk) -> str:
    code = clerk.place("county")
    clerk.include.add(code)
    place = "".join(map(clerk.full, clerk.map.up(code)[::-1]))
    form = clerk.pick(
        "收件人:{n} 电话:{m} 地址:{a}", "{n}，{m}，{a}", "{a} {n} {m}", "{a}{n}收{m}", "{n}收 {a} {m}", "{m}{n}{a}", "{a}（{n} {m}）",
        "客户{n}({m})住在{a}，热水器漏水", "{a}，联系{n}女士{m}", "姓名：{n}\n手机：{m}\n地址：{a}", "{n} {m} {a}", "寄到：{a}，{n}，{m}",
    )  # fmt: skip
    return form.format(n=clerk.person(), m=clerk.mobile(), a=place + "文三路90号")


def near(clerk: Clerk) -> str:
    place = "".join(map(clerk.full, clerk.map.up(clerk.place("county"))[::-1]))
    return clerk.pick(
        "{a}隔壁",
        "距{a}10公里",
        "靠近{a}",
        "{a}往北5公里",
        "{a}附近",
        "{a}旁边",
        "{a}周边",
        "{a}以外",
        "非{a}",
    ).format(a=place)


def moved(clerk: Clerk) -> str:
    old, new = ("".join(map(clerk.full, clerk.map.up(clerk.place("county"))[::-1])) for _ in range(2))
    clerk.include.add(clerk.used[-1])
    return clerk.pick(
        "原地址{o}，现地址{n}建设路1号", "~~{o}~~ {n}建设路1号", "{o}（已搬至{n}）", "从{o}搬到{n}"
    ).format(o=old, n=new)


def on_the_way(clerk: Clerk) -> str:
    """A place that is named, and is not where anybody lives."""
    place = "".join(map(clerk.full, clerk.map.up(clerk.place("county"))[::-1]))
    return clerk.pick(
        "途经{a}", "快递已从{a}发出", "以前在{a}", "旧址：{a}人民路1号", "曾住{a}", "{a}，已拆迁", "{a}往东3公里", "不在{a}", "从{a}搬走", "毗邻{a}",
    ).format(a=place)  # fmt: skip


def of_the_past(clerk: Clerk) -> str:
    """What a name of the past loses, or is lost with it, is not what it became."""
    city, gone = clerk.pick(
        "无锡市 北塘区", "广州市 东山区", "南京市 白下区", "上海市 闸北区", "杭州市 下城区", "徐州市 九里区"
    ).split()
    return clerk.pick(
        "{g}除外", "{c}（{g}除外）", "{c}除{g}外", "{c}（不含{g}）", "{g}（城区）", "{g}（部分街道）"
    ).format(c=city, g=gone)


def framed(clerk: Clerk) -> str:
    """A level in brackets between two others; a zone in them is a part of the city."""
    code = clerk.place("county")
    line = [clerk.full(one) for one in clerk.map.up(code)[::-1]]
    if len(line) < 3 or clerk.draw.random() < 0.3:
        return f"{line[0]}（高新区）天府大道12号"
    clerk.include.add(code)
    return f"{line[0]}（{line[1]}）{line[2]}建设路12号"


ADDRESSES: dict[str, Callable[[Clerk], str]] = {
    "reversed address": reversed_address,
    "delivery form": delivery,
    "beside a place": near,
    "moved": moved,
    "on the way": on_the_way,
    "names of the past taken out": of_the_past,
    "level in brackets": framed,
}
