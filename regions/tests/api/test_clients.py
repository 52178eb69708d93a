"""Programs that others would write against the API: the examples in docs/, and a generated client."""

import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from django.conf import settings

from regions.services.changes import change_set

pytestmark = pytest.mark.one_database

DOCS = Path(settings.BASE_DIR) / "docs"
CI = Path(settings.BASE_DIR) / ".ci"
# Linters and generators of npm: `make api-tools` gets them; where there are none their tests are skipped.
TOOLS = Path(os.environ.get("API_TOOLS") or settings.BASE_DIR / ".venv/api-tools") / "node_modules"
with_tools = pytest.mark.skipif(
    not TOOLS.is_dir(), reason="needs npm: make api-tools, or API_TOOLS names a folder"
)


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess:
    return subprocess.run(
        arguments,
        capture_output=True,
        text=True,
        timeout=300,
        env=os.environ | {"PYTHONIOENCODING": "utf-8", "REDOCLY_TELEMETRY": "off"},
        cwd=cwd,
    )


@pytest.fixture
def address(transactional_db, live_server, directory) -> str:
    with change_set() as changes:
        changes.created(directory)
    return live_server.url


@pytest.mark.slow
def test_the_python_example_answers_and_follows(address):
    done = run(sys.executable, str(DOCS / "examples" / "client.py"), address, "自贡市自流井区")
    assert done.returncode == 0, done.stderr
    assert "四川省/自贡市/自流井区 1" in done.stdout
    assert "- 服务 cabinet-repair |" in done.stdout
    done = run(sys.executable, str(DOCS / "examples" / "client.py"), address, "--follow", "0", "3")
    first, last = done.stdout.splitlines()
    assert first == "create service cabinet-repair"
    assert last.startswith("position ")


def test_the_python_example_tells_what_the_api_says_is_wrong(address):
    done = run(sys.executable, str(DOCS / "examples" / "client.py"), address, "51")
    assert done.returncode == 1
    assert done.stderr.startswith("400: ")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_the_javascript_example_asks_many_at_once(address):
    places = ["510302", "自贡市富顺县", "51", *["510302"] * 100]
    done = run("node", str(DOCS / "examples" / "client.mjs"), address, *places)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "510302: 四川省/自贡市/自流井区 1"
    assert lines[1].startswith("- 服务 cabinet-repair | ")
    assert "自贡市富顺县: 四川省/自贡市/富顺县 0" in lines
    assert sum(line.startswith("510302: ") for line in lines) == 101


@pytest.mark.slow
def test_a_client_from_a_public_generator_asks_the_main_question(directory, wsgi, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    generated = tmp_path / "servicenet_client"
    done = run(
        sys.executable,
        "-m",
        "openapi_python_client",
        "generate",
        *("--path", str(DOCS / "openapi.yaml"), "--meta", "none", "--output-path", str(generated)),
    )
    assert done.returncode == 0 and "Warning" not in done.stdout, done.stdout + done.stderr
    monkeypatch.syspath_prepend(tmp_path)
    servicenet_client = importlib.import_module("servicenet_client")
    ask = importlib.import_module("servicenet_client.api.coverage.coverage_ask")
    client = servicenet_client.Client(
        base_url="http://testserver",
        headers={"Accept-Language": "en"},
        httpx_args={"transport": httpx.WSGITransport(app=wsgi)},
    )
    found = ask.sync(client=client, region="510302")
    (answer,) = found.answers
    (hit,) = answer.results
    assert (found.state.value, answer.count, hit.state.value) == ("ok", 1, "covered")
    assert hit.hotlines[0].number == "4001865909"
    assert hit.rule.region.name == "自贡市"
    refused = ask.sync(client=client, region="51")
    assert (refused.status, refused.parameter) == (400, "region")


@pytest.mark.slow
@with_tools
@pytest.mark.parametrize(
    "linter",
    [
        ("redocly", "lint", "--config", str(CI / "redocly.yaml")),
        ("spectral", "lint", "--fail-severity", "warn", "--ruleset", str(CI / "spectral.yaml")),
    ],
    ids=lambda linter: linter[0],
)
def test_linters_find_nothing_in_the_document(linter, tmp_path):
    program, *arguments = linter
    done = run(str(TOOLS / ".bin" / program), *arguments, str(DOCS / "openapi.yaml"), cwd=tmp_path)
    said = done.stdout + done.stderr
    assert done.returncode == 0 and "warning was" not in said and "warnings" not in said, said
    broken = tmp_path / "openapi.yaml"
    broken.write_text(
        (DOCS / "openapi.yaml")
        .read_text(encoding="utf-8")
        .replace("operationId: root", "operationId: schema"),
        encoding="utf-8",
    )
    assert run(str(TOOLS / ".bin" / program), *arguments, str(broken), cwd=tmp_path).returncode, (
        "it looks at nothing"
    )


@pytest.mark.slow
@with_tools
def test_clients_in_typescript_compile_and_ask_the_main_question(address, tmp_path):
    """openapi-typescript, hey-api and orval make a client of the document each; `typescript/ask.ts` asks with all three."""
    shutil.copytree(Path(__file__).with_name("typescript"), tmp_path, dirs_exist_ok=True)
    (tmp_path / "node_modules").symlink_to(TOOLS)
    document = str(DOCS / "openapi.yaml")
    for program, *arguments in (
        ("openapi-typescript", document, "-o", "types.d.ts"),
        ("openapi-ts", "-i", document, "-o", "heyapi", "-c", "@hey-api/client-fetch"),
        ("orval", "--input", document, "--output", "orval.ts", "--client", "fetch", "--mode", "single"),
        ("tsc", "-p", "."),
    ):
        done = run(str(TOOLS / ".bin" / program), *arguments, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
    done = run("node", "js/ask.js", address, "510302", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "openapi-typescript ok 自贡市 4001865909",
        "refused 400 region",
        "hey-api ok 自贡市 4001865909",
        "orval ok 自贡市 4001865909",
    ]
