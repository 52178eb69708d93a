"""The container files cannot run everywhere, but what they say can be checked everywhere."""

import re
import shlex

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
