"""Spelling mistakes and pinyin: tried only when everything else failed, and only ever a suggestion."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from . import rest as tail
from .index import ROMANISED, STEM, Index
from .suggest import cuts
from .unit import COUNTRY, COUNTY, PREFECTURE, PROVINCE, Unit
from .walk import GAPS, Walk

LONGEST = 40  # characters; longer texts are prose, not a misspelt name
MOST = 12  # more suggestions than this suggest nothing
#: the kind of the evidence for a suggestion
SIMILAR, PINYIN = "similar", "pinyin"

# Characters that are taken for each other by their looks. Same-sounding ones come from syllables.txt.
_LOOKALIKES = (
    "亳毫毛豪", "崇祟祡", "尉慰蔚", "郴彬林", "儋詹澹瞻", "枝技歧", "特持待", "滨宾", "磐盘", "郸单鄲", "泸庐芦卢沪", "衢瞿衡",
    "濮璞", "漯累骡", "荥荣荧荥", "莆蒲浦", "孝考", "歙翕", "睢雎", "泗四", "涿琢啄", "栾峦滦", "鄂颚", "邛邓", "邳丕", "邵绍",
    "郓恽", "郯谈", "鄄甄", "鄞勤", "鄢焉", "郫卑", "鄱番", "酉西", "莱菜", "茌荏", "菏荷河", "萍苹", "蓟蓝", "蓬逢", "薛薜",
    "淄缁", "淮准", "渭谓", "湄眉", "湟惶", "溧栗", "溆叙", "漳障", "潢璜", "潼橦", "濉睢", "灞霸", "烟炯", "犍健", "珲浑",
    "琼京", "畲佘", "盂孟", "盱肝", "眙怡", "砀荡", "磴凳", "祁祈", "禺偶", "秭姊", "穆稳", "綦纂", "缙晋", "罗萝", "芮内",
    "苍仓", "茂戊", "莘辛", "藁蒿", "蠡螽", "衮兖", "襄壤", "谯焦", "赉来", "赣贡", "迭选", "郏夹", "钦软", "铜桐", "锡踢",
    "闽闵", "陇拢", "隰湿", "雩零", "靖清", "韶诏", "颍颖", "饶绕", "鹤鹅", "黟黔", "黠點", "昌晶", "干千于", "未末", "己已",
    "土士", "大太", "广厂", "州洲", "甘廿", "日曰", "北比", "冈岗", "桐相", "宜宣", "冶治", "侯候", "复夏", "岐歧",
    "戌戍", "扶抚", "杨扬", "梁粱", "沅元", "沭沐", "洛落", "圳训川", "浙淅", "京亰", "市巿", "疆僵缰", "杭抗航", "潭谭", "榆愉", "沧苍", "廊郎朗", "锦绵", "荆刑", "晋普", "泰秦", "沂圻", "温湿", "湖胡", "滕藤", "玉王", "环怀", "禹萬", "稷谡", "竟竞", "阆浪",
    "庆床厌", "莞菀管宛", "埠阜", "淀定锭绽", "口囗", "春舂", "津律", "都郡部", "肥淝", "西茜酉", "沙纱莎", "乌鸟", "深琛探", "佛拂弗", "肇兆", "惠慧",
    "汕灿讪", "台合", "嘉喜", "宿缩", "亭享", "常尝", "盐监", "徐涂除", "连莲涟", "抚怃", "辽了", "葫胡", "营菅", "丹舟", "双又", "鸡鸠",
    "牡壮社", "佳住往", "齐其", "眉湄", "雅稚", "遂逐", "攀樊", "凉谅", "黔默", "毕华", "遵尊", "曲由", "昭招", "丽俪", "临监",
    "铜钢", "宝玉", "咸威", "延廷", "榆输", "商高", "酒洒", "泉皋", "庄压", "陇胧", "白自百", "银很", "吴昊", "固因", "哈合", "克充", "塔搭", "鄯善",
    "坻抵", "浦铺", "嘉加", "定走", "闵悯", "汇江", "崇宗", "奉秦", "松忪", "渝愉", "碚倍", "綦萋", "潼憧", "垫执", "丰丯",
    "忠患", "巫坐", "彭澎", "秀莠",
)  # fmt: skip
_TYPES = "省市县区旗州盟镇乡"
_TOWN_ENDS = "镇乡道木"
_TYPED = re.compile(f"[{_TYPES}]|街道|自治")
_ENGLISH_TYPES = re.compile(
    r"\b(?:city|province|district|county|prefecture|autonomous|region|municipality|town|township|china|sar|of)\b"
)
_LETTERS = re.compile(r"[a-zÀ-ɏ' ,.\-/ʼ’]+$")


class Fuzzy:
    """Lazy: its tables are built at the first text that needs them."""

    def __init__(self, index: Index, walk: Walk):
        self.index, self.walk = index, walk
        self._names: dict[str, list[Unit]] = {}
        self._gaps: dict[str, set[str]] = {}
        self.sounds: dict[str, str] = {}
        self._looks: dict[str, set[str]] = defaultdict(set)
        self._pinyin: dict[str, list[Unit]] = {}

    def suggest(self, s: str, start: int, end: int, typos: int) -> tuple[str, ...]:
        """Codes of the regions the text may have meant, nearest first; empty if none or too many."""
        phrase = s[start:end].strip(" .,;:")
        if not 2 <= len(phrase) <= LONGEST:
            return ()
        if _LETTERS.match(phrase):
            return self._by_pinyin(phrase)
        if len(phrase) > 6 and not _TYPED.search(phrase):
            return ()
        self._build()
        found: dict[str, int] = {}
        self._search(phrase, 0, None, typos, 0, False, found)
        if not found:
            return ()
        least = min(found.values())
        codes = [code for code, cost in found.items() if cost == least]
        codes.sort(key=lambda code: (len(code), not code.endswith("00"), code))
        return tuple(codes) if len(codes) <= MOST else ()

    # ---------------------------------------------------------------- spelling

    def _build(self) -> None:
        if self._names:
            return
        names, gaps = defaultdict(list), defaultdict(set)
        for alias, entries in self.index.alias.items():
            units = [
                unit
                for tier, _, unit in entries
                if not unit.until and unit.level > COUNTRY and (tier < STEM or unit.level <= PREFECTURE)
            ]
            if units:
                names[alias] = units
                for at in range(len(alias)):
                    gaps[alias[:at] + alias[at + 1 :]].add(alias)
        self._gaps, self.sounds = gaps, usual_sounds()
        for group in _LOOKALIKES:
            for ch in group:
                self._looks[ch] |= set(group)
        self._names = names

    def _search(
        self,
        s: str,
        at: int,
        above: Unit | None,
        typos: int,
        cost: int,
        anchored: bool,
        found: dict[str, int],
    ) -> None:
        """Collects in `found` every region that explains s[at:] below `above` with at most `typos` mistakes."""
        while at < len(s) and s[at] in GAPS:
            at += 1
        if above is not None and cost and (at >= len(s) or self._harmless(s[at:], above)):
            found[above.code] = min(cost, found.get(above.code, 99))
            if at >= len(s):
                return
        if at >= len(s) or (above is not None and above.level > COUNTY):
            return
        for length in self.index.lengths.get(s[at : at + 2], ()):
            for tier, _, unit in self.index.alias.get(s[at : at + length], ()):
                fits = not unit.until and (above is None or unit.inside(above)) and unit.level > COUNTRY
                if fits and at + length <= len(s) and (tier < STEM or at + length < len(s) or above or cost):
                    self._search(s, at + length, unit, typos, cost, True, found)
        if above is not None and above.level >= PREFECTURE:
            self._towns(s, at, above, typos, cost, found)
        if typos and (above is None or above.level < COUNTY):
            meant = self._read_right(s, at) if above is None else ()
            for length, unit, price in self._near(s, at, above, anchored):
                if meant and not any(unit is own or unit.inside(own) for own in meant):
                    continue  # 福州鼓楼东街口 is not 抚州
                self._search(s, at + length, unit, typos - 1, cost + price, anchored, found)

    def _read_right(self, s: str, at: int) -> list[Unit]:
        """The cities and provinces whose bare stem stands at `at`, with more than a wrong type behind it."""
        return [
            unit
            for length in self.index.lengths.get(s[at : at + 2], ())
            if at + length + 1 < len(s)
            for tier, _, unit in self.index.alias.get(s[at : at + length], ())
            if not unit.until and tier == STEM and PROVINCE <= unit.level <= PREFECTURE
        ]

    def _harmless(self, rest: str, unit: Unit) -> bool:
        kind = tail.classify(rest)
        return kind in (tail.WHOLE, tail.ADDRESS, tail.MARK) or (kind == tail.OTHER and unit.level > COUNTY)

    def _near(self, s: str, at: int, above: Unit | None, anchored: bool) -> Iterator[tuple[int, Unit, int]]:
        """(length read, region, price) of the names one mistake away from what stands at `at`."""
        seen = set()
        for length in range(2, min(16, len(s) - at) + 1):
            if s[at + length - 1] not in _TYPES and at + length < len(s):
                continue
            part = s[at : at + length]
            near = set(self._gaps.get(part, ()))
            for gap in range(length):
                shorter = part[:gap] + part[gap + 1 :]
                near |= self._gaps.get(shorter, set())
                if shorter in self._names:
                    near.add(shorter)
            for name in near - {part}:
                price = self._price(part, name, above is not None, at + length < len(s))
                if not price:
                    continue
                for unit in self._names[name]:
                    if (above is None or unit.inside(above)) and (length, unit) not in seen:
                        seen.add((length, unit))
                        yield length, unit, price

    def _price(self, part: str, name: str, below: bool, more: bool) -> int:
        """0: too far; 1: sounds or looks the same, or only the type differs; 2: one other character."""
        stem = len(name) - (2 if name.endswith(("新区", "矿区", "林区", "地区")) else 1)
        if len(part) == len(name):
            at = [i for i in range(len(name)) if part[i] != name[i]]
            if (
                len(at) == 2
                and at[1] == at[0] + 1
                and part[at[0]] == name[at[1]]
                and part[at[1]] == name[at[0]]
            ):
                return 1 if stem > 2 else 0
            if len(at) != 1:
                return 0
            wrong, right = part[at[0]], name[at[0]]
            if self._alike(wrong, right):
                return 1
            if at[0] == len(name) - 1 and right in _TYPES:
                return 1 if wrong in _TYPES and stem > 1 else 0
            return 2 if stem > 2 or (more and not below) else 0
        longer, shorter = (part, name) if len(part) > len(name) else (name, part)
        if part[-1] != name[-1] or not any(
            longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer))
        ):
            return 0
        return 2 if stem > 3 or (len(part) > len(name) and stem > 2) else 0

    def _alike(self, one: str, other: str) -> bool:
        return other in self._looks.get(one, ()) or (
            one in self.sounds and _slurred(self.sounds[one]) == _slurred(self.sounds.get(other, ""))
        )

    def _towns(self, s: str, at: int, above: Unit, typos: int, cost: int, found: dict[str, int]) -> None:
        names = self.index.township_names(above.code).codes
        for length in range(2, min(16, len(s) - at) + 1):
            part = s[at : at + length]
            near = {part: 0} if part in names else {}
            if typos and part[-1] in _TOWN_ENDS:
                for name in names:
                    if name[-1] == part[-1] and -2 < len(name) - length < 2 and name != part:
                        near[name] = self._price(part, name, True, False)
            for name, price in near.items():
                if (name != part and not price) or not cost + price:
                    continue
                for code in names[name]:
                    rest = s[at + length :]
                    if not rest or self._harmless(rest, self.index.township(code)):
                        found[code] = min(cost + price, found.get(code, 99))

    # ---------------------------------------------------------------- pinyin

    def known_as(self, phrase: str, code: str) -> str:
        """The kind of name that Latin letters are, whole, for a division: romanised (Xizang) or its pinyin; empty if neither."""
        if not _LETTERS.match(phrase):
            return ""
        plain = _plain(_ENGLISH_TYPES.sub(" ", phrase))
        for spelling, units in self.index.romanised.items():
            if _plain(spelling) == plain and any(unit.code == code for unit in units):
                return ROMANISED
        return PINYIN if any(unit.code == code for unit in self._pinyin.get(plain, ())) else ""

    def _by_pinyin(self, phrase: str) -> tuple[str, ...]:
        if not self._pinyin:
            self._pinyin = self._read_pinyin()
        letters = _ENGLISH_TYPES.sub(" ", phrase)
        plain = _plain(letters)
        if len(plain) < 4:  # too short to be guessed from; a few names are as short (Ili, Aba)
            named = (units for name, units in self.index.romanised.items() if _plain(name) == plain)
            return tuple(unit.code for units in named for unit in units if not unit.until)
        found: dict[str, int] = {}
        for spelt in dict.fromkeys((plain, _plain(letters.lower().replace("ü", "u")))):
            self._spell(spelt, 0, None, 0, found)
        if not found:
            return ()
        least = min(found.values())
        codes = sorted((c for c in found if found[c] == least), key=lambda c: (not c.endswith("00"), c))
        return tuple(codes) if len(codes) <= MOST else ()

    def _spell(self, plain: str, at: int, above: Unit | None, depth: int, found: dict[str, int]) -> None:
        if at == len(plain):
            if above is None:
                return
            found[above.code] = min(depth, found.get(above.code, 9))
            return
        if depth > 3:
            return
        for stop in range(len(plain), at + 1, -1):
            for unit in self._pinyin.get(plain[at:stop], ()):
                if above is None or unit.inside(above):
                    self._spell(plain, stop, unit, depth + 1, found)

    def _read_pinyin(self) -> dict[str, list[Unit]]:
        sounds = self.sounds or usual_sounds()
        table: dict[str, list[Unit]] = defaultdict(list)
        for unit in self.index.current.values():
            if not PROVINCE <= unit.level <= COUNTY:
                continue
            spoken = unit.pinyin.lower()
            keys = {spoken, "".join(sounds.get(ch, "") for ch in unit.short)}
            if unit.name.startswith(unit.short):  # as its own pinyin has it: 勒 is le in 克孜勒苏
                keys |= {"".join(cut[: len(unit.short)]) for cut in cuts(spoken, len(unit.name))}
            for key in keys - {""}:
                if unit not in table[key]:
                    table[key].append(unit)
        for spelling, units in self.index.romanised.items():
            plain = _plain(spelling)
            table[plain] += [unit for unit in units if not unit.until and unit not in table[plain]]
        return dict(table)


def _plain(text: str) -> str:
    """Letters only: Xigazê as xigaze, lü as lv."""
    plain = unicodedata.normalize("NFD", text.lower().replace("ü", "v"))
    return "".join(ch for ch in plain if ch.isascii() and ch.isalpha())


def _slurred(syllable: str) -> str:
    """zh as z, ing as in: what many speakers, and so many typists, do not tell apart."""
    if syllable[:2] in ("zh", "ch", "sh"):
        syllable = syllable[0] + syllable[2:]
    return syllable[:-1] if syllable.endswith(("ang", "eng", "ing")) else syllable


def usual_sounds() -> dict[str, str]:
    """Character -> its most usual syllable without tone."""
    lines = Path(__file__).with_name("syllables.txt").read_text(encoding="utf-8").splitlines()
    table = {}
    for line in lines:
        if not line.startswith("#"):
            syllable, characters = line.split()
            table.update(dict.fromkeys(characters, syllable))
    return table
