"""The house rules that no reviewer should have to check: which way imports run, what is pure, what is explained."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ROOT = Path(settings.BASE_DIR) / "regions"

# A package may import from its own layer and from those before it.
LAYERS = [
    {"choices", "disk", "resolver", "phones", "round_trip"},
    {"pages"},
    {"models", "bulk"},
    {"access", "wording", "gazetteer.active", "postings"},
    {"lookup", "signals"},
    {"services", "gazetteer", "fetch"},
    {"api", "admin", "web", "management", "templatetags", "apps"},
]
# Columns that a library's base class brings along.
INHERITED = {"ApiKey": {"prefix", "hashed_key", "created", "name", "revoked", "expiry_date"}}
PURE = ["disk", "resolver", "phones", "pages"]


def layer_of(module: str) -> int:
    """The layer of `regions.x.y`; the longest known name decides."""
    parts = module.split(".")[1:]
    for size in range(len(parts), 0, -1):
        name = ".".join(parts[:size])
        for number, names in enumerate(LAYERS):
            if name in names:
                return number
    raise AssertionError(f"{module} has no layer: give it one in LAYERS")


def modules() -> list[Path]:
    return [
        path
        for path in sorted(ROOT.rglob("*.py"))
        if not {"tests", "migrations"} & set(path.relative_to(ROOT).parts) and path != ROOT / "__init__.py"
    ]


def imports_of(path: Path) -> set[str]:
    """The modules of this project that a file imports, relative imports made absolute."""
    package = ["regions", *path.relative_to(ROOT).parts[:-1]]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found |= (
                {f"{module}.{alias.name}" for alias in node.names}
                if module in ("regions", "regions.gazetteer")
                else {module}
            )
    return {name for name in found if name.startswith("regions.")}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_one_way(path):
    own = layer_of(
        ".".join(["regions", *path.relative_to(ROOT).with_suffix("").parts]).removesuffix(".__init__")
    )
    wrong = {name for name in imports_of(path) if layer_of(name) > own}
    assert not wrong


@pytest.mark.parametrize("name", PURE)
def test_the_pure_parts_load_without_django(name):
    code = f"import regions.{name}, sys; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=settings.BASE_DIR, timeout=60).returncode == 0


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
