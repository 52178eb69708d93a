"""What a region's page says of products, with and without an index over the rules."""

import pytest

from regions.models import PostingIndex
from regions.postings.write import rebuild

from .factories import make_rules, make_service


@pytest.mark.parametrize("indexed", [True, False])
def test_a_regions_page_names_the_products_served_there(client, make_regions, indexed):
    regions = make_regions("510322", "330104")
    make_rules(make_service("near", category="cabinets"), include=[regions["510322"]])
    make_rules(make_service("far", category="elsewhere"), include=[regions["330102"]])
    PostingIndex.objects.all().delete()
    if indexed:
        rebuild(0)
    page = client.get("/regions/510322/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "品类 cabinets" in text and "品类 elsewhere" not in text
