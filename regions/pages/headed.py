"""What may be a heading, and the headings that are open over a line: which one ends where another begins."""

import re
from dataclasses import dataclass

from .contexts import within
from .headings import nothing_out, of_others
from .labels import AREA, LEVELS, Said
from .lists import sure_places
from .reading import Context, Line, Places
from .senses import SERVED, sense_of
from .shapes import Shape
from .words import FOOTER

_LONGEST = 45
_LONGEST_WORDS = 40  # of a heading that ends like a sentence
_LONGEST_REMARK = (
    300  # what is longer is no remark, and its patterns would look at each of its characters from each
)
_SENTENCE = re.compile(r"[。!?;]|[,.].*[,.]")
REMARK = re.compile("备?注|注意|说明|提示|温馨提示|公告|通知|提醒|特别说明")
_LABELLED = re.compile(rf"^\W*(?:{REMARK.pattern})\s*:\s*|^[\s*※(、,;]+|[\s)。.!]+$")
_THESE = re.compile(r"[以如]下|下[列述]")
# What a remark asks of its reader, and nothing else: 下单前请咨询客服.
_ADVICE = re.compile(
    r"(?:(?:下单|购买|订购|预约|报修|付款|安装|签收|收货|上门|来店|使用)之?[前时后],?)?(?:敬?请|欢迎)(?:您|先|务必|提前|仔细|及时|随时|直接|主动)*"
    r"(?:咨询|联系|致电|拨打|来电|预约|认准|留意|注意|关注|备好|保留|保管|出示|放心|耐心|阅读|查看|谅解)[^,。;不未无没停暂禁确核是否能可仅只限部自寄]{0,16}|(?:请|需|须)提前[^,。;不未无]{0,6}预约"
    r"|(?:下单|购买|订购|预约|报修|付款|安装|签收|收货|上门|来店|使用)之?前,?(?:敬?请|需|须|会|将)(?:您|先|务必|提前|仔细|再次|与您|电话|来电|致电)*(?:确认|核实|核对|联系|通知)(?:好|清楚|一下|您)?"
    r"(?:好|您|家中|家里|产品|商品|订单|收货|安装|地址|型号|电话|号码|时间|信息|尺寸|条件|位置|环境|的|和|及|、)*(?:是否|均)?(?:正确|无误|准确|完整|一致|属实)?"
)
# What a remark speaks of where it changes nothing of who is served: 价格含税, 排名不分先后, 图片仅供参考.
_TOPIC = re.compile(
    "(?:所有|全部|各|本[页表站店]|页面|网站|具体|最终|实际)?的?(?:价格|报价|单价|售价|标价|费用|收费|运费|邮费|安装费|税[费点率]?|发票|图片|照片|排名|排序|顺序|名次|活动|优惠|优惠券|解释权|版权"
    "|质保期?|保修期?|营业时间|工作时间|服务时间|上班时间|赠品|配件|颜色|型号|规格|参数|客服|热线|电话|数据|节假日|周末)"
)
_SETTLED = re.compile(
    r"不分先后|[以按][^,。;]{1,10}为(?:准|主)|不?含税|(?:不含|不包括|另付|另收)[^,。;]{0,6}[费税]|仅供参考|如有变动|恕?不另行?通知"
)
_TITLE = re.compile("[表区店站点部类处]$")
OF_THE_ABOVE = re.compile(r"[\s(*※]*(?:以上|上述|上列)")


@dataclass(slots=True)
class Heading:
    """A heading that is open: `style` as in Shape, `plain` where only the sense of the lines tells it is one."""

    style: tuple[str, int, int]
    said: Said
    context: Context
    plain: bool = False


def level(shape: Shape) -> int:
    """How deep the level is that a label names (省份, 城市, 区县); -1 for other lines."""
    label = shape.label.strip("*# ")
    if shape.alone or not LEVELS.match(label):
        return -1
    return next(
        (
            depth
            for depth, marks in enumerate(("省", "城市州", "区县", "街乡镇"))
            if label[-2:].strip("份").endswith(tuple(marks))
        ),
        -1,
    )


