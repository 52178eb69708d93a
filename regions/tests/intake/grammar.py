"""How companies print where they serve and where not: one function a kind of text.

Each takes a `Clerk` and returns the text; the clerk has noted what it says. KINDS lists them.
"""

import json
from collections.abc import Callable
from functools import partial

from .clerk import Clerk
from .grammar_of_asides import ASIDES
from .grammar_of_pages import PAGES
from .grammar_words import (
    ABOVE,
    BEHIND,
    BRACKETS,
    COLON,
    EXCEPT,
    HEADED,
    HTML,
    KNOWN,
    LABELLED,
    LIKE_A_HEADING,
    LINES,
    MARKDOWN,
    NEXT,
    NO,
    NO_COLON,
    NOT,
    OF_ALL,
    ONLY,
    OTHER_HEADS,
    OWN_LINE,
    PARTS,
    PAUSED,
    RARE,
    SAID_BEHIND,
    SEPARATORS,
    SERVED,
    STATE_HEADS,
    STATES,
    STRUCK,
    VERBS,
    WHOLE,
    YES,
)


def served_block(clerk: Clerk) -> str:
    return f"{clerk.pick(*SERVED)}：" + "、".join(clerk.items(True))


def heading(clerk: Clerk, words: list[str], forms: list[str], joints: list[str] = SEPARATORS) -> str:
    """A list under a heading that serves nothing, alone, before or behind one that is served."""
    form, joint = clerk.pick(*forms), clerk.pick("、", "、", *joints)
    refused = form.format(h=clerk.pick(*words)) + joint.join(clerk.items(False))
    refused += "</dd>" if "<dd>" in form else ""
    blocks = {0: [refused], 1: [served_block(clerk), refused], 2: [refused, served_block(clerk)]}
    return clerk.pick("\n", "\n\n").join(blocks[clerk.draw.randrange(3)])


def numbered(clerk: Clerk, words: list[str]) -> str:
    lines = [f"{n}. {item}" for n, item in enumerate(clerk.items(False, 3), 1)]
    return clerk.pick("{h}：", "{h}：\n", "{h}\n").format(h=clerk.pick(*words)) + "\n".join(lines)


def behind(clerk: Clerk, forms: list[str], joints: list[str]) -> str:
    """The sense stands behind its list."""
    return clerk.pick(*forms).format(
        l=clerk.pick(*joints).join(clerk.items(False)), h=clerk.pick(*SAID_BEHIND)
    )


def remarks(clerk: Clerk) -> str:
    """What stands behind a place below a heading that serves nothing does not open it."""
    lines = [
        item + clerk.pick("（全境）", "(全境覆盖)", "（24小时上门）", "（未开通）", "各区县", "")
        for item in clerk.items(False, 3)
    ]
    return clerk.pick("{h}：\n", "## {h}\n", "【{h}】\n").format(h=clerk.pick(*NOT, *PAUSED)) + clerk.pick(
        "\n", "，", "\n- "
    ).join(lines)


def among(clerk: Clerk, said: str, joints: list[str] = SEPARATORS[:5]) -> str:
    """One item among others that are served, with or without a heading, and not always last."""
    items = clerk.items(True)
    items.insert(clerk.draw.randrange(len(items) + 1), said)
    return clerk.pick("", "服务区域：", "已开通城市\n", "## 服务范围\n") + clerk.pick(
        "、", *joints, "\n"
    ).join(items)


def state(clerk: Clerk, states: list[str], joints: list[str]) -> str:
    return among(clerk, clerk.name(clerk.place()) + clerk.pick(*states), joints)


def two_bearers(clerk: Clerk) -> str:
    """Among cities nobody can say which one is meant."""
    clerk.used += ["460000", "632500"]
    places = [clerk.serve(clerk.place("prefecture")) for _ in range(2)]
    return clerk.pick("", "服务区域：") + "、".join(["海南", *places])


def state_of_last(clerk: Clerk) -> str:
    """Behind the last item of a clause: nobody can say of how many it is said, but it serves and cuts no other."""
    items = clerk.items(True)
    return clerk.pick("，", " ", "、").join(
        [*items, clerk.name(clerk.place()) + clerk.pick("（×）", "（未开通）", "×")]
    )


def part(clerk: Clerk) -> str:
    return among(clerk, clerk.name(clerk.place()) + clerk.pick(*PARTS))


def whole(clerk: Clerk) -> str:
    return among(clerk, clerk.serve(clerk.place("prefecture", "county")) + clerk.pick(*WHOLE))


def exception(clerk: Clerk, forms: list[str], joints: list[str]) -> str:
    code, carved = clerk.with_children()
    clerk.include.add(code)
    clerk.exclude.update(carved)
    said = clerk.pick(*forms).format(b=clerk.full(code), w="、".join(map(clerk.full, carved)))
    return among(clerk, said, joints)


