"""The pages over the API document and for the public, drawn by Chromium."""

import pytest


def test_the_api_document_draws_under_the_strict_policy(visitor):
    """No error in the console, nothing fetched from elsewhere."""
    elsewhere = []
    visitor.page.on(
        "request",
        lambda r: None if r.url.startswith((visitor.root, "data:", "blob:")) else elsewhere.append(r.url),
    )
    visitor.go("/api/v1/docs/")
    visitor.page.locator("#operations-coverage-coverage_ask .opblock-summary").click()
    visitor.page.locator("#operations-coverage-coverage_ask .opblock-description").wait_for()
    assert visitor.complaints == []
    assert elsewhere == []


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "home"),
        ("/coverage/?q=510322", "public-coverage"),
        ("/coverage/?q=朝阳", "public-ambiguous"),
        ("/numbers/?number=400-1865-909", "public-number"),
        ("/services/a-repair/", "public-service"),
    ],
)
def test_the_public_pages_fit_and_complain_of_nothing(visitor, world, path, name):
    visitor.go(path)
    visitor.look(name)
