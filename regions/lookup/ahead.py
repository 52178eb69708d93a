"""What nearly every question needs, read when a worker starts, so that nobody's first question waits for it."""

import datetime
import logging
import random
import threading
import time
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connections
from django.utils import timezone

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


def stay_ahead() -> None:
    """Read ahead again for each new day, beside the threads that answer, as long as the process lives."""
    threading.Thread(target=every_day, name="ahead", daemon=True).start()


# Processes do not read all at the same second.
SPREAD = 20


def every_day(wait: Callable[[float], object] = time.sleep) -> None:
    while True:
        now = timezone.localtime()
        midnight = datetime.datetime.combine(
            now.date() + datetime.timedelta(days=1), datetime.time.min, now.tzinfo
        )
        wait((midnight - now).total_seconds() + random.uniform(0, SPREAD))  # noqa: S311 (no secret)
        read_ahead()
        connections.close_all()