def base_above(clerk: Clerk) -> str:
    """The whole country, and what is taken out of it below."""
    clerk.include.add("100000")
    codes = [clerk.place("province") for _ in range(2)]
    clerk.exclude.update(codes)
    form = clerk.pick(
        "全国，以下地区除外：\n{0}、{1}",
        "全国（以下地区除外）\n{0}、{1}",
        "全国\n不含：{0}\n{1}",
        "全国（不含{0}、{1}）",
        "全国，{0}、{1}除外",
    )
    return form.format(*map(clerk.full, codes))


def counted(clerk: Clerk) -> str:
    """So many of a place's parts, and none at all."""
    code = clerk.place("province", "prefecture")
    form = clerk.pick(
        "{p}21个区县中的18个", "{p}辖区内5个区", "{p}（0家）", "{p}60个区", "{p}60%", "{p}多数区县"
    )
    return among(clerk, form.format(p=clerk.full(code)), ["；", "\n"])


def left_its_city(clerk: Clerk, forms: list[str]) -> str:
    """A city heads places one of which lies elsewhere by now."""
    city, name, now = clerk.pick(
        "内江市 资阳 511900", "成都市 东城区 110101", "合肥市 西市区 210803", "汕头市 普宁 445281"
    ).split()
    clerk.used.append(now)
    parent = next(code for code, row in clerk.map.rows.items() if row["name"] == city)
    below = clerk.draw.choice(clerk.map.inside(parent, "county"))
    clerk.include.add(below)
    return clerk.pick(*forms).format(c=city, o=name, x=clerk.full(below))


def fields(clerk: Clerk) -> str:
    """JSON, one object a place, with a field of its state."""
    key, yes, no = clerk.pick(
        "status open closed",
        "状态 已开通 暂停",
        "served true false",
        "是否覆盖 是 否",
        "state active suspended",
    ).split()
    codes = [clerk.place("prefecture") for _ in range(4)]
    clerk.include.update(codes[:2])
    rows = [
        {
            "province": clerk.full(clerk.map.up(c)[-1]),
            "city": clerk.full(c),
            key: yes if c in clerk.include else no,
        }
        for c in codes
    ]
    clerk.draw.shuffle(rows)
    return json.dumps(rows, ensure_ascii=False)


def only(clerk: Clerk) -> str:
    code, some = clerk.with_children()
    clerk.include.update(some)
    return among(
        clerk, clerk.pick(*ONLY).format(b=clerk.full(code), w="、".join(map(clerk.full, some))), ["；", "\n"]
    )


def struck(clerk: Clerk) -> str:
    return among(clerk, clerk.pick(*STRUCK).format(x=clerk.name(clerk.place())))


def boxes(clerk: Clerk) -> str:
    yes, no = clerk.pick("- [x] |- [ ] ", "✅|❌", "√|×", "☑|☐", "✔ |✘ ").split("|")
    lines = [yes + item for item in clerk.items(True)] + [no + item for item in clerk.items(False)]
    clerk.draw.shuffle(lines)
    return "\n".join(lines)


def footnote(clerk: Clerk) -> str:
    mark = clerk.pick("*", "※", "#")
    note = clerk.pick("{m}为暂未开通", "注：带{m}号的暂未开通", "{m}：暂停服务", "（{m}表示即将开通）")
    items = [*clerk.items(True), *(item + mark for item in clerk.items(False))]
    return "、".join(items) + "\n" + note.format(m=mark)


def prose(clerk: Clerk) -> str:
    form = clerk.pick(
        "不是{0}、{1}", "非{0}、{1}地区", "{0}、{1}由友商负责", "我们计划年底前进入{0}、{1}", "我司已退出{0}、{1}市场",
        "本公司不在{0}、{1}开展业务", "{0}和{1}的用户暂时只能寄修", "{0}、{1}不在服务范围内", "原覆盖{0}、{1}，现已停止", "总部位于{0}、{1}",
        "自2024年起不再服务{0}、{1}", "从{0}、{1}发货", "{0}、{1}正在筹备", "{0}、{1}暂时没有网点", "若您在{0}、{1}，暂时无法上门",
    )  # fmt: skip
    return form.format(*clerk.items(False, 2))


def contact(clerk: Clerk) -> str:
    """A person and a telephone beside a place."""
    form = clerk.pick(
        " {n} {m}",
        "（{n} {m}）",
        "：{m}",
        " {m}",
        "：{n}{m}",
        "\t{n}\t{m}",
        " 联系人：{n} 电话：{m}",
        "-{n}-{m}",
    )
    code = clerk.pick(clerk.place(), clerk.town())
    return "\n".join(
        [
            *clerk.items(True),
            clerk.serve(code) + form.format(n=clerk.person(), m=clerk.mobile()),
            *clerk.items(True, 1),
        ]
    )


