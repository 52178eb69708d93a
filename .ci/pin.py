"""Name every image by its digest too: .ci/pin.py FILE …  (Containerfile, compose.yaml; `make pin`)

Asks the registry over skopeo or docker, whichever is there, and writes `image:version@sha256:…` in place of `image:version`; run again, it takes
the digest of today. An image that cannot be asked for, or not be read, ends it with 1, and no file is touched.

`--check` asks nobody and changes nothing: it says which images are not named by digest, and ends with 1 when one is not.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

LINE = re.compile(r"(?m)^(?:FROM |\s+image:).*$")
IMAGE = re.compile(
    r"(?m)^(FROM (?:--platform=\S+ )?|\s+image: )((?:[\w.-]+:\d+/)?[\w./-]+:[\w.-]+)(@sha256:[0-9a-f]{64})?(?=\s|$)"
)
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
WAYS = {
    "skopeo": ["inspect", "--no-tags", "--format", "{{.Digest}}", "docker://%s"],
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


def images_of(texts: dict[Path, str]) -> dict[str, bool]:
    """Every image, and whether it is named by digest. Raises LookupError for a line that names one in another way."""
    found: dict[str, bool] = {}
    for path, text in texts.items():
        for line in LINE.findall(text):
            if not (image := IMAGE.match(line)):
                raise LookupError(f"{path.name}: “{line.strip()}” is not image:version")
            found[image[2]] = found.get(image[2], True) and bool(image[3])
    return found


def main(names: list[str]) -> int:
    check = "--check" in names
    texts = {Path(name): Path(name).read_text(encoding="utf-8") for name in names if name != "--check"}
    try:
        images = images_of(texts)
        if check:
            return tell(images)
        digests = {image: digest(image) for image in sorted(images)}
    except LookupError as error:
        print(f"nothing was changed: {error}", file=sys.stderr)
        return 1
    for path, text in texts.items():
        path.write_text(IMAGE.sub(lambda m: f"{m[1]}{m[2]}@{digests[m[2]]}", text), encoding="utf-8")
    print("\n".join(f"{image}@{found}" for image, found in digests.items()))
    return 0


def tell(images: dict[str, bool]) -> int:
    """1 when an image is named by version only."""
    loose = sorted(image for image, is_pinned in images.items() if not is_pinned)
    for image in loose:
        print(
            f"NOT PINNED: {image} is named by version only; `make pin` writes its digest (docs/operations.md)"
        )
    return bool(loose)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
