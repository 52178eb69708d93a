"""What is installed is compared with known weaknesses, and named in the release notes."""

import json
import re
import runpy
import subprocess
import sys

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
AUDIT = runpy.run_path(str(ROOT / ".ci" / "audit.py"))
VERSIONS = AUDIT["installed"](ROOT / "constraints.txt")


def audit(folder) -> subprocess.CompletedProcess:
    command = [sys.executable, ".ci/audit.py", str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def advisory(folder, *, name="Django", events=(), versions=(), **more):
    ranges = [{"type": "ECOSYSTEM", "events": list(events)}] if events else []
    affected = {"package": {"ecosystem": "PyPI", "name": name}, "ranges": ranges, "versions": list(versions)}
    body = {"id": "TEST-1", "summary": "a weakness", "affected": [affected], **more}
    (folder / "TEST-1.json").write_text(json.dumps(body))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"events": [{"introduced": "0"}]}, 1),
        ({"events": [{"introduced": "0"}, {"fixed": "999"}]}, 1),
        ({"events": [{"introduced": "0"}, {"fixed": "4.2"}]}, 0),
        ({"events": [{"introduced": "0"}, {"fixed": "4.2"}, {"introduced": "5.0"}]}, 1),
        ({"events": [{"introduced": "0"}, {"last_affected": str(VERSIONS["django"])}]}, 1),
        ({"versions": [str(VERSIONS["django"])]}, 1),
        ({"versions": ["1.0"]}, 0),
        ({"events": [{"introduced": "0"}], "name": "not-ours"}, 0),
        ({"events": [{"introduced": "0"}], "withdrawn": "2026-01-01T00:00:00Z"}, 0),
    ],
)
@pytest.mark.slow
def test_a_known_weakness_is_found_without_a_network(tmp_path, fields, code):
    advisory(tmp_path, **fields)
    done = audit(tmp_path)
    assert done.returncode == code, done.stderr
    assert ("django" in done.stdout and "TEST-1" in done.stdout) == bool(code)


def test_a_folder_that_is_none_is_no_clean_bill(tmp_path):
    assert audit(tmp_path / "none").returncode == 2


def test_the_release_notes_name_what_it_is_built_with():
    notes = (ROOT / "CHANGES.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"([\w.-]+) ([\d.]+\d)", notes.split("### Built with")[1].split("##")[0]))
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    direct = {re.split(r"[\[~=<>! ]", line)[0].lower() for line in lines if line and line[0].isalpha()}
    assert {name.lower() for name in listed} == direct
    assert all(str(VERSIONS[name.lower()]) == version for name, version in listed.items())


def test_every_test_that_a_promise_names_is_there():
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:\w+/)?test_\w+\.py)(?:::(\w+))?`", text)
    assert len(named) > 20
    for file, name in named:
        path = ROOT / "regions" / "tests" / file
        assert path.exists(), file
        assert not name or re.search(rf"\b(class|def) {name}\b", path.read_text(encoding="utf-8")), (
            file,
            name,
        )
