"""What the pure parts say can be said in Chinese, with its values."""

import ast
import copy
import json
import pickle

import pytest
from django.conf import settings
from django.utils import translation

from regions.phones import NumberError, find_numbers, parse_number
from regions.said import said
from regions.wording import FIXED, in_words

PURE = ["phones", "pages", "sheets", "codes.py", "keys.py", "texts.py"]


def files():
    for name in PURE:
        path = settings.BASE_DIR / "regions" / name
        yield from sorted(path.glob("*.py")) if path.is_dir() else [path]


def sentences() -> list[str]:
    """Every template that a pure part hands to `said`, called `_` there."""
    found = []
    for path in files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_":
                assert isinstance(node.args[0], ast.Constant), (path.name, node.lineno)
                found.append(node.args[0].value)
    return found


@pytest.mark.parametrize("template", sorted({*FIXED, *sentences()}))
def test_every_sentence_is_translated(template):
    with translation.override("en"):
        assert in_words(said(template)) == template
    with translation.override("zh-hans"):
        assert in_words(said(template)) != template
    if template in FIXED:
        with translation.override("zh-hans"):
            assert in_words(template) == in_words(said(template))


@pytest.mark.parametrize(
    "text",
    ["400-xxxx-xxx", "63000000", "400-1865-9O9", "400-1865-909 400-1865-908", "nothing", "4001865909123456"],
)
def test_every_refusal_of_a_number_has_its_sentence(text):
    with pytest.raises(NumberError) as refused:
        parse_number(text)
    with translation.override("zh-hans"):
        words = in_words(refused.value)
    assert words != str(refused.value) and "%(" not in words
    with translation.override("en"):
        assert in_words(refused.value) == str(refused.value)


def test_a_sentence_inside_a_sentence_is_translated_too():
    with pytest.raises(NumberError) as refused:
        parse_number("63000000")
    with translation.override("zh-hans"):
        words = in_words(refused.value)
    assert words.startswith("63000000") and not any("a" <= char <= "z" for char in words)


def test_a_sentence_outlives_copies_and_json():
    (number,) = find_numbers("热线 4001865909123456")
    for kept in (copy.deepcopy(number.reason), pickle.loads(pickle.dumps(number.reason))):
        with translation.override("zh-hans"):
            assert in_words(kept) == in_words(number.reason) != str(number.reason)
    with translation.override("zh-hans"):
        assert in_words(json.loads(json.dumps(number.reason.as_dict()))) == in_words(number.reason)


def test_other_texts_stay_as_they_are():
    assert in_words("四川省: 富顺县") == "四川省: 富顺县"
    assert in_words("") == ""
    assert find_numbers("") == []
