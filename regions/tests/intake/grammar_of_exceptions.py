"""A place and what is taken out of it, as people write it in sentences, brackets, footnotes and lines below. See `grammar.py`.

PLAIN are those that any clerk reads; of UNREAD nobody can tell how much is left, so that no whole may be taken.
"""

from collections.abc import Callable

from .clerk import Clerk

WHY = [
    "另有代理",
    "有独立代理商",
    "由其他服务商负责",
    "已有独立代理",
    "归兄弟公司负责",
    "单独报价",
    "因路途遥远",
]
NO = ["不在此列", "不在服务范围内", "暂不服务", "不含", "暂不配送", "不包括在内", "暂未开通", "除外"]
GONE = ["目前无法配送", "暂不上门", "不送", "除外", "不在服务范围", "暂停服务", "暂未覆盖"]
HEADS = ["", "服务区域：", "## 服务范围\n", "覆盖城市\n"]
NOTES = ["注：", "注意：", "备注：", "*", "※", "说明："]
VAGUE = ["部分偏远乡镇除外", "个别乡镇不上门", "偏远山区暂不服务", "部分海岛除外", "少数农村地区不在服务范围"]


def _province(clerk: Clerk) -> tuple[str, list[str]]:
    """A province, and two of its cities with names of their own."""
    while True:
        code = clerk.place("province")
        below = [
            c for c in clerk.map.below[code]
            if clerk.map.level(c) == "prefecture" and clerk.map.rows[c]["short_name"] in clerk.map.alone
        ]  # fmt: skip
        if len(below) > 3:
            return code, clerk.draw.sample(below, 2)


def _base(clerk: Clerk) -> tuple[str, list[str]]:
    code, out = clerk.pick("province", "city") == "province" and _province(clerk) or clerk.with_children()
    clerk.include.add(code)
    clerk.exclude.update(out)
    return clerk.full(code), [clerk.full(one) for one in out]


def _beside(clerk: Clerk, said: str, joints: tuple[str, ...] = ("、", "\n", "，")) -> str:
    items = [clerk.serve(clerk.place("prefecture")) for _ in range(clerk.draw.randrange(3))]
    items.insert(clerk.draw.randrange(len(items) + 1), said)
    return clerk.pick(*HEADS) + clerk.pick(*joints).join(items)


def reason_in_a_bracket(clerk: Clerk) -> str:
    base, out = _base(clerk)
    parts = clerk.pick("、", "和", "及").join(out)
    said = clerk.pick("{p}{w}，{n}", "{p}{w}{n}", "其中{p}{n}", "{p}{n}", "{p}均{n}")
    return _beside(clerk, base + "（" + said.format(p=parts, w=clerk.pick(*WHY), n=clerk.pick(*NO)) + "）")


def answered_in_a_bracket(clerk: Clerk) -> str:
    base, out = _base(clerk)
    return _beside(
        clerk, f"{base}（{'、'.join(out)}{clerk.pick('：否', ':×', '×', '：不送', '：暂未开通')}）"
    )


def sentence_behind(clerk: Clerk) -> str:
    base, out = _base(clerk)
    kind = base[-1] if base[-1] in "省市" else "境"
    front = clerk.pick(
        "{b}全{k}配送。", "{b}全境可上门。", "服务区域：{b}。", "{b}\n", "服务范围：{b}\n"
    ).format(b=base, k=kind)
    return (
        front
        + clerk.pick(*NOTES[:3])
        + clerk.pick("、", "和").join(out)
        + clerk.pick(*GONE)
        + clerk.pick("", "。")
    )


def line_below(clerk: Clerk) -> str:
    """The base on a line of its own, and below it what is taken out, with what that lies in."""
    base, out = _base(clerk)
    form = clerk.pick(
        "其中{0}除外", "{0}除外", "（{0}除外）", "其中{0}不在范围内", "*{0}除外", "{0}不在服务范围内"
    )
    below = form.format("、".join(out))
    return clerk.pick("", "服务区域：\n") + base + "\n" + below


def footnote(clerk: Clerk) -> str:
    """福建省①、浙江省, and below ①宁德不送."""
    base, out = _base(clerk)
    mark = clerk.pick("①", "[1]", "注1", "②")
    behind, note = {"注1": ("(注1)", "注1：")}.get(mark, (mark, mark))
    items = [base + behind, *clerk.items(True, 2)]
    clerk.draw.shuffle(items)
    return "、".join(items) + "\n" + note + "、".join(out) + clerk.pick(*GONE)


def deep_below(clerk: Clerk) -> str:
    """江苏省 above 徐州市丰县除外: out of the province, and no city for itself."""
    while True:
        code = clerk.place("province")
        deep = [c for c in clerk.map.inside(code, "county") if len(clerk.map.up(c)) == 3]
        if deep:
            break
    out = clerk.draw.choice(deep)
    clerk.include.add(code)
    clerk.exclude.add(out)
    path = "".join(clerk.full(c) for c in clerk.map.up(out)[1::-1])
    form = clerk.pick("其中{0}除外", "{0}除外", "（{0}除外）", "注：{0}不在服务范围内", "{0}暂不上门")
    return clerk.full(code) + "\n" + form.format(path)


def path_alone(clerk: Clerk) -> str:
    """广州市天河区除外: out of 广州市, or of something else that is not said."""
    code, out = clerk.with_children()
    return clerk.full(code) + clerk.full(out[0]) + clerk.pick("除外", "以外")


def vague(clerk: Clerk) -> str:
    """Somewhere in it nobody is served."""
    base = clerk.full(clerk.place("province", "prefecture"))
    return base + clerk.pick("\n*", "\n注：", "，", "（", "。", "\n※ ", "\n") + clerk.pick(*VAGUE)


def reason_nobody_knows(clerk: Clerk) -> str:
    """The part is named by words that are no place, or the refusal is no refusal that is known."""
    code, out = _province(clerk)
    parts = clerk.pick("沿海各市", "三区", clerk.full(out[0]) + "以南", "山区", "原有客户")
    form = clerk.pick("（{p}{w}，{n}）", "，{p}{w}，{n}", "。{p}{w}，{n}。", "\n注：{p}{w}，{n}")
    return clerk.full(code) + form.format(p=parts, w=clerk.pick(*WHY), n=clerk.pick(*NO))


def elsewhere_sent(clerk: Clerk) -> str:
    """恩施州客户请寄修 beside 湖北省: nobody says that it is served."""
    code, out = _province(clerk)
    form = clerk.pick("{p}客户请寄修", "{p}用户请自行送修", "{p}请联系当地经销商", "{p}地区仅支持自提")
    joint = clerk.pick("\n温馨提示：", "\n注：", "。", "\n")
    return "服务范围：" + clerk.full(code) + joint + form.format(p=clerk.full(out[0]))


PLAIN: dict[str, Callable[[Clerk], str]] = {
    "a reason in a bracket": reason_in_a_bracket,
    "an answer in a bracket": answered_in_a_bracket,
    "a sentence behind": sentence_behind,
    "a line below": line_below,
    "what lies deep, below": deep_below,
    "a footnote": footnote,
}
UNREAD: dict[str, Callable[[Clerk], str]] = {
    "a path alone": path_alone,
    "a part without a name": vague,
    "a reason that nobody knows": reason_nobody_knows,
    "sent elsewhere": elsewhere_sent,
}
