"""What nearly every question needs, read when a worker starts, so that nobody's first question waits for it."""

import logging

from django.db import DatabaseError, InterfaceError

from regions.gazetteer.active import resolver
from regions.models.base import today
from regions.models.region import COUNTRY_CODE

from .day import Day
from .filters import Filters
from .memory import consistently
from .outlines import map_of
from .overview.grid import overview
from .tree import county_units

logger = logging.getLogger(__name__)


def read_ahead() -> None:
    """Read services, hotlines, the divisions down to the counties with their postings, and the names by which texts are read.

    And look over the whole once: what decides on each county is then at hand when somebody asks for an overview.

    A database that does not answer yet, or has no tables, is left to the first question.
    """
    try:
        consistently(today(), _read)
        map_of()
        county_units()
        resolver()
    except (DatabaseError, InterfaceError) as error:
        logger.warning("nothing was read ahead: %s", error)


def _read(day: Day) -> None:
    day.facts  # noqa: B018 (reads them)
    if country := day.place(COUNTRY_CODE).asked:
        overview(day, country, Filters())
