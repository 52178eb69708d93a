"""What is told about a release is told once: the version, and what changed."""

import re
import subprocess
import sys

import pytest
import yaml
from django.conf import settings
from packaging.requirements import Requirement

import servicenet

ROOT = settings.BASE_DIR


@pytest.mark.slow
def test_package_document_and_notes_have_one_version(client, db):
    notes = re.findall(
        r"(?m)^## (\S+) \((unreleased|\d{4}-\d{2}-\d{2})\)$", (ROOT / "CHANGES.md").read_text("utf-8")
    )
    assert notes[0][0] == servicenet.__version__
    assert all(state != "unreleased" for _, state in notes[1:])
    document = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text("utf-8"))
    assert document["info"]["version"] == servicenet.__version__
    assert yaml.safe_load(client.get("/api/v1/schema/").content)["info"]["version"] == servicenet.__version__


def test_the_package_takes_its_version_from_the_one_place():
    """Nobody writes the number anywhere else: pyproject names the attribute."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    assert 'dynamic = ["version"]' in text and 'attr = "servicenet.__version__"' in text
    code = "import servicenet, sys; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=60).returncode == 0


@pytest.mark.parametrize("name", ["CHANGES.md", "SECURITY.md", "CONTRIBUTING.md", "README.md"])
def test_pages_for_people_point_at_what_is_there(name):
    text = (ROOT / name).read_text("utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#:]+)\)", text) if target]
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_the_readme_says_what_licence_there_is():
    has_licence = any(ROOT.glob("LICEN[CS]E*"))
    assert has_licence != ("Licence: none yet" in (ROOT / "README.md").read_text("utf-8"))


def _lines(name: str) -> list[str]:
    """The lines of a requirements file without remarks and options."""
    lines = [line.split("#")[0].strip() for line in (ROOT / name).read_text("utf-8").splitlines()]
    return [line for line in lines if line and not line.startswith("-")]


@pytest.mark.parametrize(
    "name",
    ["requirements.txt", "requirements-dev.txt", "requirements-outlines.txt", "requirements-build.txt"],
)
def test_every_range_has_an_exact_version_within_it(name):
    """When this fails: `make constraints UPGRADE=`."""
    exact = dict(line.split("==") for line in _lines("constraints.txt"))
    for requirement in map(Requirement, _lines(name)):
        version = exact.get(requirement.name.lower().replace("_", "-"))
        assert version and version in requirement.specifier, f"{requirement}: {version}"


def test_exact_versions_name_no_place_they_came_from():
    assert re.search(r"://|(?m:^-)|@", (ROOT / "constraints.txt").read_text("utf-8")) is None


def test_whoever_installs_takes_the_exact_versions():
    for name in ("Makefile", "Containerfile", ".ci/run"):
        for line in (ROOT / name).read_text("utf-8").splitlines():
            if re.search(r"pip install\b.* -r ", line) and "--dry-run" not in line:
                assert "-c constraints.txt" in line, f"{name}: {line}"
    assert "--constraint constraints.txt" in (ROOT / "Makefile").read_text("utf-8")
