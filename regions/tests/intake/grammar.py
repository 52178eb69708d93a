"""How companies print where they serve and where not: one function a kind of text.

Each takes a `Clerk` and returns the text; the clerk has noted what it says. KINDS lists them, ADDRESSES those that are asked
as one address.
"""

from collections.abc import Callable
from functools import partial

from .clerk import Clerk


def of(words: str) -> list[str]:
    return words.split("|")


SERVED = of("服务区域|服务范围|覆盖城市|已开通城市|可上门地区|上门服务区域|覆盖区域|服务城市")
NOT = of("暂未开通|不支持上门|未覆盖地区|无法上门|不包括|除外地区|停止服务|服务盲区|不发货地区|无网点")
PAUSED = of("暂停服务|暂停接单|临时关闭|停运")
PENDING = of("即将开通|筹建中|规划中|敬请期待")
KNOWN = NOT + PAUSED + PENDING + of("竞品|疑似|另议")
SAID_BEHIND = of("暂未开通|不支持上门|无法上门|停止服务|暂停服务|暂停接单|停运")
# Words of the same senses that are rarer; nobody has to know them, but whoever does not cannot take the list for served.
RARE = {
    "not": of("已下线|超区|免开尊口|已解约|黑名单|限制配送|无售后|已撤销网点|拒收|谢绝|Closed|Not covered|We do not serve|Excluded areas"),
    "limited": of("有限服务|限量服务|仅限主城区|仅限市区|仅保内|需到店|部分支持|受限区域|Limited service|Restricted areas"),
    "paused": of("检修中|休业|整顿|冻结|停摆|歇业|Paused|On hold|Temporarily closed|Suspended"),
    "pending": of("2027年开通|将开通|二期|招募中|拓展中|申请中|审批中|预告|筹备中|待开通|Pending|Coming soon|Planned|TBD"),
    "others": of("友商|友商覆盖|其他品牌|第三方|工厂所在地|生产基地|他人代理|外地|客户分布|办事处|发货地|2019年名单|Warehouses|Formerly"),
}  # fmt: skip
COLON = of("{h}：|{h}:|{h}： |{h}:\n|{h}：\n|{h}地区：|以下地区{h}：|{h}如下：|- {h}：|①{h}：|{h}=")
BRACKETS = of("【{h}】|[{h}]|【{h}】\n|「{h}」\n|《{h}》\n|“{h}”：")
OWN_LINE = of("{h}\n|=== {h} ===\n|—— {h} ——\n|★{h}★\n|◆{h}\n|一、{h}\n|（一）{h}\n|{h}\n----\n")
MARKDOWN = of("## {h}\n|### {h}\n\n|**{h}**\n|**{h}**：|**{h}：**|*{h}*\n|> {h}\n")
HTML = of("<h3>{h}</h3>\n|<p>{h}</p>\n|<b>{h}</b>：|<strong>{h}</strong><br>|<dt>{h}</dt><dd>")
NO_COLON = [*of("{h}\t|{h} |{h} - |{h}；|{h}。\n|{h}/|{h}→|{h}>|{h}~|（{h}）"), "{h}|"]
VERBS = of("{h}的城市有|{h}区域包括|{h}的有：|注：{h}\n|说明：以下{h}\n|温馨提示：{h}：")
SEPARATORS = ["、", "，", "；", "\t", "|", " | ", "/", ",", " "]
LINES = of("\n|\n- |\n* |、\n|\n\n")
BEHIND = of("{l}{h}|{l} {h}|{l}：{h}|{l}等地{h}|{l}等{h}|{l}均{h}|{l}目前{h}|{l}——{h}|{l}，{h}")
OF_ALL = of("{l}等地{h}|{l}等{h}|{l}均{h}|{l}都{h}|{l}等地均{h}")
ABOVE = of("{l}\n（以上{h}）|{l}\n以上地区{h}|{l}\n※以上{h}|{l}\n上述地区{h}")
STATES = of(
    "（暂停）|（暂停服务）|（即将开通）|（未开通）|(筹建中)|（已停止）|（待开通）|（规划中）|（停运）|（已关闭）|（不上门）|（无网点）|（2027年开通）|"
    "(coming soon)|(closed)|（×）|❌|（否）|（已取消）|（待定）"
)
LIKE_A_HEADING = of("：暂停服务|：未开通|-暂停|【暂停】")
PARTS = of(
    "部分区域|（主城区）|市区|(仅市区)|（部分）|周边|（偏远乡镇除外）|（部分乡镇不覆盖）|大部分地区|（限三环内）|近郊"
)
WHOLE = of("全境|全域|（全境）|(全境覆盖)|所有区县|各区县|（24小时上门）")
EXCEPT = of(
    "{b}除{w}外|{b}（除{w}外）|{b}（{w}除外）|{b}(不含{w})|{b}（不包括{w}）|除{w}外{b}|{b}（{w}暂未开通）|{b}全境（{w}除外）|{b} 不含{w}|"
    "{b}（{w}不上门）|{b}（除了{w}）|{b}[{w}除外]|{b}（排除{w}）|{b}（{w}以外）|{b}（{w}停运）|{b}（但不含{w}）"
)
LABELLED = of(
    "{b}（未覆盖：{w}）|{b}（盲区：{w}）|{b}(except {w})|{b} excl. {w}|{b}（w/o {w}）|{b}不做{w}|{b}不去{w}"
)
NEXT = of("{b}\n{w}除外|{b}\n（{w}除外）|{b}；{w}除外|{b}，不含{w}|{b}，除{w}|{b}\n其中{w}暂停")
ONLY = of("{b}（{w}）|{b}（仅{w}）|{b}仅限{w}|{b}（只做{w}）|{b}：{w}")
STRUCK = of("~~{x}~~|<del>{x}</del>|<s>{x}</s>|<strike>{x}</strike>")
YES = of("已开通|正常|是|√|有|服务中|覆盖|可上门|✔|营业中|支持")
NO = of(
    "未开通|否|×|无|停业|暂停|停运|筹建中|规划|待开通|即将开通|不支持|✗|已撤点|待定|closed|审核中|冻结|已退出|TBD|❌"
)
STATE_HEADS, OTHER_HEADS = of("状态|是否开通|服务状态|是否覆盖|开通情况"), of("备注|说明|网点|情况")


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
    "state of an item": partial(state, states=STATES, joints=["；", "\n", "\n- "]),
    "state of an item, like a heading": partial(state, states=LIKE_A_HEADING, joints=["；"]),
    "a name that two bear": two_bearers,
    "state of the last": state_of_last,
    "part of a place": part,
    "whole of a place": whole,
    "exception": partial(exception, forms=EXCEPT, joints=["；", "\n"]),
    "exception with a label": partial(exception, forms=LABELLED, joints=["；", "\n"]),
    "exception behind": partial(exception, forms=NEXT, joints=["\n"]),
    "only these": only,
    "struck out": struck,
    "boxes and ticks": boxes,
    "footnotes": footnote,
    "prose": prose,
    "persons and telephones": contact,
    "persons with the name of a place": named_like_a_place,
    **tables(),
}  # fmt: skip


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


ADDRESSES: dict[str, Callable[[Clerk], str]] = {
    "reversed address": reversed_address,
    "delivery form": delivery,
    "beside a place": near,
    "moved": moved,
}
