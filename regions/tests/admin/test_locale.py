"""Chinese is complete, and what is compiled is what was written."""

import ast
import gettext
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import django
import pytest
from django.apps import apps
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

FILES = {
    "regions": settings.BASE_DIR / "regions" / "locale" / "zh_Hans" / "LC_MESSAGES",
    "theme": settings.BASE_DIR / "servicenet" / "locale" / "zh_Hans" / "LC_MESSAGES",
}
_PLACEHOLDER = re.compile(r"%\(\w+\)[-.\d]*[sdf]|%[-.\d]*[sdf]|\{\w*\}")


def entries(path: Path) -> dict[str, dict[str, str]]:
    """The entries of a .po file by message, as gettext keys them ("context\\4message"): keyword → text, and "flags"."""
    found, current, last, flags = {}, {}, "", ""
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        if line.startswith("#,"):
            flags = line
        elif match := re.match(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) (".*")$', line):
            last = match[1]
            current[last] = unquote(match[2])
        elif line.startswith('"') and current:
            current[last] += unquote(line)
        elif not line and current:
            context = current["msgctxt"] + "\4" if "msgctxt" in current else ""
            found[context + current["msgid"]] = {**current, "flags": flags}
            current, flags = {}, ""
    return found


def unquote(text: str) -> str:
    return re.sub(
        r"\\(.)", lambda match: {"n": "\n", "t": "\t", "r": "\r"}.get(match[1], match[1]), text[1:-1]
    )


def translated(entry: dict[str, str]) -> str:
    return entry.get("msgstr", "") or entry.get("msgstr[0]", "")


@pytest.mark.parametrize("name", FILES)
def test_every_message_is_translated_and_none_is_a_guess(name):
    messages = entries(FILES[name] / "django.po")
    assert len(messages) > 50
    assert not [message for message, entry in messages.items() if message and not translated(entry)]
    assert not [message for message, entry in messages.items() if "fuzzy" in entry["flags"]]


@pytest.mark.parametrize("name", FILES)
def test_a_translation_keeps_its_placeholders(name):
    for message, entry in entries(FILES[name] / "django.po").items():
        if not message or "python-format" not in entry["flags"]:
            continue
        assert sorted(_PLACEHOLDER.findall(message)) == sorted(_PLACEHOLDER.findall(translated(entry))), (
            message
        )


@pytest.mark.parametrize("name", FILES)
def test_the_compiled_file_is_in_step(name):
    with open(FILES[name] / "django.mo", "rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message, entry in entries(FILES[name] / "django.po").items():
        if message and "msgid_plural" not in entry:
            assert compiled.gettext(message) == translated(entry), message


@pytest.mark.slow
def test_the_file_has_every_string_of_the_source(tmp_path):
    """Fails when a string was added without `cd regions && django-admin makemessages -l zh_Hans --no-location`."""
    if not shutil.which("xgettext"):
        pytest.skip("no gettext: install Debian's package gettext")
    ours = settings.BASE_DIR / "regions"
    copy = tmp_path / "regions"
    shutil.copytree(ours, copy, ignore=shutil.ignore_patterns("tests", "static", "__pycache__", "migrations"))
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "-l", "zh_Hans", "--no-location", "-v0"],
        cwd=copy,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "servicenet.settings_test",
            "PYTHONPATH": str(settings.BASE_DIR),
        },
        check=True,
        capture_output=True,
        timeout=120,
    )
    fresh = entries(copy / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po")
    assert sorted(set(fresh) - set(entries(FILES["regions"] / "django.po"))) == []


@pytest.mark.slow
def test_no_string_hides_from_the_collector_in_an_f_string():
    """xgettext does not look into f-strings: what stands there would never be translated."""
    hidden = []
    for path in sorted((settings.BASE_DIR / "regions").rglob("*.py")):
        for text in (
            node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.JoinedStr)
        ):
            calls = [node for node in ast.walk(text) if isinstance(node, ast.Call)]
            if any(
                getattr(call.func, "id", "") in ("_", "gettext", "ngettext", "pgettext") for call in calls
            ):
                hidden.append(f"{path.name}:{text.lineno}")
    assert hidden == []


@pytest.mark.parametrize(
    "model", list(apps.get_app_config("regions").get_models()), ids=lambda model: model.__name__
)
def test_every_name_and_help_text_of_a_model_is_in_chinese(model):
    with translation.override("zh-hans"):
        texts = [model._meta.verbose_name, model._meta.verbose_name_plural]
        for field in model._meta.concrete_fields:
            texts += [field.verbose_name, field.help_text]
            texts += [label for _value, label in field.flatchoices if isinstance(label, Promise)]
        for text in texts:
            if isinstance(text, Promise) and len(str(text)) > 4:
                assert any("一" <= char <= "鿿" for char in str(text)), str(text)


def test_the_theme_speaks_chinese():
    with translation.override("zh-hans"):
        for message in (
            "Filters",
            "Type to search",
            "Reset filters",
            "Select all rows",
            "Welcome back to",
            "No results found",
        ):
            assert translation.gettext(message) != message


@pytest.mark.slow
def test_django_says_nothing_in_english():
    """What a form of accounts can answer: strings that Django's own Chinese does not have stand in the theme's file."""
    left = []
    root = Path(django.__path__[0])
    with translation.override("zh-hans"):
        for path in (
            *root.glob("contrib/auth/*.py"),
            *root.glob("forms/*.py"),
            root / "core/validators.py",
            root / "db/models/fields/related.py",
        ):
            for node in ast.walk(ast.parse(path.read_text())):
                if not isinstance(node, ast.Call) or not re.search(
                    "gettext|^_$", getattr(node.func, "id", "")
                ):
                    continue
                said = [
                    each.value
                    for each in node.args
                    if isinstance(each, ast.Constant) and isinstance(each.value, str)
                ]
                if said and re.search("[a-z]{4}", said[0]):
                    told = (
                        translation.ngettext(*said[:2], 5) if len(said) > 1 else translation.gettext(said[0])
                    )
                    left += [said[0]] if told in said else []
    assert left == []
