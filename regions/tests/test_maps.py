"""Maps on pages: what the map says the table says, and both say what the API answers."""

import re
from urllib.parse import urljoin

import pytest
from django.conf import settings

from regions.outlines.drawing import drawing_of
from regions.outlines.maps import MAX_STEPS, MapPlace, RegionMap
from regions.outlines.shapes import FILE

from .factories import make_rules, make_service

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(make_regions):
    regions = make_regions(
        "710000", "460400", below=["510300", "510400", "330100", "440300", "620200", "120000"]
    )
    first = make_service("first", brand="shown", category="stove")
    second = make_service("second", brand="shown", category="hood")
    make_service("silent", brand="quiet", category="hood")
    make_rules(first, include=[regions[code] for code in ("510300", "330106", "620200", "710000")])
    make_rules(first, exclude=[regions["510322"]])
    make_rules(second, include=[regions[code] for code in ("510402", "120000")])
    towns = [code for code in regions if code.startswith("440305") and len(code) == 9]
    make_rules(second, include=[regions[towns[0]]])
    return regions


def get(client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def on_the_map(html: str) -> dict[str, tuple[str, str, str]]:
    """By name: class of its group, figure, address."""
    found = {}
    for group, body in re.findall(r'<g class="(\w+)"[^>]*>(.*?)</g>', html, re.S):
        for url, title in re.findall(
            r'<a href="([^"]+)" tabindex="-1"><use [^>]*><title>(.*?)</title>', body
        ):
            name, _pinyin, figure = re.fullmatch(r"(\S+)( \([A-Z]\w+\))? (.*)", title).groups()
            found[name] = (group, figure, url)
    return found


def in_the_table(html: str) -> dict[str, tuple[str, str]]:
    """By name: figure, address; those named in the sentence below the table have none of their counties."""
    body = html.split('<table class="map-table')[1]
    plain = re.sub(r"</?span[^>]*>", "", body)
    rows = re.findall(
        r'<th scope="row"><a href="([^"]+)"[^>]*>(.*?)</a>[^<]*</th><td>(.*?)(?:<br>|</td>)', plain
    )
    found = {name: (figure, url) for url, name, figure in rows}
    without = plain.split('class="map-without"')
    if len(without) > 1:
        for url, name in re.findall(r'<a href="([^"]+)"[^>]*>(.*?)</a>', without[1].split("</p>")[0]):
            found[name] = ("", url)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("url", ["/brands/shown/", "/services/first/", "/services/second/"])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_table_says_what_the_map_says(world, client, prefix, url):
    html = get(client, prefix + url)
    drawn, told = on_the_map(html), in_the_table(html)
    assert len(drawn) > 5 and drawn.keys() == told.keys()
    for name, (group, figure, address) in drawn.items():
        assert told[name][1] == address
        assert told[name][0] == (figure if told[name][0] else "")
        assert (group == "none") == (not told[name][0])


PATTERN_OF = [(lambda share: share == 0, "none"), (lambda share: share < 0.1, "dots"), (lambda share: share < 0.5, "lines"), (lambda share: share < 1, "cross"), (lambda share: True, "solid")]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("slug", ["first", "second"])
def test_the_figures_are_those_of_the_api(world, client, api, slug):
    """Counted there by SQL for one province at a time."""
    drawn = on_the_map(get(client, f"/en/services/{slug}/"))
    seen = set()
    for code in ("510000", "330000", "440000", "620000", "120000", "460000"):
        region = world[code]
        brand = {"brand": "shown", "state": ["covered", "partly_covered", "not_covered"]}
        results = api.get("/api/v1/coverage/", {"region": code, **brand}).json()["answers"][0]["results"]
        hit = next(hit for hit in results if hit["service"]["slug"] == slug)
        group, figure, _url = drawn[region.name]
        units = hit["units"] or {"covered": int(hit["state"] == "covered"), "partly_covered": 0, "total": 1}
        share = (units["covered"] + units["partly_covered"]) / units["total"]
        if hit["units"]:
            assert figure.startswith(f"{units['covered']} of {units['total']}")
            assert (f"parts of {units['partly_covered']}" in figure) == bool(units["partly_covered"])
        assert group == next(pattern for fits, pattern in PATTERN_OF if fits(share)), (code, figure)
        seen.add(group)
    assert len(seen) > 2
    if slug == "first":
        assert drawn["台湾省"][0] == "solid"


@pytest.mark.slow
def test_links_of_the_map_lead_to_pages(world, client):
    for url in ("/brands/shown/", "/en/services/first/"):
        addresses = {address for _group, _figure, address in on_the_map(get(client, url)).values()}
        for address in sorted(addresses)[:6]:
            assert client.get(urljoin(url, address), follow=True).status_code == 200, address


@pytest.mark.slow
def test_a_map_needs_no_script_and_no_style_of_its_own(world, client):
    html = get(client, "/brands/shown/")
    svg = html.split('<figure class="map">')[1].split("</figure>")[0]
    assert not re.search(r"<script|<style|style=|\son\w+=|href=\"(?!/|regions/)", svg)
    assert '<title id="map-title">' in svg and 'aria-labelledby="map-title map-desc"' in svg
    assert set(re.findall(r"url\(#([\w-]+)\)", svg)) <= set(re.findall(r'<pattern id="([\w-]+)"', svg))


@pytest.mark.slow
def test_outlines_are_a_file_of_their_own_that_browsers_keep(world, client):
    """A page refers to them by an address that changes with the drawing; an older page finds them too."""
    references = set(re.findall(r'<use href="([^"#]+)#(\w+)"', get(client, "/brands/shown/")))
    (sheet,) = {sheet for sheet, _name in references}
    response = client.get(sheet)
    assert (response.status_code, response["Content-Type"]) == (200, "image/svg+xml")
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    names = set(re.findall(r'<path id="(\w+)" d="M', response.content.decode()))
    assert {name for _sheet, name in references} == names and len(names) == 34
    before = client.get(sheet.replace(sheet[-12:-4], "0" * 8))
    assert (before.content, before["Cache-Control"]) == (response.content, "no-cache")
    assert f'href="{sheet}#' in get(client, "/en/brands/shown/")
    assert client.get("/maps/nowhere-00000000.svg").status_code == 404


@pytest.mark.slow
def test_an_ordinary_page_is_light(world, client):
    assert len(client.get("/brands/shown/").content) < 20_000


@pytest.mark.slow
def test_without_a_list_there_is_no_map(world, client):
    for url in ("/brands/quiet/", "/services/silent/"):
        html = get(client, url)
        assert "<svg" not in html and "map.css" not in html


@pytest.mark.slow
def test_without_the_file_of_outlines_the_table_stands_alone(world, client, settings, tmp_path):
    whole = in_the_table(get(client, "/brands/shown/?a"))
    settings.REGIONS_DIR = tmp_path
    html = get(client, "/brands/shown/?b")
    assert "<svg" not in html and in_the_table(html) == whole


@pytest.mark.slow
def test_a_rule_on_the_whole_country_fills_the_map(world, client):
    make_rules(make_service("whole", brand="wide", category="hood"), include=[world["100000"]])
    for url in ("/en/brands/wide/", "/en/services/whole/"):
        html = get(client, url)
        assert {on_the_map(html)[world[code].name][0] for code in ("510000", "330000")} == {"solid"}
        assert "全国" in in_the_table(html)


@pytest.mark.parametrize("size", [1, MAX_STEPS + 1])
def test_a_map_has_as_many_steps_as_there_are_patterns(size):
    with pytest.raises(ValueError, match="steps"):
        RegionMap("t", "d", ["step"] * size, [], ["a", "b"])


def test_one_province_is_drawn_by_what_lies_below_it():
    drawing = drawing_of(settings.REGIONS_DIR / FILE, "510000")
    shown = RegionMap("t", "d", ["none", "some"], [MapPlace("510300", "自贡市", 1, "1")], ["a", "b"], drawing)
    assert [[place.code for place in places] for _step, _pattern, places in shown.groups] == [["510300"]]
    assert len(drawing.paths) == 21 and len(shown.blank) == 20
