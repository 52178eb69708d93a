"""What the pure parts say can be said in Chinese."""

import ast

import pytest
from django.conf import settings
from django.utils import translation

from regions.phones import NumberError, find_numbers, parse_number
from regions.wording import TEMPLATES, in_words


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_sentence_is_translated_with_its_values(template):
    values = {
        name: "12"
        for name in ("count", "numbers", "label", "known", "all", "line")
        if f"%({name})s" in template
    }
    sentence = template % values if values else template
    with translation.override("en"):
        assert in_words(sentence) == sentence
    with translation.override("zh-hans"):
        said = in_words(sentence)
    assert said != sentence and "%(" not in said
    assert all(value in said for value in values.values())


@pytest.mark.parametrize(
    "text",
    ["400-xxxx-xxx", "63000000", "400-1865-9O9", "400-1865-909 400-1865-908", "nothing", "4001865909123456"],
)
def test_every_refusal_of_a_number_has_its_sentence(text):
    with pytest.raises(NumberError) as refused:
        parse_number(text)
    with translation.override("zh-hans"):
        assert in_words(str(refused.value)) != str(refused.value)


def test_every_reason_in_the_number_reader_has_its_sentence():
    """Strings with a colon in regions/phones are reasons; each must be a template."""
    known = {template.split("%(")[0].split("{")[0] or template for template in TEMPLATES}
    for path in (settings.BASE_DIR / "regions" / "phones").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and "compare with the source" in node.value
            ):
                assert any(node.value in template for template in TEMPLATES), (path.name, node.value, known)


def test_other_texts_stay_as_they_are():
    assert in_words("四川省: 富顺县") == "四川省: 富顺县"
    assert in_words("") == ""
    assert find_numbers("") == []
