"""A bracket that says of a part of its place that it is not served, in a sentence: 山东省（青岛另有代理，不在此列）.

And one that limits members of the group before it, of which the others stay whole: 两广（广西仅南宁）.
"""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from .result import CERTAIN, RULES, Result
from .text import Text

if TYPE_CHECKING:
    from .grammar import Grammar

_LEAD = re.compile(r"(?:但是?|不过|只是|其中|唯独?|[仅只]有?(?!限)|目前|现)[,，]?(?:除了?)?")
# 山东(不做青岛)
_NO_FIRST = re.compile(
    "(?:目前|现|均|都|暂时?|但|其中)*不(?:做|送|发|去|到|接|派|管|跑|上门|服务|配送|安装|维修|受理|承接|包邮)(?:到|至|去)?:?"
)
# What ends such a sentence: 不在此列, 暂不发货, :否.
_NO = re.compile(
    r"[,:\s]*(?:等地?|[两二三四五六七八九]个?[市地县区州省])?(?:目前|现|均|都|皆|暂时?|仍|尚|也|恕){0,3}"
    r"(?:除外|[×✗✘❌]|否|不(?:在|含|算|计|包[括含]|予?(?:服务|配送|派送|上门|发货?|送货?|开通|覆盖|支持|受理|接单?|承接|安装|维修)|能|可|送|到|做|去|接|发|行|属于?)"
    r"|[未没](?:有|能|在)?(?:开通|覆盖|服务|网点|纳入|设|提供|包括|支持)|无法|无(?:网点|服务|人)|暂?停(?:止|运|发|服|业)?|暂停|已撤)"
    r"(?:(?![不未没除])[\u4e00-\u9fff]){0,8}[.!]?$"
)
# Why: who serves the part, or what has become of it.
_WHY = re.compile(
    r"[,\s]*(?:因为?|由于?|归|属于?|[另已]有|有|另[外行]|单独|独立|交由|交给|暂由|现由|的?(?:区域|地区|市场|用户|客户|订单|业务)|已经?|目前)[^、;:√×]{0,24}$|[,:\s]+$"
)
_LIMITS = re.compile("(?!^)[仅只限]|除|不[含包]|[以之]外")
_SAYS_MORE = re.compile("除|不|[以之]外|[√✓✔✅×:·]|[可能]")
_PLACES = 4  # so many ends of the list of parts are tried


class PartsOut:
    def __init__(self, grammar: "Grammar"):
        self.grammar = grammar

    def read(self, text: Text, span: tuple[int, int], base: Result, inner: tuple[int, int]) -> Result | None:
        """The base without the parts; None where the bracket is no such sentence, or not all of it is understood."""
        s, (a, b) = text.s, inner
        scope = self.grammar.exclusions.scope(base)
        if scope and (said := _NO_FIRST.match(s, a, b)) and said.end() < b - 1:
            parts = self.grammar.whole(text, said.end(), b, (), scope)
            if parts.status in CERTAIN and not (parts.exclude or parts.rest):
                return self.grammar.exclusions.except_(text, *span, base, parts)
        no = _NO.search(s, a, b) if scope else None
        if no is None or no.start() - a < 2:
            return None
        lead = _LEAD.match(s, a, no.start())
        first = lead.end() if lead else a
        stops = [no.start(), *(at for at in range(first + 2, no.start()) if _WHY.match(s, at, no.start()))]
        for stop in stops[: _PLACES + 1]:
            if _SAYS_MORE.search(s, first, stop):
                continue  # 乌鲁木齐除外的地区不送, 昆明 √ 大理 ×
            parts = self.grammar.whole(text, first, stop, (), scope)
            named = {parts.code, *parts.include} - {None}
            if (
                parts.status in CERTAIN
                and not (parts.exclude or parts.rest)
                and named
                and named.isdisjoint(scope)
            ):
                return self.grammar.exclusions.except_(text, *span, base, parts)
        return None

    def of_members(self, text: Text, base: Result, inner: tuple[int, int]) -> Result | None:
        """The base, of which the bracket limits what it names first: a member of a group (两广（广西仅南宁）), or a part
        (四川省（凉山州仅西昌）). None where the bracket is no such limit."""
        scope = self.grammar.exclusions.scope(base)
        if not scope or base.exclude or not _LIMITS.search(text.s[slice(*inner)]):
            return None
        parts = self.grammar.whole(text, *inner, (), scope)
        own = (parts.code,) if parts.code else parts.include
        found = self.grammar.judge.units((*own, *parts.exclude))
        named = [item["code"] for item in parts.evidence if item["code"]]
        if parts.status not in CERTAIN or not found or not all(named[0] in (u.code, *u.up) for u in found):
            return None
        if len(scope) > 1 and named[0] in scope:
            include, exclude = (*(code for code in scope if code != named[0]), *own), parts.exclude
        elif len(scope) == 1 and scope[0] not in named and named[0] not in own and not parts.exclude:
            include, exclude = (*scope, *own), (named[0],)
        else:
            return None
        marks = (*base.evidence, *parts.evidence)
        return replace(base, status=RULES, code=None, include=include, exclude=exclude, evidence=marks)
