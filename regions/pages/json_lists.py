"""Lists as JSON: an object with 省, 市, 区 is one place, a list below a name is a list below a heading."""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from .cells import unlike
from .columns import asked_by
from .contexts import codes_of, turn
from .days import ENDING, out_of_time
from .headings import strange
from .labels import understand
from .reading import Context, Piece, Places
from .senses import NOT_SERVED, NOT_YET, SERVED, UNCLEAR, sense_of

_LEVELS = (
    re.compile(r"(?:province|prov|state|省份?|省市?)(?:_?name|名称?)?$", re.I),
    re.compile(r"(?:city|prefecture|市|城市|地市)(?:_?name|名称?)?$", re.I),
    re.compile(r"(?:district|county|area|region|区县?|县区?|县|区域|地区)(?:_?name|名称?)?$", re.I),
    re.compile(r"(?:town|township|street|街道|乡镇)(?:_?name|名称?)?$", re.I),
)
_CODE = re.compile(r"(?:ad|area|region|city)?_?code|区划代?码|代码|编码$", re.I)
_NAME = re.compile(r"(?:name|title|label|type|名称|标题|类型|说明)$", re.I)
_ANSWER = re.compile(
    r"cover(?:ed|age)|available|availability|serv(?:ed?|iced?|iceable|ing)|enabled?|support\w*|open(?:ed)?|active|activated|live|online|operating|operational|in service"
    r"|(?:已|可|在)?(?:开通|开放|覆盖|支持|服务|上门|营业|运营|上线|启用|受理|接单|配送|可用)(?:服务|上门|中)?",
    re.I,
)
_IS = re.compile(r"^(?:(?:is|has|can(?: be)?|currently|是否)\s*)+", re.I)
_REFUSED = re.compile(
    r"(?:not? |un|in(?:active|operative)|closed?|suspend|disabl|stop|paused?|exclud|except|block|black|ban|offline|discontinu|terminat|cancel|delet|remov|deprecat|expired?|obsolete|retired|abandon|shut|hidden|停|暂停|关闭|除外)",
    re.I,
)
# Yes and no about a place that say nothing of who is served there.
_BESIDE = re.compile(
    r"hot|popular|default|(?:is )?leaf|has children|children|capital|municipality|selected|expanded?|spread|free|top|main|recommended|热门|省会|默认|推荐|包邮|免邮|直辖市?",
    re.I,
)
_STATE = re.compile(r"(?:\w*_)?(?:status|state)|\w*状态|备注|remark|note", re.I)
_SERVES = re.compile(
    r"|1|ok|yes|true|open|active|enabled|online|normal|在?营业?中?|正常(?:营业|服务)?|已?(?:开通|开放|覆盖|上线)|服务中|启用|是",
    re.I,
)
# Keys over a list: those that refuse what it holds, and those that hold it, whatever it says.
_REFUSING = re.compile(
    r"\b(?:black ?list\w*|den(?:y|ied)|disallow\w*|forbid\w*|prohibit\w*|reject\w*|refus\w*|restrict\w*|closed|disabled|blocked|banned|suspended|excluded?|excludes)\b",
    re.I,
)
_CONTAINS = re.compile(
    r"(?:data|items?|list|rows?|results?|records?|children|child|nodes?|sub|value|values|options?|body|payload|content|response|regions?|areas?|white ?list\w*|allow(?:ed|list)?|permit\w*|ok|yes|live|active|enabled|included?|includes|(?:sub )?(?:prov(?:ince)?s?|cit(?:y|ies)|districts?|count(?:y|ies)|towns?|streets?|states?|prefectures?|regions?|areas?|zones?)|china|cn|all|c|p|d|s|[a-z]{1,2}\d{0,6})(?: (?:list|array|data|map|info|items?))?",
    re.I,
)
_NO = ("否", "no", "n", "false", "0", "未开通", "×", "不", "无")
_SAYS_YES = ("是", "yes", "y", "true", "1", "√", "✓")
_DEEPEST = 20


