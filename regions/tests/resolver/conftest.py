import pytest

from regions.resolver import load_default


@pytest.fixture(scope="session")
def resolver():
    return load_default()
