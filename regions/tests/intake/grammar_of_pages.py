"""What the source of a page holds beside its words: hidden elements, comments, days, JSON over several lines. See `grammar.py`."""

import json
from collections.abc import Callable
from datetime import date, timedelta

from .clerk import Clerk


def hidden(clerk: Clerk) -> str:
    """One item that no reader sees, or can choose, among others."""
    tag, off = clerk.pick(
        "li hidden", "li style='display: none'", "li class='item disabled'", "option disabled", "option hidden", "div style=\"visibility:hidden\"",
        "p hidden=''", "span style='color:red;display:none'",
    ).split(" ", 1)  # fmt: skip
    items = [f"<{tag}>{item}</{tag}>" for item in clerk.items(True)]
    inner = clerk.pick("{}", "<b>{}</b>", "<a href='#'>{}</a>", "\n{}\n").format(clerk.name(clerk.place()))
    items.insert(clerk.draw.randrange(len(items) + 1), f"<{tag} {off}>{inner}</{tag}>")
    return clerk.pick("", "\n").join(items)


def hidden_block(clerk: Clerk) -> str:
    """Several lines in an element that is hidden, and some behind it that are not."""
    block = clerk.pick("\n", "、").join(clerk.items(False))
    inner = clerk.pick("<ul>\n{}\n</ul>", "<div><div>x</div>\n{}</div>", "\n{}\n").format(block)
    return f"<div style='display:none'>{inner}</div>\n<div>{'、'.join(clerk.items(True))}</div>"


def commented(clerk: Clerk) -> str:
    out = clerk.pick("<!-- {} -->", "<!-- <li>{}</li> -->", "<!--\n{}\n-->", "// {}", "/* {} */").format(
        "\n".join(clerk.items(False, 1))
    )
    return "\n".join([*clerk.items(True), out, *clerk.items(True, 1)])


def days(clerk: Clerk) -> str:
    """A column of days from which, or until which, places are served."""
    begins = clerk.draw.random() < 0.6
    head = clerk.pick("开通日期", "生效日期", "上线时间", "预计开通时间", "Start date") if begins else clerk.pick("停止日期", "有效期至", "End date")  # fmt: skip
    form = clerk.pick("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y.%m.%d", "%Y%m%d")
    rows = [("城市", head)]
    for later in (True, False, True, False):
        code = clerk.place("prefecture")
        day = date.today() + timedelta(clerk.draw.randint(40, 900) * (1 if later else -1))
        clerk.include.update([code] if later != begins else [])
        rows.append((clerk.full(code), day.strftime(form)))
    if begins:
        rows.append((clerk.full(clerk.place("prefecture")), clerk.pick("待定", "明年", "", "未定")))
    joint = clerk.pick("\t", ",")
    return "\n".join(joint.join(row) for row in rows)


def objects(clerk: Clerk) -> str:
    """JSON with a field a line: the whole of no level above the last is meant."""
    keys = clerk.pick(
        "省 市 区", "省份 城市 区县", "province city district", "provinceName cityName countyName"
    ).split()
    rows = []
    for _ in range(3):
        code = clerk.place("county")
        line = clerk.map.up(code)[::-1]
        clerk.include.add(code)
        rows.append(dict(zip(keys[-len(line) :], map(clerk.full, line), strict=True)))
    return json.dumps(rows, ensure_ascii=False, indent=clerk.draw.choice([1, 2, 4]))


def beside_a_list(clerk: Clerk) -> str:
    """A sentence that nobody reads beside one that is read: what it names is served by nobody."""
    form = clerk.pick(
        "{y}均可上门，{n}的勿扰",
        "{n}已于去年停止服务，现服务{y}",
        "我们服务{y}，{n}请找当地商家",
        "{n}的业务转给了同行，{y}照常",
        "{y}用户请放心下单，{n}不发",
    )
    return form.format(y="、".join(clerk.items(True, 2)), n="、".join(clerk.items(False, 1)))


def city_among_its_parts(clerk: Clerk) -> str:
    """A city's own name among its districts: a part that closed, or a slip; the whole is not said."""
    city, below = clerk.with_children()
    clerk.include.update(below)
    names = [clerk.full(below[0]), clerk.full(city), clerk.full(below[1])]
    form = clerk.pick("{c}：{l}", "{c}（{l}）", "{c}{l}", "服务区域：{c}（{l}）", "### {c}\n{l}")
    return form.format(c=clerk.full(city), l="、".join(names))


def trades(clerk: Clerk) -> str:
    """A table with a column of what is done in each place, and one of an answer."""
    joint = clerk.pick("\t", ",", "|")
    rows = [
        joint.join(("省份", "城市", clerk.pick("服务项目", "服务内容", "业务类型", "服务产品"), "能否上门"))
    ]
    for served in (True, False, True):
        code = clerk.place("prefecture")
        clerk.include.update([code] if served else [])
        answer = clerk.pick("可以", "是", "Y") if served else clerk.pick("不可以", "否", "N", "不行")
        rows.append(
            joint.join(
                (clerk.full(clerk.map.up(code)[-1]), clerk.full(code), clerk.pick("维修", "安装"), answer)
            )
        )
    return "\n".join(rows)


PAGES: dict[str, Callable[[Clerk], str]] = {
    "hidden on the page": hidden,
    "hidden block": hidden_block,
    "commented out": commented,
    "days in a table": days,
    "objects of JSON over lines": objects,
    "beside a list": beside_a_list,
    "city among its parts": city_among_its_parts,
    "trades in a table": trades,
}