def pieces(text: str, offsets: list[int], places: Places) -> list[Piece] | None:
    """The pieces of a text that is JSON; None where it is none, or names no place."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    found = list(_Reader(text, offsets, places).read(data, Context(), 0))
    return found if any(places.tokens(piece.text) for piece in found) else None


def _words_of(key: str) -> str:
    return re.sub(r"[_-]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", key)).strip()


def _answer(value: Any) -> str:
    """What a value answers: yes, no, or "" where it is no answer."""
    if isinstance(value, bool):
        return SERVED if value else NOT_SERVED
    said = str(value).lower() if isinstance(value, str | int) else ""
    return SERVED if said in _SAYS_YES else NOT_SERVED if said in _NO else ""


def _told(key: str, answer: str) -> str:
    """What yes or no below a key says of the place of its object; "" where it takes nothing from it: hot, 是否包邮: true."""
    key = _IS.sub("", key)
    if _BESIDE.fullmatch(key) or _CODE.fullmatch(key) or any(level.match(key) for level in _LEVELS):
        return ""
    if _ANSWER.fullmatch(key):
        return NOT_SERVED if answer == NOT_SERVED else ""
    asked = asked_by(key)
    if _REFUSED.match(key) or asked == NOT_SERVED:
        return NOT_SERVED if answer == SERVED else ""
    if answer == SERVED:
        return asked if asked in (NOT_YET, UNCLEAR) and not key.isascii() else ""
    return UNCLEAR


def _known(words: str) -> bool:
    """Whether every word of a key is one of service, of places or of yes."""
    return all(_CONTAINS.fullmatch(word) or not strange(word) for word in words.split())


def _kept_out(key: str) -> bool:
    """Whether a key names the place itself, of which the value says nothing more."""
    return any(level.match(key) for level in _LEVELS) or _CODE.match(key) is not None


class _Reader:
    def __init__(self, text: str, offsets: list[int], places: Places):
        self.text, self.offsets, self.places, self.at = text, offsets, places, 0

    def read(self, node: Any, context: Context, depth: int) -> Iterator[Piece]:
        if depth > _DEEPEST:
            return
        if isinstance(node, str):
            yield self._piece(node, context)
        elif isinstance(node, list):
            for each in node:
                yield from self.read(each, context, depth + 1)
        elif isinstance(node, dict):
            yield from self._object(node, context, depth)

    def _object(self, node: dict[str, Any], context: Context, depth: int) -> Iterator[Piece]:
        texts = {
            key: value
            for key, value in node.items()
            if isinstance(value, str | int) and not isinstance(value, bool)
        }
        lists = {key: value for key, value in node.items() if isinstance(value, list | dict) and value}
        context = self._answered(node, context)
        levels = [
            str(texts[key])
            for level in _LEVELS
            for key in texts
            if level.match(key) and str(texts[key]).strip()
        ]
        code = next((str(texts[key]) for key in texts if _CODE.match(key)), "")
        name = next((str(texts[key]) for key in texts if _NAME.match(key)), "")
        if code.isdigit() and len(code) in (6, 9, 12) and not lists:
            yield replace(self._piece(code, context), code=name or (levels[-1] if levels else ""))
            return
        if name and lists:
            said = understand(name, self.places, context.within)
            context = said.over(context, keep_sense=True)
        whole = context
        for level in levels[:-1]:
            whole = self._below(whole, level)
        for level in levels if lists else levels[:-1]:
            context = self._below(context, level)
        out = all(_REFUSED.match(_words_of(key)) or _REFUSING.search(_words_of(key)) for key in lists)
        if levels and out:  # 昆明市 beside what it excludes
            yield self._piece(levels[-1], whole)
        elif name and out and self.places.resolve(name).status != "unknown":
            yield self._piece(name, context)
        yield from self._keyed(node, context)
        for key, value in lists.items():
            yield from self.read(value, self._under(key, context), depth + 1)

    def _keyed(self, node: dict[str, Any], context: Context) -> Iterator[Piece]:
        """{"昆明市": false, "浙江": "杭州"}: a place for a key, and what is said of it, or what lies in it."""
        for key, value in node.items():
            if isinstance(value, list | dict) or not self._names(key):
                continue
            if answer := _answer(value):
                yield self._piece(key, turn(context, answer, "") if answer == NOT_SERVED else context)
            elif isinstance(value, str) and self.places.tokens(value) and sense_of(value) == "":
                yield self._piece(value, self._below(context, key))
            else:
                held = replace(context, heading=(*context.heading, f"{key}: {value}"), held="heading")
                yield self._piece(key, held)

    def _names(self, key: str) -> bool:
        """Whether a key is a place."""
        if key.isascii() or sense_of(key) or _kept_out(key):
            return False
        return self.places.resolve(key).status in ("resolved", "historical", "ambiguous", "rules")

    def _answered(self, node: dict[str, Any], context: Context) -> Context:
        for key, value in node.items():
            if self._names(key):
                continue  # said of that place alone
            answer = _answer(value)
            if answer and (sense := _told(_words_of(key), answer)):
                return turn(context, sense, f"{key}: {value}")
            words = _words_of(key)
            if (
                isinstance(value, str)
                and not _kept_out(key)
                and (sense := out_of_time(value, ends=ENDING.search(words) is not None))
            ):
                return turn(context, sense, f"{key}: {value}")
            if (
                isinstance(value, str)
                and not _kept_out(key)
                and not _NAME.match(key)
                and unlike(words, value)
            ):
                heading = (*context.heading, f"{key}: {value}")  # scope: 主城区
                return replace(context, heading=heading, held=context.held or "heading")
            if _STATE.fullmatch(key) and isinstance(value, str) and not _SERVES.fullmatch(value.strip()):
                heading = (*context.heading, f"{key}: {value}")
                return replace(context, heading=heading, held=context.held or "heading")
        return context

    def _under(self, key: str, context: Context) -> Context:
        words = _words_of(key)
        if _REFUSED.match(words) or _REFUSING.search(words):
            return turn(context, NOT_SERVED, words)
        if sense_of(words) in ("", SERVED):
            if key.isascii() and not _CONTAINS.fullmatch(words) and not _known(words):
                heading = (*context.heading, words)  # nobody here knows what it says of its list
                return replace(context, heading=heading, held=context.held or "heading")
            if not key.isascii() and strange(words) and not self._names(key):
                return replace(context, heading=(*context.heading, words), held=context.held or "heading")
            return context
        return understand(words, self.places).over(context)

    def _below(self, context: Context, words: str) -> Context:
        self._find(words)
        codes = codes_of(self.places.resolve(words, heading=context.within))
        held = context.held or ("" if codes else "parent")
        return replace(context, heading=(*context.heading, words), within=codes or context.within, held=held)

    def _find(self, words: str) -> int:
        at = self.text.find(words, self.at)
        if at >= 0:
            self.at = at + len(words)
        return max(at, 0)

    def _piece(self, words: str, context: Context) -> Piece:
        at = self._find(words)
        line = bisect_right(self.offsets, at) - 1
        return Piece(line + 1, at - self.offsets[line], words, context)