def named_like_a_place(clerk: Clerk) -> str:
    """A person whose name is a county's or a province's, beside a telephone."""
    name = clerk.pick("高平", "安吉", "万宁", "石林", "永平")
    form = clerk.pick("\t{n}\t{m}", " 负责人：{n} {m}")
    return "\n".join(clerk.serve(clerk.place()) + form.format(n=name, m=clerk.mobile()) for _ in range(3))


def table(clerk: Clerk, heads: list[str], write: Callable, headed: bool = True) -> str:
    """Places beside their states."""
    head, rows = ["省份", "城市", clerk.pick(*heads)], []
    for n in range(5):
        served = n < 2 or clerk.draw.random() < 0.3
        code = clerk.place("prefecture")
        cells = [clerk.full(clerk.map.up(code)[-1]), clerk.full(code), clerk.pick(*(YES if served else NO))]
        rows.append(cells)
        clerk.include.update([code] if served else [])
    clerk.draw.shuffle(rows)
    return write([head, *rows] if headed else rows)


def text_table(rows: list[list[str]], joint: str) -> str:
    return "\n".join(joint.join(row) for row in rows)


def markdown(rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in [rows[0], ["---"] * len(rows[0]), *rows[1:]])


def html(rows: list[list[str]]) -> str:
    return f"<table>{''.join('<tr>' + ''.join(f'<td>{cell}</td>' for cell in row) + '</tr>' for row in rows)}</table>"


def tables() -> dict[str, Callable]:
    forms = {
        "markdown": markdown,
        "HTML": html,
        "tabs": partial(text_table, joint="\t"),
        "CSV": partial(text_table, joint=","),
    }
    made = {}
    for name, write in forms.items():
        made[f"table of {name}, a column of states"] = partial(table, heads=STATE_HEADS, write=write)
        made[f"table of {name}, states under another head"] = partial(table, heads=OTHER_HEADS, write=write)
    return made | {"table without a head": partial(table, heads=[""], write=forms["tabs"], headed=False)}


KINDS: dict[str, Callable[[Clerk], str]] = {
    "heading with a colon": partial(heading, words=KNOWN, forms=COLON),
    "heading in brackets": partial(heading, words=KNOWN, forms=BRACKETS),
    "heading on its own line": partial(heading, words=KNOWN, forms=OWN_LINE),
    "heading of markdown": partial(heading, words=KNOWN, forms=MARKDOWN),
    "heading of HTML": partial(heading, words=KNOWN, forms=HTML),
    "heading before a tab, a bar, a dash": partial(heading, words=KNOWN, forms=NO_COLON),
    "heading with a verb": partial(heading, words=KNOWN, forms=VERBS),
    "heading above lines": partial(heading, words=KNOWN, forms=[*OWN_LINE, "{h}：\n"], joints=LINES * 3),
    "heading before the first line": partial(heading, words=KNOWN, forms=["{h}："], joints=LINES * 5),
    "heading above numbers": partial(numbered, words=KNOWN),
    "heading above remarks": remarks,
    **{f"rare words, {s}, with a colon": partial(heading, words=w, forms=COLON[:5] + BRACKETS) for s, w in RARE.items()},
    **{f"rare words, {s}, on their own line": partial(heading, words=w, forms=OWN_LINE) for s, w in RARE.items()},
    "sense behind": partial(behind, forms=BEHIND, joints=["、"]),
    "sense behind lines": partial(behind, forms=OF_ALL, joints=LINES),
    "sense of the above": partial(behind, forms=ABOVE, joints=["、"]),
    "state of an item": partial(state, states=STATES, joints=["\n", "\n- "]),
    "state of an item, like a heading": partial(state, states=LIKE_A_HEADING, joints=["；"]),
    "a name that two bear": two_bearers,
    "state of the last": state_of_last,
    "part of a place": part,
    "whole of a place": whole,
    "exception": partial(exception, forms=EXCEPT, joints=["；", "\n"]),
    "exception with a label": partial(exception, forms=LABELLED, joints=["；", "\n"]),
    "exception behind": partial(exception, forms=NEXT, joints=["\n"]),
    "only these": only,
    "country above what it is without": base_above,
    "so many of its parts": counted,
    "city above what left it": partial(left_its_city, forms=HEADED),
    "city said to hold what left it": partial(left_its_city, forms=["{c}包括{o}、{x}"]),
    "fields of JSON": fields,
    "struck out": struck,
    "boxes and ticks": boxes,
    "footnotes": footnote,
    "prose": prose,
    "persons and telephones": contact,
    "persons with the name of a place": named_like_a_place,
    **tables(),
    **ASIDES,
    **PAGES,
}  # fmt: skip
