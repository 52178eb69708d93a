"""The container files cannot run everywhere, but what they say can be checked everywhere."""

import re
import shlex
import subprocess
import sys

import pytest
import yaml
from django.conf import settings

ROOT = settings.BASE_DIR
CONTAINERFILE = (ROOT / "Containerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
OPERATIONS = ROOT / "docs" / "operations.md"


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"\\\n\s*", " ", re.sub(r"^#.*\n", "", CONTAINERFILE, flags=re.M))
    return [tuple(line.split(" ", 1)) for line in text.splitlines() if line.strip()]


def test_every_copied_path_exists():
    for word, rest in instructions():
        if word == "COPY" and "--from" not in rest:
            *sources, _target = shlex.split(rest)
            for source in sources:
                assert (ROOT / source).exists(), source


def test_the_image_has_a_fixed_base_an_own_user_and_a_health_check():
    found = instructions()
    assert all(
        re.search(r":[\w.-]+", rest) and ":latest" not in rest for word, rest in found if word == "FROM"
    )
    words = [word for word, _rest in found]
    assert words.index("USER") < words.index("CMD")
    assert "HEALTHCHECK" in words
    assert not any("SECRET_KEY" in rest for word, rest in found if word in ("ENV", "ARG"))


def test_the_services_are_the_promised_ones_and_refer_to_each_other():
    services = COMPOSE["services"]
    assert {"database", "cache", "web1", "web2"} <= services.keys()
    for service in services.values():
        assert "image" in service or service["build"]["dockerfile"] == "Containerfile"
        assert set(service.get("depends_on", ())) <= services.keys()
        for volume in service.get("volumes", ()):
            assert volume.split(":")[0] in COMPOSE["volumes"]
    hosts = {re.search(r"@(\w+):", services["web1"]["environment"]["DATABASE_URL"])[1]}
    hosts.add(re.search(r"//(\w+):", services["web1"]["environment"]["CACHE_URL"])[1])
    assert hosts <= services.keys()


def variables_read() -> set[str]:
    code = "".join(
        (ROOT / name).read_text(encoding="utf-8")
        for name in ("servicenet/settings.py", "gunicorn.conf.py", "servicenet/metrics.py")
    )
    found = re.findall(r"env\.\w+\(\s*\"(\w+)\"", code) + re.findall(r"environ\.get\(\"(\w+)\"", code)
    return set(found)


@pytest.mark.parametrize("name", sorted(variables_read()))
def test_every_variable_is_documented(name):
    assert f"`{name}`" in OPERATIONS.read_text(encoding="utf-8")


def test_every_variable_of_compose_is_known():
    for service in COMPOSE["services"].values():
        for name in service.get("environment", {}):
            assert name in variables_read() or name.startswith("POSTGRES_"), name


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_no_container_may_more_than_it_needs(name):
    service = COMPOSE["services"][name]
    assert service["cap_drop"] == ["ALL"] and service["read_only"] is True
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["mem_limit"] and service["pids_limit"]
    assert "cap_add" not in service or name == "database"
    assert not service.get("privileged") and "network_mode" not in service
    assert ("ports" in service) == (name == "proxy")


def test_whoever_uploads_in_two_steps_finds_the_file_at_each_machine():
    for name in ("web1", "web2", "worker"):
        service = COMPOSE["services"][name]
        folder = service["environment"]["UPLOADS_DIR"]
        assert any(volume.endswith(f":{folder}") for volume in service["volumes"])


DIGEST = "sha256:" + "0a" * 32


@pytest.fixture
def pin(tmp_path, monkeypatch):
    """pin(text) runs `.ci/pin.py` on copies, with a program in place of skopeo; what it said, and what the files say then."""
    programs = tmp_path / "bin"
    programs.mkdir()

    def run(says: str = "", *, twice: bool = False):
        if says:
            (programs / "skopeo").write_text(f"#!/bin/sh\n{says}\n")
            (programs / "skopeo").chmod(0o755)
        files = []
        for name in ("Containerfile", "compose.yaml"):
            files.append(tmp_path / name)
            files[-1].write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
        for _n in range(1 + twice):
            command = [sys.executable, str(ROOT / ".ci" / "pin.py"), *map(str, files)]
            environment = {"PATH": f"{programs}:/bin" if says else str(programs)}
            done = subprocess.run(command, capture_output=True, text=True, env=environment)
        return done, [file.read_text(encoding="utf-8") for file in files]

    return run


@pytest.mark.parametrize("twice", [False, True])
def test_images_are_pinned_by_the_digest_that_the_registry_says(pin, twice):
    done, (build, compose) = pin(f"echo {DIGEST}", twice=twice)
    assert done.returncode == 0, done.stderr
    assert build.count(f":3.11-slim-bookworm@{DIGEST}") == build.count("\nFROM ") == 2
    for name, service in yaml.safe_load(compose)["services"].items():
        assert "image" not in service or re.fullmatch(rf"[\w./-]+:[\w.-]+@{DIGEST}", service["image"]), name
    assert build == re.sub(r"@sha256:[0-9a-f]{64}", "@" + DIGEST, CONTAINERFILE)


@pytest.mark.slow
def test_no_image_is_passed_over(tmp_path):
    """One of a registry with a port is pinned too, and a line that is not understood is no line that is not there."""
    command = [sys.executable, str(ROOT / ".ci" / "pin.py"), "--check", "Containerfile"]

    def said(line: str) -> tuple[int, str]:
        (tmp_path / "Containerfile").write_text(line + "\n", encoding="utf-8")
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
        return done.returncode, done.stdout + done.stderr

    for image in ("python:3.11", "127.0.0.1:5055/library/python:3.11"):
        for line in (f"FROM {image} AS build", f"FROM --platform=linux/amd64 {image}", f"    image: {image}"):
            code, text = said(line)
            assert code == 1 and text.startswith(f"NOT PINNED: {image} "), line
            assert said(line.replace(image, f"{image}@{DIGEST}")) == (0, "")
    code, text = said("FROM python")
    assert code == 1 and "is not image:version" in text


@pytest.mark.parametrize("says", ["", "echo not found >&2; exit 1", "echo sha256:short"])
def test_no_file_is_touched_when_an_image_cannot_be_asked_for(pin, says):
    done, (build, compose) = pin(says)
    assert done.returncode == 1 and "nothing was changed" in done.stderr
    assert (build, yaml.safe_load(compose)) == (CONTAINERFILE, COMPOSE)
