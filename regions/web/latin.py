"""Names of places in Latin letters: on a page in English every one that stands there in Chinese has its pinyin behind it.

The pinyin is the gazetteer's (`fixtures/regions/`); of other names of a place, which have none there, it is put together.
"""

import re
from collections import Counter, defaultdict
from functools import lru_cache

from django.utils.translation import get_language

from regions.everybody import for_everybody
from regions.gazetteer.active import resolver
from regions.models import Region
from regions.resolver.index import Index
from regions.resolver.suggest import cuts

# Letters of Chinese, and the marks that stand between them.
HAN = re.compile(
    r"[\u2e80-\u2fff\u3005-\u3007\u3400-\u9fff\uf900-\ufaff][\u2e80-\u2fff\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef·/、]*"
)
# What stands between names, and how it is written between Latin ones.
_MARKS = {"/": "/", "、": ", ", "（": " (", "）": ")", "；": "; "}
_BETWEEN = re.compile(f"([{''.join(_MARKS)}])")
CHINA = {"全国": "China", "中华人民共和国": "China"}
# Two provinces are Shanxi without tones; this one is written so that they differ.
APART = {"陕西省": "Shaanxisheng", "陕西": "Shaanxi"}
MOST = 4_000  # characters; a text of more is no list of a page


def spoken(text: str) -> str:
    """The names of a text that is nothing but names of places: 自贡市/富顺县 → Zigongshi/Fushunxian. Else empty."""
    text = text.rstrip("；、 ")
    if not text or len(text) > MOST:
        return ""
    known, said = resolver().index.spoken, []
    for part in _BETWEEN.split(text):
        latin = _MARKS.get(part) if part in _MARKS else CHINA.get(part) or APART.get(part)
        latin = latin or known.get(part, "").capitalize()
        if part and not latin:
            return ""
        said.append(latin or "")
    return re.sub(" +", " ", "".join(said)).strip()


def with_pinyin(text: str) -> str:
    """A sentence in plain text, on what is English: each name of a place in it with its pinyin behind it."""
    if (get_language() or "").startswith("zh"):
        return text
    return HAN.sub(lambda found: f"{found[0]} ({latin})" if (latin := spoken(found[0])) else found[0], text)


def spoken_of(name: str, region: Region) -> str:
    """The pinyin of another name of a place, each character read as in the place's own name, else as in most names."""
    own, others = _syllables(region.name, region.pinyin), _readings(resolver().index)
    syllables = [own.get(char) or others.get(char, "") for char in name]
    return spoken(name) or ("".join(syllables).capitalize() if all(syllables) else "")


@lru_cache(maxsize=1)
def _readings(index: Index) -> dict[str, str]:
    """How each character is read in most names of places."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    with for_everybody():
        for unit in index.units:
            for char, syllable in _syllables(unit.name, unit.pinyin).items():
                counts[char][syllable] += 1
    return {char: found.most_common(1)[0][0] for char, found in counts.items()}


def _syllables(name: str, pinyin: str) -> dict[str, str]:
    found = cuts(pinyin, len(name)) if pinyin else ()
    return dict(zip(name, found[0], strict=False)) if found else {}
