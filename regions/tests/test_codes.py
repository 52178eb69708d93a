"""One reading of region codes: the same spelling means the same at every door, and a village is never its township."""

import csv
import io
import json

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from regions.codes import BadCode, read_code, trim
from regions.models import CoverageImport, CoverageRule, Hotline, Region
from regions.services import intake

from .factories import load_regions, make_hotline, make_rules, make_service

pytestmark = pytest.mark.one_database

VILLAGE = "510322102001"
SAME = {
    "510322": "510322", "510322000": "510322", "510322000000": "510322",
    " 510322 ": "510322", "５１０３２２": "510322", "51032２": "510322", "５１０３２２１０２０００": "510322102",
    "510322102": "510322102", "510322102000": "510322102", "510000000000": "510000",
}  # fmt: skip
REFUSED = [
    VILLAGE,
    "510322000001",
    "51032",
    "5103221",
    "5103221020",
    "5103220000000",
    "五一〇三二二",
    "51032²",
    "51 0322",
]


class Refusal(Exception):
    """What a door said instead of reading the code."""


@pytest.fixture
def doors(db):
    load_regions("510322", "510322102", "330104", "330102")
    return Doors()


class Doors:
    """Each method takes a code at one door and returns the region's code, or raises Refusal with what was said."""

    def __init__(self):
        self.regions = {region.code: region for region in Region.objects.open()}
        self.service = make_service("one", brand="b")
        make_rules(self.service, include=self.regions.values())
        self.chief = User.objects.create_superuser("chief")
        self.api, self.desk = APIClient(), Client(HTTP_ACCEPT_LANGUAGE="en")
        self.api.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        self.desk.force_login(self.chief)

    def get(self, path, **query):
        response = self.api.get(f"/api/v1/{path}", query)
        if response.status_code != 200:
            raise Refusal(response.json()["detail"])
        return response.json()

    def coverage(self, code):
        return self.get("coverage/", region=code)["answers"][0]["region"]["code"]

    def question(self, code):
        answer = self.get("coverage/", q=code)
        if answer["state"] != "ok":
            raise Refusal(answer["detail"])
        return answer["answers"][0]["region"]["code"]

    def batch(self, code):
        body = {"questions": [{"region": code}]}
        (verdict,) = self.api.post("/api/v1/coverage/", body, format="json").json()["verdicts"]
        if verdict["problem"]:
            raise Refusal(verdict["problem"]["detail"])
        return verdict["answer"]["answers"][0]["region"]["code"]

    def region(self, code):
        return self.get(f"regions/{code}/")["code"]

    def list_of_regions(self, code):
        return self.get("regions/", region=code)["results"][0]["code"]

    def parent(self, code):
        return self.get("regions/", parent=code)["results"][0]["parent"]

    def ancestor(self, code):
        return self.get("coverage-rules/", ancestor=code, region=code)["results"][0]["region"]["code"]

    def rules(self, code):
        return self.get("coverage-rules/", region=code)["results"][0]["region"]["code"]

    def resolve(self, code):
        found = self.get("resolve/", text=code)
        if found["status"] != "resolved":
            raise Refusal(found["status"])
        return found["code"]

    def page(self, code):
        response = self.desk.get("/en/coverage/", {"q": code})
        if response.status_code != 200 or not response.context["answers"]:
            raise Refusal(response.content.decode())
        return response.context["answers"][0]["region"].code

    def sheet(self, code):
        CoverageRule.objects.all().delete()
        data = f"service,region,kind,valid_from\none,{code},include,2026-01-02\n".encode()
        upload = {"format": "0", "resource": "0", "import_file": SimpleUploadedFile("a.csv", data)}
        response = self.desk.post(reverse("admin:regions_coveragerule_import"), upload)
        if response.context["problems"]:
            raise Refusal(str(response.context["problems"]))
        self.desk.post(
            reverse("admin:regions_coveragerule_process_import"), response.context["confirm_form"].initial
        )
        return CoverageRule.objects.get().region.code

    def sheet_of_hotlines(self, code):
        hotline = make_hotline(self.service)
        data = f"service,number,extension,region\none,{hotline.number.canonical},,{code}\n".encode()
        upload = {"format": "0", "resource": "0", "import_file": SimpleUploadedFile("a.csv", data)}
        response = self.desk.post(reverse("admin:regions_hotline_import"), upload)
        if response.context["problems"]:
            raise Refusal(str(response.context["problems"]))
        self.desk.post(
            reverse("admin:regions_hotline_process_import"), response.context["confirm_form"].initial
        )
        # The limit of a running claim is never rewritten: the claim may have ended and begun anew.
        return Hotline.objects.filter(number=hotline.number).latest("pk").region.code

    def _table(self, column, code, folder):
        CoverageRule.objects.all().delete()
        file = folder / "table.csv"
        with file.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows([["service", column], ["one", code]])
        said = io.StringIO()
        try:
            call_command("import_coverage", str(file), "--commit", stdout=io.StringIO(), stderr=said)
        except CommandError:
            raise Refusal(said.getvalue()) from None
        return CoverageRule.objects.get().region.code

    def table(self, code, folder):
        return self._table("code", code, folder)

    def table_of_names(self, code, folder):
        return self._table("region", code, folder)

    def _draft(self):
        return intake.draft(service=self.service, text="朝阳区")

    def line_on_the_page(self, code):
        imp = self._draft()
        url = reverse("admin:regions_coverageimport_change", args=[imp.pk])
        fields = {"line": imp.lines.get().pk, "do": "other", "other": code}
        response = self.desk.post(url, fields, follow=True)
        line = CoverageImport.objects.get(pk=imp.pk).lines.get()
        if line.decision == "open":
            raise Refusal(str([str(message) for message in response.context["messages"]]))
        return line.include[0]

    def line_over_http(self, code):
        editor = APIClient(HTTP_ACCEPT_LANGUAGE="en")
        editor.force_login(self.chief)
        url = f"/api/v1/imports/{self._draft().pk}/lines/1.1/"
        response = editor.post(url, {"include": [code]}, format="json")
        if response.status_code != 200:
            raise Refusal(json.dumps(response.json(), ensure_ascii=False))
        return response.json()["include"][0]

    def _stranded(self):
        CoverageRule.objects.all().delete()
        closed = Region.objects.get(code="330104", valid_to__isnull=False)
        return make_rules(self.service, include=[closed])[0]

    def carry_over(self, code):
        rule = self._stranded()
        try:
            call_command("carry_over", "--rule", rule.key, "--to", code, "--commit", stdout=io.StringIO())
        except CommandError as error:
            raise Refusal(str(error)) from None
        return CoverageRule.objects.open().get().region.code

    def carry_over_page(self, code):
        rule = self._stranded()
        fields = {"rule": rule.pk, "other": code, "do": "carry"}
        response = self.desk.post(reverse("admin:regions_coveragerule_carry_over"), fields, follow=True)
        found = CoverageRule.objects.open().exclude(pk=rule.pk).first()
        if found is None:
            raise Refusal(str([str(message) for message in response.context["messages"]]))
        return found.region.code


