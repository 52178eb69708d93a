"""Compare constraints.txt with known weaknesses, without a network: .ci/audit.py FOLDER [constraints.txt]

FOLDER holds advisories in OSV's form, one JSON file each: the unpacked `PyPI/all.zip` of https://osv.dev, or any selection of it. Ends with
1 and a line for each weakness found. With a network `make audit` asks pip-audit instead.
"""

import json
import sys
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version


def installed(file: Path) -> dict[str, Version]:
    lines = (line.split("#")[0].strip() for line in file.read_text(encoding="utf-8").splitlines())
    pairs = (line.split("==") for line in lines if "==" in line)
    return {canonicalize_name(name): Version(version) for name, version in pairs}


def is_affected(version: Version, affected: dict) -> bool:
    """OSV's rule: listed by name, or between an `introduced` and the next `fixed` or after `last_affected`."""
    if str(version) in affected.get("versions", ()):
        return True
    return any(
        _within(version, each["events"]) for each in affected.get("ranges", ()) if each["type"] == "ECOSYSTEM"
    )


def _within(version: Version, events: list[dict]) -> bool:
    inside = False
    for event in events:
        (kind, text), *_more = event.items()
        try:
            at = Version(text)
        except InvalidVersion:
            continue
        if kind == "introduced" and version >= at:
            inside = True
        elif (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
            inside = False
    return inside


def weaknesses(folder: Path, versions: dict[str, Version]) -> list[str]:
    found = []
    for file in sorted(folder.rglob("*.json")):
        advisory = json.loads(file.read_text(encoding="utf-8"))
        if advisory.get("withdrawn"):
            continue
        for affected in advisory.get("affected", ()):
            package = affected.get("package", {})
            name = canonicalize_name(package.get("name", ""))
            if (
                package.get("ecosystem") == "PyPI"
                and name in versions
                and is_affected(versions[name], affected)
            ):
                found.append(
                    f"{name} {versions[name]}: {advisory['id']} {advisory.get('summary', '')}".strip()
                )
    return sorted(set(found))


def main(folder: str, constraints: str = "constraints.txt") -> int:
    if not Path(folder).is_dir():
        print(
            f"{folder} is no folder: unpack OSV's PyPI/all.zip there, or run make audit with a network.",
            file=sys.stderr,
        )
        return 2
    versions = installed(Path(constraints))
    found = weaknesses(Path(folder), versions)
    print("\n".join(found) or f"{len(versions)} packages, no known weakness")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
