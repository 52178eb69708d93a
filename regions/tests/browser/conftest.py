"""A real browser on a real server: Debian's Chromium, in Chinese, on a phone and on a desk."""

import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings

from regions.tests.admin.conftest import chief, world  # noqa: F401

# Playwright keeps an event loop running in this thread; Django would refuse to touch the database beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

SIZES = {"phone": (390, 844), "wide": (1280, 800)}
SCREENSHOTS = Path(settings.BASE_DIR) / "screenshots"


def pytest_collection_modifyitems(items) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in Path(item.fspath).parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args():
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        pytest.skip("no Chromium: install Debian's package chromium, or name one in CHROMIUM")
    return {
        "executable_path": path,
        "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    }


@pytest.fixture(params=SIZES)
def size(request) -> str:
    return request.param


@pytest.fixture
def browser_context_args(size):
    width, height = SIZES[size]
    return {"viewport": {"width": width, "height": height}, "locale": "zh-CN"}


class Visitor:
    """A person at a browser: goes places, and notices what a page complains about."""

    def __init__(self, page, root: str, size: str) -> None:
        self.page, self.root, self.size = page, root, size
        self.complaints: list[str] = []
        page.on(
            "console",
            lambda message: self.complaints.append(message.text) if message.type == "error" else None,
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def go(self, path: str) -> None:
        response = self.page.goto(self.root + path)
        assert response.status == 200, path
        self.page.wait_for_load_state("networkidle")

    def look(self, name: str) -> None:
        """Keep a picture, then check that nothing broke and nothing hangs over the edge."""
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{self.size}-{name}.png", full_page=True)
        assert self.complaints == []
        beyond = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert beyond <= 0, f"{name} is {beyond} pixels too wide"


@pytest.fixture
def visitor(page, live_server, size) -> Visitor:
    return Visitor(page, live_server.url, size)
