"""The resolver for the region data in force.

It is built from the bundled files when they are the active release, else from the database rows of that release.
"""

from functools import lru_cache

from django.conf import settings

from regions.resolver import Resolver, load_default


def resolver() -> Resolver:
    """The resolver over the bundled edition; loaded once a process."""
    return _load(str(settings.REGIONS_DIR))


@lru_cache(maxsize=1)
def _load(directory: str) -> Resolver:
    return load_default()
