"""Name every image by its digest too: .ci/pin.py FILE …  (Containerfile, compose.yaml; `make pin`)

Asks the registry over skopeo or docker, whichever is there, and writes `image:version@sha256:…` in place of `image:version`; run again, it takes
the digest of today. An image that cannot be asked for ends it with 1, and no file is touched.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

IMAGE = re.compile(r"(?m)^(FROM |\s+image: )([\w./-]+:[\w.-]+)(@sha256:[0-9a-f]{64})?(?=\s|$)")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
WAYS = {
    "skopeo": ["inspect", "--format", "{{.Digest}}", "docker://%s"],
    "docker": ["buildx", "imagetools", "inspect", "--format", "{{.Manifest.Digest}}", "%s"],
}


def digest(image: str) -> str:
    """Of the list over all architectures. Raises LookupError when nobody says it."""
    for program, arguments in WAYS.items():
        if path := shutil.which(program):
            command = [path, *(each.replace("%s", image) for each in arguments)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)  # noqa: S603
            if found := DIGEST.fullmatch(done.stdout.strip().strip('"')):
                return found.group()
            raise LookupError(f"{image}: {program} says {done.stderr.strip() or done.stdout.strip()!r}")
    raise LookupError("neither skopeo nor docker is installed")


def main(names: list[str]) -> int:
    texts = {Path(name): Path(name).read_text(encoding="utf-8") for name in names}
    images = sorted({found[2] for text in texts.values() for found in IMAGE.finditer(text)})
    try:
        digests = {image: digest(image) for image in images}
    except LookupError as error:
        print(f"nothing was changed: {error}", file=sys.stderr)
        return 1
    for path, text in texts.items():
        path.write_text(IMAGE.sub(lambda m: f"{m[1]}{m[2]}@{digests[m[2]]}", text), encoding="utf-8")
    print("\n".join(f"{image}@{found}" for image, found in digests.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
