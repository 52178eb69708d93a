"""Whether the lines below a place lie in it, so that it heads them and is no item itself."""

import re
from collections.abc import Container

from .columns import says_whole, without_exception
from .contexts import codes_of, within
from .labels import Said
from .lists import looks_like_a_name
from .reading import Line, Places, PlaceToken, Verdict
from .senses import NOT_SERVED, NOT_YET, SERVED, sense_of
from .shapes import Shape

_NEAR = 6  # lines
_SHORT = 12  # characters of a heading that nothing sets off
_SEVERAL = re.compile(r"[、,;/|]|\S\s+\S")
_BRACKET = re.compile(r"[(]([^()]{2,60})[)]\W*$")
_BRACKETS = re.compile(r"[(][^()]*[)]")
_RULE = re.compile(r"[-=—_~*·.]{2,}")
_OUT = re.compile(r"(?:除外|[以之]外|(?:均|目前|暂时?|现)*(?:[不未停]|暂停|无法).{0,8})[.。!]?$")
_OWN_BASE = re.compile("[,;()。]")
_ZONE = re.compile(
    "[\u4e00-\u9fff]{0,8}(?:高新|经开|开发|新|园|示范|保税|度假|管理|产业|试验|自贸)区|[\u4e00-\u9fff]{1,8}(?:管委会|基地|新城|组团|工业园|科技园)"
)
_PLACE = ("resolved", "historical", "ambiguous", "rules")


