"""Migrations only grow: what has landed stays as it is, and leans on nothing that moves."""

import ast
import hashlib
import subprocess

import pytest
from django.conf import settings

FOLDER = settings.BASE_DIR / "regions" / "migrations"
LANDED = FOLDER / "landed.txt"
FILES = sorted(FOLDER.glob("[0-9]*.py"))


def landed(text: str) -> dict[str, str]:
    """File name → SHA-256, as `sha256sum` writes it."""
    return {name: digest for digest, name in (line.split() for line in text.splitlines())}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_migration_stays_as_it_landed(path):
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    kept = landed(LANDED.read_text("utf-8")).get(path.name)
    assert kept, f"A new migration: cd regions/migrations && sha256sum {path.name} >> landed.txt"
    assert kept == digest, f"{path.name} has landed: leave it as it was, and write another one"


def test_no_migration_goes_away():
    gone = set(landed(LANDED.read_text("utf-8"))) - {path.name for path in FILES}
    assert not gone


def test_the_list_grows_only():
    """Nothing that main holds is missing here or says something else (where there is a branch main to ask)."""
    shown = subprocess.run(
        ["git", "show", "main:regions/migrations/landed.txt"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
    )
    before = landed(shown.stdout) if shown.returncode == 0 else {}
    assert before.items() <= landed(LANDED.read_text("utf-8")).items()


def test_numbers_follow_each_other():
    assert [int(path.name[:4]) for path in FILES] == list(range(1, len(FILES) + 1))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_migration_leans_on_nothing_that_moves(path):
    """Models come from `apps.get_model`, the little that must be imported from `regions.frozen`."""
    imported = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.name} imports from beside it"
            imported |= (
                {f"{node.module}.{alias.name}" for alias in node.names}
                if node.module == "regions"
                else {node.module}
            )
    ours = {name for name in imported if name.split(".")[0] in ("regions", "servicenet")}
    assert ours <= {"regions.frozen"}
