"""The theme is a coat: without it the admin still works."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.one_database


@pytest.mark.slow
def test_every_page_opens_without_the_theme():
    result = subprocess.run(
        [sys.executable, "-m", "regions.tests.admin.stock_pages"],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "regions.tests.admin.settings_stock",
            "DATABASE_URL": "sqlite://:memory:",
            "DEBUG": "1",
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.stdout.strip().endswith("ok"), result.stderr[-3000:]
