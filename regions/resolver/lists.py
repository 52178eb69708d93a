"""Where a line falls apart into items: separators outside brackets and outside exclusions."""

import re
from collections.abc import Iterator

from .readings import Reading
from .rest import WHOLE, begins_as_road, classify
from .unit import PREFECTURE
from .vocabulary import GENERIC, GROUPS, NUMERAL, OWN_LAND, TOWN_LABEL, TOWN_PART
from .walk import GAPS, Walk

_EVENT = re.compile(
    r"[、;\n]+|[, /|·+&#]+|[①-⑳⑴-⒇]|[(和与及跟]|以及|除(?!外)|不含|不包括|不包含|不支持|不覆盖|排除"
)
_OUTSIDE = re.compile(r"以外|之外|除外|外|[;\n]")
_AFTER_OUTSIDE = frozenset(["", *"的,、 ).全中其均都皆各所"])  # what may follow the 外 of an exclusion
# The next item has an exclusion of its own: 上海市除崇明、江苏省除宿迁.
_NEXT = re.compile(r"([、,])[\u4e00-\u9fff]{2,12}?(除(?!外)|不含|不包括|不包含)")
_SENT = re.compile(r"[,;、](?:请|改|直接|可以?|要|都)*[寄发送][到往至]?")
_ITEM_END = re.compile(r"[、;\n,()]")
_MARK = re.compile(
    rf"[\s·*+>\-]*(?:\(?(?:\d{{1,3}}|{NUMERAL})(?:\)[、.]?|[、.](?!\d))|[①-⑳⑴-⒇]"
    r"|第[一二三四五六七八九十\d]+[、:.]|\d{1,2}\s(?=[\u4e00-\u9fff]))?[\s·*+>\-]*"
)
MARK_STARTS = frozenset(" ·*+>-(0123456789一二三四五六七八九十第") | {
    chr(code) for code in range(0x2460, 0x249C)
}
_LABEL = re.compile(
    rf"[\u4e00-\u9fff]{{0,8}}?(?:地址|区域|范围|地区|城市|省份|网点|地点|所在地|{OWN_LAND}|覆盖|区划|省/?市(?:/?[区县])?|位置|名单|列表|如下|包括|包含|涵盖|地|支持|开通|配送) ?:"
)
# A label that says that what follows is not served: 暂未开通:, 不发货地区:
REFUSAL = re.compile(
    r"[^:、,;\n()\d]{0,12}?(?:不(?:服务|支持|覆盖|包括|包含|含|提供|发|送|配送|派送|上门|到|在|可|能|予|受理|开通|适用)|未(?!来)|无法|没有|暂停|停止"
    r"|停[发运服业]|除外|盲区|例外|以外|拒|禁)[^:、,;\n()]{0,12}: ?"
)
# A label that says what nobody is served by today, or of whom it speaks: 即将开通:, 竞品城市:, 以前的服务范围:
_DOUBTED = "即将|将[于要]|计划|规划|筹[建备划]|拟[开建设]|待(?!遇)|陆续|预计|[未将]来(?!安)|下一?[步批期]|竞品|竞争|对手|友商|同行|别家|以前|曾经|历史|过去|往年|原有|原先|投诉|举报|备选|候选|招商|招募"
DOUBTED = re.compile(rf"(?=[^:、,;\n()\d]{{0,12}}?(?:{_DOUBTED}))[^:、,;\n()]{{2,20}}: ?(?!\d)")
_INLINE = re.compile(r" \d{1,2}$")  # 1、南昌市 2、九江市
_LIMIT = re.compile("(?:仅|只)?限于?|仅|只(?:有|做|到)?")  # 仅限成都市区及双流
_NUMBER = re.compile(rf"\((?:\d{{1,2}}|{NUMERAL})\)\s*")
# Whose address it is: 甲公司:, 总部:, 分部:
_OWNER = re.compile(
    r"[\u4e00-\u9fffa-z\d]{0,8}?(?:公司|总部|分?部|本部|[门分总]店|[分总]?厂|厂区|仓库?|校区|院区|中心|办公室?|住所|住址|户籍|工厂|门市|[处所点])\d? ?:"
)
_CODES = re.compile(r"\d{6}(?:\d{3}){0,2}(?!\d)")
_GROUP_ALONE = re.compile("等?(?:地区|地|[两三]地|三省)?(?:除外|以外|之外|不.{1,4})?[)]?$")
_FREE_FROM = re.compile(r"满\d{1,5}元?(?:起|以上|即可?)?$")
_REACH = 64  # how far an item is looked at to tell whether a region stands there
_ENDS = " .,;:、!?\n·"
_END_SET = frozenset(_ENDS)
_NO_WORDS = _END_SET | GAPS
_NAME_TAIL = re.compile(
    r"(?!但)[\u4e00-\u9fff]{2,12}(?:省|市|县|区|旗|州|盟|镇|乡|街道|地区)(?=[、;\n,()]|$)"
)


