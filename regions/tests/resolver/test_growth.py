"""Four times the text is about four times the work: no long run of anything makes a pattern, or a reading, go round in itself.

The time of the processor is compared with itself, so the machine's speed says nothing; quadratic work is sixteen times.
"""

import time

import pytest

from regions.pages import read_page
from regions.services.intake import reading

# Runs that once were too much: words before a place, blanks of a page, predicates without a list, numbers in a row.
ONCE = [
    "服务",
    "位于",
    "我家在",
    "一档=",
    "&nbsp;",
    "服务 支持",
    "400-123-4567 ",
    "均",
    "暂时",
    "Xihu District, ",
    "户籍：",
    "户籍：成都 现居：贵阳 ",
    "温州、台州两市及",
    "川北片区（",
    "川南片区（自贡、泸州）",
    "原北京市",
    "宁波办事处：",
    "服务覆盖成都;",
    "收件人:张三 ",
]
RUNS = [
    " ", "  \n", "\t", "\u3000", "北京 ", "北京  ", "( ", "()", ", ", "、", "/", "-", ".", "1 ", "a ", "哈", "除", "外", "不", "未", "区", "市", "镇",
    "路", "号", "一、", "第", "收件人", "地址:", "省:", "都", "可", "上门", "张 ", "江浙", "<br>", "< ", "null", "东西", "门", "其他", "街道", "公司:",
    "[", "(1)", "1)", "13800000000", "转 1", "Hangzhou ", "not ", "\u200b", "😀", "全国 ", "中国()自贸区", "仅限", "江苏省仅限苏州", "除外的",
    "110000 朝阳区", "兵团第", "市辖区", "1703、", "满99元", "等地区", "停发", "目前", "|a|b|\n", "<tr><td>", "浙江省:\n", "### 广东省\n", "{\"a\":",
    "暂未开通地区:", "第一步", "→", "**", "— ", "其余地区", "全部", "所有", "仍", "的", "0571-",
]  # fmt: skip


# Tags, comments and marks that nothing closes, and what a pattern or a reading once began anew at each of them.
SHAPES = [
    "<div>", "<div><p>", "<td>", "<tr ", "<table ", "<!--", "/*", "//", "<del>", "&#20013;", "<p hidden>", "<li>成都", "|---", "- ", "> ", "› ", "» ", "(", "（除", "【", "\"", "#",
    "除", "四川（除", "成都除武侯", "仅限", "Hangzhou (", "except ", "·", "…", "::", "12:", "1-", "2026年1月", "成都\t", "a,b,", "暂未开通：", "~~", "李广州 ", "等地", "成都 ", "琼、藏两地除外，全国",
]  # fmt: skip


def _spent(work, text: str) -> float:
    times = []
    for _ in range(2):
        start = time.thread_time()
        work(text)
        times.append(time.thread_time() - start)
    return min(times)


def _grows_with_the_text(resolver, run: str) -> None:
    def everything(text):
        resolver.resolve(text)
        resolver.tokens(text)
        read_page(text, resolver)

    short, long = ((run * size)[:size] + end for size, end in ((1_500, "x"), (6_000, "x")))
    everything(short)
    least = max(_spent(everything, short), 0.02)
    assert _spent(everything, long) < 9 * least, run


@pytest.mark.parametrize("run", ONCE)
@pytest.mark.slow
def test_a_long_run_takes_no_more_than_its_length(resolver, run):
    _grows_with_the_text(resolver, run)


@pytest.mark.slow
@pytest.mark.parametrize("run", RUNS)
def test_any_long_run_takes_no_more_than_its_length(resolver, run):
    _grows_with_the_text(resolver, run)


def _around(shape: str, count: int) -> str:
    return f"{shape * count}成都市、武侯区{shape * count}"


def _by_line(shape: str, count: int) -> str:
    return f"{shape}\n" * (2 * count)


@pytest.fixture
def paste(resolver, monkeypatch):
    """What the paste box does with a text before it is kept."""
    monkeypatch.setattr(reading, "resolver", lambda: resolver)

    def everything(text):
        reading.read(text)
        resolver.resolve(text)
        resolver.tokens(text)

    return everything


@pytest.mark.slow
@pytest.mark.parametrize("form", [_around, _by_line])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_around_a_list_takes_no_more_than_its_length(paste, shape, form):
    short, long = form(shape, 200), form(shape, 1_600)
    paste(short)
    least = max(_spent(paste, short), 0.02)
    assert _spent(paste, long) < 20 * least, shape  # eight times the text; quadratic work is sixty-four times


@pytest.mark.slow
def test_tags_inside_one_another_take_no_more_than_their_length(resolver):
    def read(text):
        return read_page(text, resolver)

    short, long = ("<div>" * count + "成都市" + "</div>" * count for count in (250, 2_000))
    read(short)
    assert _spent(read, long) < 20 * max(_spent(read, short), 0.004)


# Cells that reach over many columns and rows, in rows and in tables of their own.
SPANS = (
    "<table>{}</table>",
    "<tr><td rowspan=300 colspan=50>成都市</td></tr>",
    "<tr><td rowspan=999999>成都市</td><td colspan=999999>武侯区</td></tr>",
)


@pytest.mark.slow
@pytest.mark.parametrize("row", SPANS[1:])
@pytest.mark.parametrize("tables", [False, True])
def test_cells_that_reach_far_take_no_more_than_their_rows(resolver, row, tables):
    def read(text):
        return read_page(text, resolver)

    one = SPANS[0].format(row) if tables else row
    short, long = (one * count if tables else SPANS[0].format(one * count) for count in (20, 160))
    read(short)
    assert _spent(read, long) < 20 * max(_spent(read, short), 0.01)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["成都：{}青羊区，金牛区除外", "{}青羊区，金牛区除外", "全国，{}金牛区除外"])
def test_a_long_list_before_an_exception_takes_no_more_than_its_length(resolver, form):
    short, long = (form.format("武侯区、" * count) for count in (200, 800))
    resolver.resolve(short)
    least = max(_spent(resolver.resolve, short), 0.02)
    assert _spent(resolver.resolve, long) < 9 * least