FILES = ("table", "table_of_names")
DOORS = [name for name in vars(Doors) if not name.startswith("_") and name != "get"]
TEXTS = ("question", "resolve", "page", "table_of_names", "line_on_the_page", "carry_over_page")
# The reader of texts gives a verdict, not a sentence; the doors around it say the cure.
SILENT = ("resolve",)


def enter(doors, name, code, folder):
    return getattr(doors, name)(code, *([folder] if name in FILES else []))


@pytest.mark.slow
@pytest.mark.parametrize("code", SAME)
@pytest.mark.parametrize("door", DOORS)
def test_every_spelling_is_the_same_region_at_every_door(doors, door, code, tmp_path):
    if door == "parent" and len(SAME[code]) == 9:
        pytest.skip("nothing lies below a township")
    assert enter(doors, door, code, tmp_path) == SAME[code]


@pytest.mark.slow
@pytest.mark.parametrize("code", REFUSED)
@pytest.mark.parametrize("door", DOORS)
def test_what_is_no_code_is_refused_at_every_door(doors, door, code, tmp_path):
    if not code.isascii() and door in TEXTS:
        pytest.skip("read as text there: a text may be written in wide digits")
    with pytest.raises(Refusal) as refused, translation.override("en"):
        enter(doors, door, code, tmp_path)
    if code == VILLAGE and door not in SILENT:
        assert "village" in str(refused.value) and "510322102." in str(refused.value)


@given(st.integers(0, 10**12 - 1), st.sampled_from([5, 6, 7, 9, 10, 12, 13]))
def test_a_code_is_its_digits_without_groups_of_zeros_at_the_end(number, length):
    text = f"{number:013d}"[:length]
    groups = [text[:6], *(text[at : at + 3] for at in range(6, len(text), 3))]
    while len(groups) > 1 and groups[-1] == "000":
        groups.pop()
    kept = "".join(groups)
    if length in (6, 9, 12) and len(kept) < 12:
        assert read_code(text) == read_code(kept) == kept == trim(kept)
    else:
        with pytest.raises(BadCode):
            read_code(text)


@pytest.mark.slow
def test_the_search_of_the_admin_takes_the_same_spellings(doors):
    for code, plain in SAME.items():
        page = doors.desk.get(reverse("admin:regions_region_changelist"), {"q": code})
        assert plain in {region.code for region in page.context["cl"].result_list}, code