def splits(s: str, start: int, end: int) -> bool:
    """Whether anything in s[start:end] may separate items."""
    return _EVENT.search(s, start, end) is not None


def closing(s: str, at: int, end: int) -> int:
    """Position of the bracket that closes the one at `at`, or -1."""
    depth = 0
    for found in re.finditer(r"[()]", s[at:end]):
        depth += 1 if found.group() == "(" else -1
        if depth == 0:
            return at + found.start()
    return -1


def _pairs(s: str, start: int, end: int) -> dict[int, int]:
    """Opening -> closing position of every bracket that is closed."""
    pairs, open_ = {}, []
    for found in re.finditer(r"[()]", s[start:end]):
        if found.group() == "(":
            open_.append(start + found.start())
        elif open_:
            pairs[open_.pop()] = start + found.start()
    return pairs


def exclusion_end(s: str, at: int, end: int, walk: Walk) -> int:
    """Where the exclusion that opens at `at` (除, 不含 …) ends: behind its 外, else at the end of the sentence."""
    seen, stop = at, end
    for found in _OUTSIDE.finditer(s, at + 1, end):
        if found.group() in ";\n":
            stop = found.start()
            break
        if s[at] != "除" or found.start() == at + 1 or _in_a_bracket(s, at, found.start()):
            continue
        seen = found.end()
        after = s[seen : seen + 1]
        if (
            found.group() != "外"
            or after in _AFTER_OUTSIDE
            or _ends_a_name(s, at, found.start(), walk)
            or (after not in "区街镇" and walk.starts_region(s, seen, min(end, seen + _REACH)))
        ):
            return seen
    country = s.find(",全国", at, stop)
    if country > 0:
        return country  # 除了西藏,全国都送
    sent = _SENT.search(s, at, stop)
    if sent and walk.starts_region(s, sent.end(), min(end, sent.end() + _REACH)):
        return sent.start()  # 不支持海口,寄杭州
    again = _NEXT.search(s, max(seen, at + 1), stop)
    if again and walk.read(s, again.end(1), again.end())[1] == again.start(2):
        return again.start(1)
    return stop


def _in_a_bracket(s: str, start: int, at: int) -> bool:
    """Whether a bracket that opened behind `start` is open at `at`: 除西藏(拉萨除外)."""
    return s.count("(", start, at) > s.count(")", start, at)


def _ends_a_name(s: str, at: int, end: int, walk: Walk) -> bool:
    """Whether what was listed last before `end` is a region to its last character: 除西藏、新疆外满99元包邮."""
    first = max(at + 1, end - 16)
    begin = max(first, *(s.rfind(mark, first, end) + 1 for mark in "、,和及 "))
    return end - begin > 1 and (walk.read(s, begin, end)[1] == end or bool(walk.glued.codes(s, begin, end)))


def trim(s: str, start: int, end: int) -> tuple[int, int]:
    """Without list marks, a label (服务区域:), blanks and closing punctuation."""
    while start < end and s[start] in _END_SET:
        start += 1
    while start < end and s[end - 1] in _END_SET:
        end -= 1
    if start < end and s[start] in MARK_STARTS:
        mark = _MARK.match(s, start, end)
        if mark and mark.end() < end:
            start = mark.end()
    if s.find(":", start, min(end, start + 16)) > 0:
        label = _LABEL.match(s, start, end) or _OWNER.match(s, start, end)
        turned = REFUSAL.match(s, start, end) or TOWN_LABEL.match(s, start, end)
        if label and label.end() < end and not (turned or DOUBTED.match(s, start, end)):
            start = label.end()
            while start < end and s[start] in _END_SET:
                start += 1
    return start, end


def announces(label: str) -> bool:
    """Whether a label (服务区域:, 甲公司:) only says that a list, or an address, follows."""
    return (_LABEL.fullmatch(label) or _OWNER.fullmatch(label)) is not None and not DOUBTED.match(label)


