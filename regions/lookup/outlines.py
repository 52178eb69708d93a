"""The bundled outlines: the shape of a place, its centre point, a map to draw on. Nothing where the region files have none."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from regions.everybody import for_everybody
from regions.models import Region
from regions.outlines.drawing import Drawing, drawing_of
from regions.outlines.shapes import COUNTRY, FILE, Point, Shapes, read_shapes


def shapes() -> Shapes | None:
    """The outlines beside the region files, if they are there."""
    file = _file(str(settings.REGIONS_DIR))
    return read_shapes(file) if file else None


def map_of(code: str = COUNTRY) -> Drawing | None:
    """The map of the country by provinces, or of one province by what lies directly below it."""
    file = _file(str(settings.REGIONS_DIR))
    with for_everybody():  # read at the first map of a process
        return drawing_of(file, code) if file else None


def centre_of(region: Region) -> Point | None:
    """The centre point of a division that is current; of those that have ended none is known."""
    known = shapes() if region.is_open else None
    return known.centre(region.code) if known else None


@lru_cache(maxsize=4)
def _file(folder: str) -> Path | None:
    """Looked for once: files are not exchanged under a running process."""
    path = Path(folder) / FILE
    return path if path.is_file() else None