def words_of(line: Line, shape: Shape, text: str, places: Places) -> str:
    """The words of a line, if they can be a heading at all; else ""."""
    words = (
        shape.label if shape.alone and shape.label else text[shape.at :] if not shape.label else ""
    ).strip(" :=")
    if len(words) <= _LONGEST_WORDS and not re.search("[,、]", words):
        words = words.rstrip("。")
    if FOOTER.search(text):
        return ""
    if REMARK.fullmatch(shape.label.strip("*# ")) and not sure_places(shape.rest, places):
        words = shape.rest.strip(" :=。")
    return "" if len(words) > _LONGEST or _SENTENCE.search(words) else words


def beside(words: str) -> bool:
    """Whether a remark changes nothing of who is served below it: advice, prices, the order of names, what stands above."""
    if len(words) > _LONGEST_REMARK:
        return False
    words = _LABELLED.sub("", words)
    if _THESE.search(words):
        return False  # 注:已下线的服务 and 以下门店… may
    if _ADVICE.fullmatch(words) or of_others(words) or nothing_out(words):
        return True
    if AREA.search(words) and not OF_THE_ABOVE.match(words):
        return False
    above = OF_THE_ABOVE.match(words)
    words = words[above.end() :] if above else words
    topic = _TOPIC.match(words)
    rest = _SETTLED.sub("", words[topic.end() :]) if topic else words if above else ""
    if not words[topic.end() if topic else 0 :] or not (topic or above) or _TITLE.search(words):
        return False
    return sense_of(rest) in ("", SERVED)


class Headings:
    """Those that are open, outermost first."""

    def __init__(self) -> None:
        self.stack: list[Heading] = []

    @property
    def top(self) -> Heading | None:
        return self.stack[-1] if self.stack else None

    @property
    def context(self) -> Context:
        return self.stack[-1].context if self.stack else Context()

    def above(self, shape: Shape) -> tuple[str, ...]:
        """The places a heading of this shape may lie in: those of the headings it does not end."""
        kept = self._kept(shape)
        return kept[-1].context.within if kept else ()

    def push(self, shape: Shape, said: Said, *, plain: bool) -> None:
        self.stack = self._kept(shape)
        if said.codes:
            while self.stack and self.stack[-1].said.codes and not self._inside(said.codes):
                self.stack.pop()
        elif not shape.explicit or shape.style[0] == "colon":
            # A title of another part of the page ends the places and titles that were not set off by marks.
            while self.stack and (self.stack[-1].plain or self.stack[-1].style[0] in ("plain", "colon")):
                self.stack.pop()
        self.stack.append(Heading(shape.style, said, said.over(self.context, keep_sense=True), plain))

    def push_field(self, depth: int, said: Said, indent: int, context: Context) -> None:
        self.stack.append(Heading(("field", depth, indent), said, said.over(context)))

    def pop_fields(self, depth: int) -> None:
        """A field ends those of its own level and of deeper ones."""
        while self.stack and self.stack[-1].style[0] == "field" and self.stack[-1].style[1] >= depth:
            self.stack.pop()

    def _inside(self, codes: tuple[str, ...]) -> bool:
        tops = self.stack[-1].said.codes
        return any(code != top and within(code, top) for code in codes for top in tops)

    def _kept(self, shape: Shape) -> list[Heading]:
        if shape.explicit or shape.style[0] == "bullet":
            for depth, held in enumerate(self.stack):
                same = held.style == shape.style
                deeper = shape.style[0] == held.style[0] == "#" and held.style[1] >= shape.style[1]
                outdented = shape.indent < held.style[2] and held.style[0] == "bullet"
                if same or deeper or outdented:
                    return self.stack[:depth]
        return list(self.stack)