def _item_end(s: str, at: int, end: int) -> int:
    end = min(end, at + _REACH)
    found = _ITEM_END.search(s, at, end)
    return found.start() if found else end


def _group_behind(s: str, start: int, end: int) -> bool:
    """Whether nothing but a group of provinces stands there."""
    words = s[start:end]
    return words in GROUPS or _GROUP_ALONE.sub("", words) in GROUPS


class Splitter:
    def __init__(self, walk: Walk):
        self.walk = walk

    def split(self, s: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Spans of the items of s[start:end], trimmed, none empty; lazy, so that prose can be left early."""
        for begin, stop in self._raw(s, start, end):
            begin, stop = self.trimmed(s, begin, stop)
            if begin < stop:
                yield begin, stop

    def trimmed(self, s: str, start: int, end: int) -> tuple[int, int]:
        """As `trim`, but 阿里地区: is no label that announces a list."""
        begin, stop = trim(s, start, end)
        mark = s.find("地区", start, begin)
        if mark > 0 and (first := s.rfind("\n", start, mark) + 1 or start) < mark:
            first += len(s[first:mark]) - len(s[first:mark].lstrip(_ENDS))
            numbered = _MARK.match(s, first, mark)
            first = numbered.end() if numbered else first
            if self.walk.read(s, first, mark + 2)[1] == mark + 2:
                return first, stop
        return begin, stop

    def _raw(self, s: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        begin = first = start  # `first`: where words may begin of the item that begins at `begin`
        at = self._past_mark(s, start, end)
        pairs: dict[int, int] | None = None
        while (event := _EVENT.search(s, at, end)) is not None:
            ch, here, after = s[event.start()], event.start(), event.end()
            at = here + 1
            if ch in "、;\n":
                mark = _INLINE.search(s, max(begin + 1, here - 3), here) if ch == "、" else None
                if mark and self.walk.starts_region(s, after, min(end, after + _REACH)):
                    here = mark.start()
                yield begin, here
                begin, at = after, self._past_mark(s, after, end)
            elif ch == "(":
                number = _NUMBER.match(s, here, end)
                if (
                    number
                    and trim(s, begin, here)[0] < here
                    and self.walk.starts_region(s, number.end(), end)
                ):
                    yield begin, here  # (1)苏州市…(2)无锡市…
                    begin, at = here, number.end()
                    continue
                if pairs is None:
                    pairs = _pairs(s, start, end)
                at = pairs.get(here, here) + 1
                if at > after and self._another_behind(s, begin, here, at, end):
                    yield begin, at  # 江苏(除宿迁)浙江(除舟山)上海
                    begin = at
            elif ch in "和与及跟以及":
                if here > begin and self._joins(s, begin, here, after, end):
                    yield begin, here
                    begin = at = after
            elif ch > "①" and ch <= "⒛" and here > begin:  # ①厦门市②拉萨市
                if self.walk.starts_region(s, after, min(end, after + _REACH)):
                    yield begin, here
                    begin = at = after
            elif ch in ", /|·+&#":
                at = after
                first = max(first, begin)
                while first < here and s[first] in _NO_WORDS:
                    first += 1
                if here > first and self._parts(s, first, here, after, end):
                    yield begin, here
                    begin = at
            elif (label := REFUSAL.match(s, trim(s, begin, here)[0], end)) and label.end() > here:
                at = label.end()  # 暂不支持区域：新疆、西藏
            else:
                at = max(exclusion_end(s, here, end, self.walk), at)
                leads = (
                    trim(s, begin, here)[0] >= here
                )  # 除甘孜外, 四川省; behind 四川省除甘孜外 the comma ends the item
                if at < end and (s[at] == "的" or (leads and s[at] in ", ")):
                    at += 1
        yield begin, end

    @staticmethod
    def _past_mark(s: str, at: int, end: int) -> int:
        if at < end and s[at] in MARK_STARTS:
            mark = _MARK.match(s, at, end)
            return mark.end() if mark else at
        return at

    def _parts(self, s: str, begin: int, at: int, after: int, end: int) -> bool:
        """Whether the comma or blank s[at:after] separates two items (广州,深圳), not two levels (杭州,西湖区)."""
        if after >= end or s[after] in "、;\n():":
            return False
        if s[at - 1] in "元起上即可0123456789" and _FREE_FROM.search(s, max(begin, at - 14), at):
            return False  # 满59元,全国包邮
        if s[at - 1] == ":":
            label = trim(s, begin, at)[0]
            if any(known.match(s, label, after) for known in (TOWN_LABEL, REFUSAL, DOUBTED)):
                return False  # 主城区: 合肥市; 不发货: 西藏; 即将开通: 上海
        item = _item_end(s, after, end)
        owner = _OWNER.match(s, after, end)
        if owner:
            return self.walk.starts_region(s, owner.end(), end)
        if s[after:item] == "全州" and s[at - 1] == "州":
            return False  # 红河州 全州: all of it, no county of that name
        begin, _ = trim(s, begin, at)
        if _CODES.fullmatch(s, begin, at):
            return _CODES.match(s, after, item) is not None  # 110105 朝阳区 is one item
        before, stop = self.walk.read(s, begin, item)
        if stop > after:
            return before[0].dated and self._stands_alone(s, after, item)
        behind, reach = self.walk.read(s, after, item)
        if behind:
            return not (before and self._part_of_town(s, behind[0], reach, item))
        return "," in s[at:after] and (not before or _NAME_TAIL.match(s, after, end) is not None)

    def _another_behind(self, s: str, begin: int, bracket: int, at: int, end: int) -> bool:
        """Whether directly behind the bracket of a province or a city another one stands, to its last character or with a bracket of its own."""
        if at >= end or not "\u4e00" <= s[at] <= "\u9fff":
            return False
        begin = trim(s, begin, bracket)[0]
        item = _item_end(s, at, end)
        (before, stop), (behind, reach) = self.walk.read(s, begin, bracket), self.walk.read(s, at, item)
        if not before or not behind or stop != bracket or reach != item:
            return False
        units = [reading.unit for reading in (*before, *behind)]
        return all(unit.level <= PREFECTURE for unit in units) and not any(
            part.unit.inside(whole.unit) or whole.unit.inside(part.unit)
            for part in behind
            for whole in before
        )

    def _stands_alone(self, s: str, at: int, end: int) -> bool:
        """Whether a living city stands at `at`, which once was a part of the city before it: 襄阳市/随州市."""
        found, _ = self.walk.read(s, at, end)
        return len(found) == 1 and not found[0].dated and found[0].unit.level <= PREFECTURE

    @staticmethod
    def _part_of_town(s: str, reading: Reading, stop: int, end: int) -> bool:
        """Whether a place behind an address is a building in a part of the city (阳泉市城区商务楼), which no second
        address would begin with."""
        first, last = reading.steps[-1][:2]
        return (
            len(reading.steps) > 1
            and s[first:last] in GENERIC
            and stop < end
            and not begins_as_road(s[stop : min(end, stop + 24)])
        )

    def _joins(self, s: str, begin: int, at: int, after: int, end: int) -> bool:
        """Whether 和, 与, 及, 以及 at `at` stands between two regions and is not part of a name (和平区)."""
        begin, _ = trim(s, begin, at)
        lead = _LIMIT.match(s, begin, at)
        begin = lead.end() if lead else begin
        bracket = s.find("(", begin, at) if s[at - 1] == ")" else -1
        if at - begin > 40 and bracket < 0:
            return False
        item = _item_end(s, after, end)
        if _group_behind(s, after, item):  # 西藏及港澳台
            return s[begin:at] in GROUPS or self.walk.read(s, begin, at)[1] == at
        if bracket > begin:  # 浙江省(衢州市除外)和安徽省
            return self.walk.read(s, begin, bracket)[1] == bracket and self.walk.starts_region(s, after, item)
        if s[begin:at] in GROUPS:
            return self.walk.starts_region(s, after, item)
        before, stop = self.walk.read(s, begin, item)
        if not before and s[at - 1] in "境域省市区县内":
            before, stop = self.walk.read(s, begin, at)
        name, reach = self.walk.read(s, at, item)
        if name and reach == item:
            return False  # 和康县 after 梧州市 is no 康县
        town = bool(before) and stop < at and TOWN_PART.fullmatch(s, stop - 1, at)  # 成都市区及双流
        if not before or (stop != at and not town and classify(s[stop:at]) != WHOLE):
            return False  # 福建全境及江西上饶 are two
        behind, further = self.walk.read(s, after, item)
        if name and reach >= further:
            return False  # 和田地区和安县和安县: 和安县 is no 安县 of somewhere else
        # 成都和成华区: nobody lists a region beside its own part; likely 和 stands for 市.
        own = town or not any(part.unit.inside(whole.unit) for part in behind for whole in before)
        return bool(behind and own)
