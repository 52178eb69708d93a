"""Tables that lie on their side say what the upright ones say; columns that answer for several services say it for one."""

import random

import pytest

from regions.resolver import load_default
from regions.services.intake import reading
from regions.services.intake.drafting import make_lines

CITIES = {
    "武汉市": "420100", "沈阳市": "210100", "成都市": "510100", "兰州市": "620100", "贵阳市": "520100", "四川省": "510000", "青岛市": "370200",
}  # fmt: skip
QUESTIONS = ("是否开通", "状态", "维修", "上门服务", "是否覆盖", "服务情况")
YES, NO = ("是", "√", "✔️", "已开通", "正常"), ("否", "×", "✖️", "未开通", "停业")


@pytest.fixture(autouse=True)
def whole_country(monkeypatch):
    monkeypatch.setattr(reading, "resolver", load_default)


def accepted(text, kind="repair"):
    lines = make_lines(reading.read(text, ("消毒柜", kind)).tokens)
    sure = [line for line in lines if line["decision"] == "accepted"]
    return {code for line in sure for code in line["include"]}, {
        code for line in sure for code in line["exclude"]
    }


def pipes(rows):
    head, *body = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join((head, f"|{'---|' * len(rows[0])}", *body))


FORMS = {
    "tabs": lambda rows: "\n".join("\t".join(row) for row in rows),
    "csv": lambda rows: "\n".join(",".join(row) for row in rows),
    "pipes": pipes,
    "html": lambda rows: "<table>" + "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows
    ) + "</table>",
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", range(8))
def test_a_table_on_its_side_serves_nobody_that_it_refuses(form, seed):
    rng = random.Random(f"{form}{seed}")
    names = rng.sample(sorted(CITIES), rng.randint(2, 5))
    said = {name: rng.random() < 0.5 for name in names}
    question, at = rng.choice(QUESTIONS), rng.randrange(5)
    rows = [
        [rng.choice(("城市", "地区", "")), *names],
        [question, *((YES if said[name] else NO)[at] for name in names)],
    ]
    if rng.random() < 0.4:
        rows.insert(rng.choice((0, 2)), ["序号", *map(str, range(1, len(names) + 1))])
    include, exclude = accepted(FORMS[form](rows))
    yes = {CITIES[name] for name in names if said[name]}
    assert include <= yes and exclude <= {CITIES[name] for name in names} - yes, rows
    if question != "维修":
        assert include == yes, rows


@pytest.mark.parametrize("form", [*FORMS, "words"])
@pytest.mark.parametrize("seed", range(6))
def test_of_several_services_the_own_one_decides(form, seed):
    rng = random.Random(f"{form}{seed}")
    kinds = rng.sample(
        [("安装", "installation"), ("维修", "repair"), ("清洗", "cleaning"), ("保养", "maintenance")], 3
    )
    names = rng.sample(sorted(CITIES), 4)
    marks = {name: [rng.random() < 0.5 for _ in kinds] for name in names}
    rows = [
        ["城市", *(title for title, _ in kinds)],
        *([n, *("√" if m else "×" for m in marks[n])] for n in names),
    ]
    write = FORMS.get(form, lambda rows: "\n".join(" ".join(row) for row in rows))
    for at, (_, kind) in enumerate(kinds):
        include, exclude = accepted(write(rows), kind)
        assert include == {CITIES[name] for name in names if marks[name][at]}, rows
        assert exclude == {CITIES[name] for name in names if not marks[name][at]}, rows
    assert accepted(write(rows), "recycling") == (set(), set())
