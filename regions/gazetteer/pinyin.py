"""Pinyin of names: lower-case letters, no spaces, no tone marks, v for ü (绿春 -> lvchun, as typed on a keyboard)."""

from __future__ import annotations

from pypinyin import Style, lazy_pinyin, load_phrases_dict, load_single_dict

#: characters that a place name reads in one way unless READINGS says otherwise
CHARACTERS = {
    "长": "cháng",
    "都": "dū",
    "重": "chóng",
    "什": "shí",
    "乐": "lè",
    "朝": "cháo",
    "藏": "zàng",
    "曲": "qǔ",
    "盛": "shèng",
    "车": "chē",
    "行": "háng",
    "勒": "lè",
    "泊": "bó",
    "佛": "fó",
    "卡": "kǎ",
    "伽": "jiā",
    "𰝟": "qú",
}

#: stems whose reading a general dictionary gets wrong (the Chinese dictionary of place names)
READINGS = {
    "南乐": "nán lè",
    "民乐": "mín lè",
    "召陵": "shào líng",
    "龙圩": "lóng xū",
    "崆峒": "kōng tóng",
    "红寺堡": "hóng sì bǔ",
    "万柏林": "wàn bǎi lín",
    "曾都": "zēng dū",
    "通什": "tōng zá",
    "涡阳": "guō yáng",
    "浪卡子": "làng kǎ zǐ",
    "六合": "lù hé",
    "解州": "hài zhōu",
    "浚县": "xùn xiàn",
    "单县": "shàn xiàn",
    "朝阳": "cháo yáng",
    "乐陵": "lào líng",
    "大城": "dài chéng",
    "洪洞": "hóng tóng",
    "繁峙": "fán shì",
    "荥经": "yíng jīng",
    "筠连": "jūn lián",
    "百色": "bǎi sè",
    "马尾": "mǎ wěi",
    "蚌山": "bèng shān",
    "覃塘": "qín táng",
    "绿春": "lǜ chūn",
    "绿园": "lǜ yuán",
    "吕梁": "lǚ liáng",
    "宕昌": "tàn chāng",
    "珲春": "hún chūn",
    "穆棱": "mù líng",
    "绥棱": "suí líng",
    "漯河": "luò hé",
}

#: where 圩 is a market (xū); along the Yangtze it is a dyke (wéi)
MARKET_PROVINCES = {"35", "36", "43", "44", "45", "46", "52", "53"}

load_single_dict({ord(character): reading for character, reading in CHARACTERS.items()})
load_phrases_dict({stem: [[part] for part in reading.split()] for stem, reading in READINGS.items()})


def pinyin(name: str, code: str = "") -> str:
    """`name` in pinyin: 富顺县 -> fushunxian, 六安市 -> luanshi, 吕梁市 -> lvliangshi; 圩 is xu in the south."""
    if code[:2] in MARKET_PROVINCES:
        name = name.replace("圩", "墟")
    stem, ending = (name[:-1], name[-1]) if len(name) > 2 else (name, "")
    spoken = [
        syllable
        for part in (stem, ending)
        if part
        for syllable in lazy_pinyin(part, style=Style.NORMAL, v_to_u=False)
    ]
    return "".join(letter for letter in "".join(spoken).lower() if letter.isalpha())