class Below:
    """The lines of a page, looked at from one that may stand over them. `tables`: the lines in which one begins."""

    def __init__(self, lines: list[Line], shapes: list[Shape], tables: Container[int], places: Places):
        self.lines, self.shapes, self.tables, self.places = lines, shapes, tables, places

    def next(self, at: int) -> int | None:
        """The next line that is not blank; one blank line may stand between."""
        for below in range(at + 1, min(at + 3, len(self.lines))):
            if self.lines[below].kind != "blank":
                return below
        return None

    def holds(self, codes: tuple[str, ...], below: int, shape: Shape) -> bool:
        """Whether the next line is read inside the places of a heading and does not name them itself."""
        other = self.shapes[below]
        if below in self.tables:
            return shape.explicit
        if len(codes) == 1 and not other.label and _is_all_of_it(other.rest):
            return True  # 湖南省 above 全省(不含怀化)
        if (
            other.style == shape.style
            and shape.style[0] != "plain"
            and other.alone == shape.alone
            and bool(other.label) == bool(shape.label)
            and not (shape.style[0] in ("bullet", "num") and _SEVERAL.search(other.rest or other.label))
        ):
            return False
        if other.indent < shape.indent:
            return False
        if not shape.explicit and self._refuses(below) and not self._served(below, codes):
            return False  # 山东省, and on the next line 暂未开通:济南市
        if not shape.explicit and self._as_high(below, codes):
            return False  # 天津 above 河北, 山西
        if not shape.explicit and self._takes_out(below, codes):
            return False  # 河南省, and on the next line 洛阳市栾川县、嵩县除外
        strong = shape.explicit and shape.style[0] not in ("num", "cn", "num2", "cn2")
        tokens = []
        for text in (other.label, other.rest):
            words = text.strip(" :=*")
            tokens = self.places.tokens(words, heading=codes) if words else []
            if any(token.result.status != "unknown" for token in tokens):
                break
        if not tokens:
            return strong
        inside = [token for token in tokens if self._lies(token.result, codes)]
        if not shape.explicit and other.indent == shape.indent:
            elsewhere = self._elsewhere(words, codes)
            inside = [token for token in inside if token.start not in elsewhere]
        if other.indent > shape.indent:
            return any(token.result.status != "unknown" for token in tokens)
        if not shape.explicit:
            zones = sum(token not in inside and is_zone_of(token, codes) for token in tokens)
            if not inside and not zones and self._asked(tokens):
                after = self.next(below)
                return after is not None and self.holds(codes, after, shape)
            return len(inside) + zones == len(tokens) or (bool(inside) and self._only_serves(below, tokens))
        return bool(inside) or (strong and not (other.explicit and not other.label))

    def _as_high(self, at: int, codes: tuple[str, ...]) -> bool:
        """Whether a line is a name that a place as high as that of the heading bears too, and the next line is not in the heading."""
        words = self.lines[at].clean.strip(" *-·•。")
        if _SEVERAL.search(words):
            return False
        found = self.places.resolve(words)
        peers = {code for code in (*codes_of(found), *found.candidates) if code not in codes}
        if found.rest or not any(_height(code) == _height(top) for code in peers for top in codes):
            return False
        after = self.next(at)
        if after is None:
            return True
        tokens = self.places.tokens(self.shapes[after].rest.strip(" :=*"), heading=codes)
        return not tokens or not all(self._lies(token.result, codes) for token in tokens)

    def _takes_out(self, at: int, codes: tuple[str, ...]) -> bool:
        """Whether a line is a list of what is taken out, and names nothing else."""
        text = self.lines[at].clean.strip().removeprefix("其中")
        out = _OUT.search(text)
        if out is None or _OWN_BASE.search(text, 0, out.start()):
            return False
        found = [token.result.code for token in self.places.tokens(text[: out.start()], heading=codes)]
        return bool(found) and all(
            code and not any(other and other != code and within(code, other) for other in found)
            for code in found
        )

    def _only_serves(self, at: int, tokens: list[PlaceToken]) -> bool:
        """Whether a list takes nothing out. 成都市 above 武侯区、高新区 heads both, and what it does not hold is asked about."""
        serves = sense_of(_BRACKETS.sub("", self.lines[at].clean)) in ("", SERVED)
        return serves and all(token.result.include or not token.result.exclude for token in tokens)

    def _asked(self, tokens: list[PlaceToken]) -> bool:
        """高新区, alone between 成都市 and 武侯区, says nothing of what 成都市 is; the next line does."""
        return len(tokens) == 1 and not tokens[0].result.code and looks_like_a_name(tokens[0].text)

    def heads_a_list(self, at: int, said: Said) -> bool:
        """Directly over one, or over the rule above it. Many words between two lines of it are no heading, and few are one
        of its items where each stands on a line of its own."""
        below = at + 1
        if below < len(self.lines) and _RULE.fullmatch(self.lines[below].clean.strip()):
            below += 1
        listed = self.lines[below].listed if below < len(self.lines) else ""
        before = self.lines[at - 1].listed if at else ""
        if not listed or not before:
            return bool(listed)
        several = _SEVERAL.search(before + listed) is not None
        places = self.places.tokens(said.words)
        return (
            several and len(said.words) <= _SHORT and all(each.result.status == "unknown" for each in places)
        )

    def _refuses(self, at: int) -> bool:
        return sense_of(self.shapes[at].label.strip(" :=*")) in (NOT_SERVED, NOT_YET)

    def _served(self, at: int, codes: tuple[str, ...]) -> bool:
        """Whether a line further down names what is served inside the place, which then heads them all."""
        for below in range(at + 1, min(at + _NEAR, len(self.lines))):
            if self.lines[below].kind == "blank":
                return False
            words = self.shapes[below].rest.strip(" :=*")
            found = self.places.tokens(words, heading=codes) if words else []
            if not self._refuses(below) and any(self._lies(token.result, codes) for token in found):
                return True
        return False

    def _elsewhere(self, text: str, codes: tuple[str, ...]) -> set[int]:
        """Where a line names places outside by itself: asked without the heading, which costs nothing again."""
        return {
            token.start
            for token in self.places.tokens(text)
            if token.result.code
            and sum(bool(item.get("code")) for item in token.result.evidence) > 1
            and not any(within(token.result.code, top) for top in codes)
        }

    def _lies(self, found: Verdict, codes: tuple[str, ...]) -> bool:
        """Read inside the heading, by words of its own."""
        if found.status not in (*_PLACE, "partial"):
            return False
        named = {item["code"] for item in found.evidence if item.get("code") and item["kind"] != "inherited"}
        got = codes_of(found) or found.include  # 泉州（德化县除外） lies in 福建省 as 泉州 does
        return (
            bool(got)
            and not (named | set(got)) & set(codes)
            and all(
                any(within(code, top) for top in codes)
                for code in (named if found.status == "historical" else got)
            )
        )


def _is_all_of_it(text: str) -> bool:
    plain = without_exception(text)
    return plain != text and plain.strip().startswith(("全", "各", "所有")) and says_whole(plain)


def _height(code: str) -> int:
    return len(re.sub("(?:00)+$", "", code))


def is_zone(text: str) -> bool:
    """Whether words call themselves a zone, which is no division: 高新区, 经济技术开发区."""
    return _ZONE.fullmatch(_BRACKETS.sub("", text).strip()) is not None


def is_zone_of(token: PlaceToken, codes: tuple[str, ...]) -> bool:
    """Whether an item is a zone that may lie in one of the places."""
    found = token.result
    if found.status == "partial" and found.candidates:
        return any(within(code, top) for code in found.candidates for top in codes)
    return found.status == "unknown" and is_zone(token.text)


def lists_its_own(said: Said, places: Places) -> bool:
    """广东省（广州、深圳） above 佛山市: an item of the list, for the places in the bracket are those that are meant."""
    bracket = _BRACKET.search(said.words)
    if bracket is None or sense_of(bracket[1]) not in ("", SERVED):
        return False
    return sum(bool(token.result.code) for token in places.tokens(bracket[1], heading=said.codes)) > 1
