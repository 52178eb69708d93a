"""The files of an edition as they come in: a ZIP archive or single files, looked at before they are unpacked."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from django.utils.translation import gettext as _

from regions.sheets import swollen

from .edition import Edition, EditionError
from .files import COLUMNS, EDITION
from .read import read_edition

NAMES = (*COLUMNS, EDITION)
#: of all files together, unpacked; the bundled edition has 5 MB
LARGEST = 16 * 2**20


def pack(files: Iterable[tuple[str, bytes]]) -> bytes:
    """The five files of an edition as one archive. Raises EditionError when one is missing, doubled or unknown."""
    given = list(files)
    names = [name for name, _content in given]
    faults = [
        _("%(name)s: no file of an edition; they are %(names)s.") % {"name": name, "names": ", ".join(NAMES)}
        for name in names
        if name not in NAMES
    ]
    faults += [_("%(name)s is missing.") % {"name": name} for name in NAMES if name not in names]
    faults += [_("%(name)s is there twice.") % {"name": name} for name in NAMES if names.count(name) > 1]
    if sum(len(content) for _name, content in given) > LARGEST:
        faults.append(_too_large())
    if faults:
        raise EditionError(faults)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(given):
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def pack_folder(folder: Path) -> bytes:
    """A folder of an edition as one archive; what else lies in it is left out."""
    return pack((name, (folder / name).read_bytes()) for name in NAMES if (folder / name).is_file())


def pack_uploads(uploads: Iterable[tuple[str, bytes]]) -> bytes:
    """One ZIP archive, or the files themselves, as they were uploaded."""
    given = list(uploads)
    if len(given) == 1 and given[0][0].lower().endswith(".zip"):
        return pack(_members(given[0][1]))
    return pack(given)


def _members(content: bytes) -> list[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            if sum(one.file_size for one in members) > LARGEST or any(map(swollen, members)):
                raise EditionError([_too_large()])
            wanted = [one for one in members if PurePosixPath(one.filename).name in NAMES]
            return [(PurePosixPath(one.filename).name, _read(archive, one)) for one in wanted]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise EditionError(
            [_("This is no ZIP archive that can be read: %(error)s") % {"error": error}]
        ) from None


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """What is in one member; never more than it says."""
    with archive.open(member) as file:
        return file.read(min(member.file_size, LARGEST) + 1)[: member.file_size]


def _too_large() -> str:
    return _("The files are larger than %(size)d MB together.") % {"size": LARGEST // 2**20}


@contextmanager
def unpacked(archive: bytes) -> Iterator[Path]:
    """The files of an archive that `pack` made, in a folder of their own for as long as it is needed."""
    with TemporaryDirectory() as folder:
        with zipfile.ZipFile(io.BytesIO(archive)) as files:
            files.extractall(folder)
        yield Path(folder)


def read_archive(archive: bytes) -> Edition:
    """The edition in an archive. Raises EditionError with every fault, a missing checksum among them."""
    with unpacked(archive) as folder:
        edition = read_edition(folder)
        sums = json.loads((folder / EDITION).read_text(encoding="utf-8")).get("sha256", {})
    if missing := [name for name in COLUMNS if name not in sums]:
        raise EditionError(
            [
                _("%(file)s has no checksum of %(names)s: nobody could tell whether the files are whole.")
                % {"file": EDITION, "names": ", ".join(missing)}
            ]
        )
    return edition
