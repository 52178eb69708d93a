"""The region data in force: its edition, and the resolver over it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

from regions.choices import ReleaseState
from regions.models import Release

if TYPE_CHECKING:
    from regions.resolver import Resolver


def active_edition() -> str | None:
    """The name of the active release; None before `load_regions --commit`."""
    return Release.objects.filter(state=ReleaseState.ACTIVE).values_list("edition", flat=True).first()


def resolver() -> Resolver:
    """The resolver over the bundled edition, loaded once a process when first asked."""
    return _load(str(settings.REGIONS_DIR))


@lru_cache(maxsize=1)
def _load(directory: str) -> Resolver:
    from regions.resolver import load_default

    return load_default()
