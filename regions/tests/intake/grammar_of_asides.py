"""What is said beside a list, not in it: legends, remarks below, titles of tables, counts. See `grammar.py`."""

from collections.abc import Callable

from .clerk import Clerk


def legend(clerk: Clerk) -> str:
    """Marks beside the places, and a line that says what they mean."""
    yes, no = clerk.pick("● ○", "★ ☆", "■ □", "▲ △", "[1] [2]", "① ②").split()
    lines = [*(item + yes for item in clerk.items(True)), *(item + no for item in clerk.items(False))]
    clerk.draw.shuffle(lines)
    told = clerk.pick(
        "{y}已开通 {n}未开通",
        "{y}为已覆盖，{n}为即将开通",
        "{y}：已开通；{n}：暂停服务",
        "注：{y}已开通 {n}筹建中",
    )
    return "\n".join(lines) + clerk.pick("\n", "\n\n") + told.format(y=yes, n=no)


def taken_back(clerk: Clerk) -> str:
    """A remark below a list refuses one of its places."""
    out = clerk.long(clerk.place())
    items = [*clerk.items(True), out]
    clerk.draw.shuffle(items)
    remark = clerk.pick(
        "注：{x}已停止服务",
        "{x}自1月1日起不再受理",
        "（{x}除外）",
        "其中{x}暂停服务",
        "提示：{x}暂未开通",
        "{x}目前无法上门",
    )
    return "、".join(items) + clerk.pick("\n", "\n\n") + remark.format(x=out)


def in_part(clerk: Clerk) -> str:
    """A heading whose bracket takes something from it that is no place."""
    form = clerk.pick(
        "服务区域（不含安装）：", "覆盖城市（仅保内）：\n", "服务范围（部分）：", "服务区域（不包括偏远乡镇）：", "已开通城市（仅市区）："
    )  # fmt: skip
    return form + "、".join(clerk.items(False))


def conditions(clerk: Clerk) -> str:
    """A refusal of some cases cuts nobody off."""
    form = clerk.pick(
        "无电梯不上门：{0}",
        "大件不送：{0}",
        "夜间不接单：{0}",
        "未列出的城市均不服务：{0}",
        "非保修机不上门：{0}",
    )
    return form.format("、".join(clerk.items(True)).replace("、", "、"))


def titled(clerk: Clerk) -> str:
    """A title over all columns of a table, or its caption, that refuses."""
    rows = []
    for item in (clerk.place("prefecture") for _ in range(3)):
        rows.append(f"<tr><td>{clerk.full(clerk.map.up(item)[-1])}</td><td>{clerk.full(item)}</td></tr>")
    title = clerk.pick("暂未开通", "停止服务", "即将开通", "无网点", "友商覆盖")
    form = clerk.pick(
        "<caption>{t}</caption>",
        '<tr><th colspan="2">{t}</th></tr>',
        "<caption>{t}</caption><tr><th>省</th><th>市</th></tr>",
    )
    return f"<table>{form.format(t=title)}{''.join(rows)}</table>"


def counts(clerk: Clerk) -> str:
    """A column that counts outlets: where there is none, nobody serves."""
    head = clerk.pick("网点数", "网点数量", "门店数", "师傅", "服务站（家）")
    joint = clerk.pick("\t", ",")
    rows = [joint.join(("省份", "城市", head))]
    for served in (True, False, True, False):
        code = clerk.place("prefecture")
        clerk.include.update([code] if served else [])
        count = clerk.pick("3", "12", "1") if served else clerk.pick("0", "无", "0家")
        rows.append(joint.join((clerk.full(clerk.map.up(code)[-1]), clerk.full(code), count)))
    return "\n".join(rows)


def whole_cells(clerk: Clerk) -> str:
    """全市 in one row of a table without a head, districts in the other."""
    whole, (city, below) = clerk.place("prefecture"), clerk.with_children()
    clerk.include.update([whole, *below])
    up = lambda code: clerk.full(clerk.map.up(code)[-1])  # noqa: E731
    rows = [
        f"{up(whole)}\t{clerk.full(whole)}\t全市",
        f"{up(city)}\t{clerk.full(city)}\t{'、'.join(map(clerk.full, below))}",
    ]
    clerk.draw.shuffle(rows)
    return clerk.pick("", "省份\t城市\t区县\n") + "\n".join(rows)


def districts(clerk: Clerk) -> str:
    """市辖区 of a city that has counties too are not the city."""
    while True:
        code = clerk.place("prefecture")
        kinds = {clerk.full(one)[-1] for one in clerk.map.below[code]}
        if "区" in kinds and len(kinds) > 1:
            break
    said = clerk.full(code) + clerk.pick("辖区", "市辖区", "各区", "主城区", "（市辖区）")
    clerk.include.update(one for one in clerk.map.below[code] if clerk.full(one).endswith("区"))
    return "、".join([*clerk.items(True), said])


ASIDES: dict[str, Callable[[Clerk], str]] = {
    "legend of marks": legend,
    "taken back below": taken_back,
    "heading that serves in part": in_part,
    "conditions": conditions,
    "title over a table": titled,
    "counts of outlets": counts,
    "whole in a cell": whole_cells,
    "districts of a city": districts,
}
