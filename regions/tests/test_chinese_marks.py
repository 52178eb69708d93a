"""Pages in Chinese: marks are those of Chinese, and no blank follows them, for these have it in them."""

import re

import pytest

from .test_page_budgets import PAGES, rich  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

WRONG = re.compile(
    "：(?:</?[a-z][^>]*>)* +[^\\s]"  # a blank behind a colon
    "|[。，；、] +[^\\s<]"  # or between two sentences
    "|[\u4e00-\u9fff）](?:</?[a-z][^>]*>)* ?[,;](?:</?[a-z][^>]*>)* *[\u4e00-\u9fff]"  # a mark of English
)


def test_no_page_in_chinese_has_marks_of_english_or_blanks_behind_its_own(rich, client):  # noqa: F811
    found = {}
    for name, path in PAGES.items():
        html = client.get(path.replace("REFERENCE", rich)).content.decode()
        body = re.sub("<script.*?</script>|<pre.*?</pre>", "", html.partition("<body>")[2], flags=re.S)
        if wrong := [body[max(0, each.start() - 30) : each.end() + 10] for each in WRONG.finditer(body)]:
            found[name] = wrong
    assert found == {}
