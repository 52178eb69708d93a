"""The house rules that no reviewer should have to check: which way imports run, what is pure, what is explained."""

import ast
import subprocess
import sys

import pytest
from django.apps import apps
from django.conf import settings

from .layers import PURE, ROOT, imports_of, layer_of, modules, name_of

# Columns that a library's base class brings along.
INHERITED = {"ApiKey": {"prefix", "hashed_key", "created", "name", "revoked", "expiry_date"}}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_one_way(path):
    own = layer_of(name_of(path))
    wrong = {name for name in imports_of(path) if layer_of(name) > own}
    assert not wrong


@pytest.mark.parametrize("name", PURE)
@pytest.mark.slow
def test_the_pure_parts_load_without_django(name):
    code = f"import regions.{name}, sys; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=settings.BASE_DIR, timeout=60).returncode == 0


@pytest.mark.slow
def test_every_module_says_what_it_is():
    silent = [
        str(path.relative_to(ROOT))
        for path in modules()
        if path.read_text(encoding="utf-8").strip()
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


@pytest.mark.parametrize(
    "model", list(apps.get_app_config("regions").get_models()), ids=lambda model: model.__name__
)
def test_every_record_and_field_is_explained(model):
    assert len(model.__doc__) > 40 and not model.__doc__.startswith(f"{model.__name__}(")
    for field in model._meta.get_fields():
        if getattr(field, "auto_created", False) or not field.concrete or field.name == "id":
            continue
        if field.name in INHERITED.get(model.__name__, ()):
            continue
        assert field.help_text, f"{model.__name__}.{field.name} has no help text"
    for constraint in model._meta.constraints:
        assert (
            constraint.name
            and constraint.violation_error_message != constraint.default_violation_error_message
        ), constraint.name


def test_the_settings_and_docs_name_the_same_variables():
    import re

    source = (settings.BASE_DIR / "servicenet" / "settings.py").read_text(encoding="utf-8")
    names = set(re.findall(r"env(?:\.\w+)?\(\s*\"([A-Z_]+)\"", source)) | set(
        re.findall(r"environ\.get\(\"([A-Z_]+)\"", source)
    )
    text = (settings.BASE_DIR / "docs" / "operations.md").read_text(encoding="utf-8")
    assert {name for name in names if f"`{name}`" not in text} == set()


def test_what_lies_beside_the_project_is_only_a_second_check():
    """In a clone nothing important is skipped: a test that wants ../shared says that it is the fuller one of two."""
    silent = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if ("skip(" in line or "skipif(" in line or "reason=" in line)
        and "shared/" in line
        and "a second, fuller check" not in line
    ]
    assert silent == []


def test_every_test_with_real_processes_is_run_by_a_target():
    """`make test` and `make test-slow` leave them out: one that no other target names would never run."""
    targets = (ROOT.parent / "Makefile").read_text(encoding="utf-8")
    tests = ROOT / "tests"
    mark = "mark." + "faults"
    for path in tests.rglob("test_*.py"):
        if mark in path.read_text(encoding="utf-8") and path.parent.name != "faults":
            assert f"regions/{path.relative_to(ROOT)}" in targets
