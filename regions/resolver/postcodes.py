"""In which province a postcode lies: 643200 before 富顺县 is one, and no code of a division."""

# The first two digits of China Post's codes, beside those of the province's code.
_PROVINCES = {
    "10": "11", "30": "12", "05": "13", "06": "13", "07": "13", "03": "14", "04": "14", "01": "15", "02": "15", "11": "21", "12": "21", "13": "22",
    "15": "23", "16": "23", "20": "31", "21": "32", "22": "32", "31": "33", "32": "33", "23": "34", "24": "34", "35": "35", "36": "35", "33": "36",
    "34": "36", "25": "37", "26": "37", "27": "37", "45": "41", "46": "41", "47": "41", "43": "42", "44": "42", "41": "43", "42": "43", "51": "44",
    "52": "44", "53": "45", "54": "45", "57": "46", "40": "50", "61": "51", "62": "51", "63": "51", "64": "51", "55": "52", "56": "52", "65": "53",
    "66": "53", "67": "53", "85": "54", "71": "61", "72": "61", "73": "62", "74": "62", "81": "63", "75": "64", "83": "65", "84": "65",
}  # fmt: skip


def lies_there(digits: str, code: str) -> bool:
    """Whether six digits are a postcode of the province of a place; where both begin alike they may be its code as well."""
    province = _PROVINCES.get(digits[:2], "")
    return len(digits) == 6 and code[:2] == province and digits[:2] != province
