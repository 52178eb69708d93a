"""The demo directory: the facts of one real page, and a few invented brands that show every answer state.

Everything is found again by its natural key, so loading twice changes nothing, and what people changed since is
left alone. The real list comes in the way every list does: drafted, reviewed, applied.
"""

import datetime
import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db import models

from regions import phones
from regions.choices import ImportState, RuleKind
from regions.models import (
    Brand,
    Category,
    CoverageImport,
    CoverageRule,
    Hotline,
    Organization,
    Outlet,
    PhoneNumber,
    Promise,
    Region,
    Service,
    Source,
)

from . import intake, outlets, records, verifications
from .changes import change_set

DEMO_DIR = Path(settings.BASE_DIR) / "fixtures" / "demo"
REASON = "示例名录"  # what commands write is in the language of the directory


Record = TypeVar("Record", bound=models.Model)


class DemoError(Exception):
    """The demo cannot be loaded; the message names the cure."""


@dataclass
class Tally:
    """How many records were made and found."""

    created: int = 0
    unchanged: int = 0

    def __str__(self) -> str:
        return f"created {self.created}, changed 0, unchanged {self.unchanged}, closed 0, errors 0"


def load_demo(directory: Path = DEMO_DIR) -> Tally:
    """Load the demo directory in one transaction. Needs an active release. Raises DemoError."""
    facts = json.loads((directory / "demo.json").read_text(encoding="utf-8"))
    with change_set(reason=REASON):
        return _Loader(directory).load(facts)


class _Loader:
    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.tally = Tally()

    def load(self, facts: dict) -> Tally:
        for row in facts["categories"]:
            self._named(Category, row, parent=Category)
        for row in facts["sources"]:
            self._named(Source, row)
        for row in facts["organizations"]:
            self._named(Organization, row)
        for row in facts["brands"]:
            self._named(Brand, row, owner=Organization)
        for row in facts["services"]:
            self._service(row)
        for row in facts["outlets"]:
            self._outlet(row)
        return self.tally

    def _named(self, model: type[Record], row: dict, **links: type[models.Model]) -> Record:
        values = {
            name: links[name]._default_manager.get(slug=value) if name in links else value
            for name, value in row.items()
            if name != "slug"
        }
        return self._keep(model, {"slug": row["slug"]}, values)

    def _keep(self, model: type[Record], key: dict, values: dict) -> Record:
        """The record with this natural key, made when there is none."""
        found = model._default_manager.filter(**key).first()
        if found is not None:
            self.tally.unchanged += 1
            return found
        self.tally.created += 1
        made = model(**key, **values)
        records.save(made, reason=REASON)
        return made

    def _service(self, row: dict) -> None:
        own = {
            name: row[name]
            for name in ("slug", "name", "kind", "nationwide_claimed", "steps", "brand", "category")
            if name in row
        }
        if "source" in row:
            own["source"] = row["source"]
        service = self._named(Service, own, brand=Brand, category=Category, source=Source)
        for promise in row.get("promises", ()):
            self._keep(
                Promise,
                {"service": service, "kind": promise["kind"], "text": promise["text"]},
                {"source": service.source, "source_line": promise.get("line")},
            )
        for claim in row.get("hotlines", ()):
            self._hotline(service, claim)
        if rules := row.get("rules"):
            source = Source.objects.get(slug=rules["source"])
            for kind in RuleKind.values:
                for code in rules.get(kind, ()):
                    self._rule(service, self._region(code), kind, source)
        if coverage_list := row.get("list"):
            self._list(service, coverage_list)

    def _region(self, code: str) -> Region:
        region = Region.objects.open().filter(code=code).first()
        if region is None:
            raise DemoError(f"No region {code} on file. Run `manage.py load_regions --commit` first.")
        return region

    def _hotline(self, service: Service, claim: dict) -> None:
        number = phones.parse_number(claim["number"])
        phone = self._keep(PhoneNumber, {"canonical": number.canonical}, {"kind": number.kind})
        hotline = self._keep(
            Hotline,
            {"service": service, "number": phone, "extension": number.extension},
            {
                "labels": claim["labels"],
                "spellings": claim.get("spellings", []),
                "contact_type": claim.get("contact_type", "customer_service"),
                "opening_hours": claim.get("opening_hours", ""),
                "mentions": claim.get("mentions", 1),
                "source": Source.objects.get(slug=claim["source"]),
                "valid_to": claim.get("valid_to") and datetime.date.fromisoformat(claim["valid_to"]),
                "replaced_by": Hotline.objects.filter(number__canonical=claim.get("replaced_by")).first(),
                "replaced_source": Source.objects.filter(slug=claim.get("replaced_source")).first(),
            },
        )
        if (check := claim.get("verified")) and not hotline.verifications.exists():
            verifications.record_verification(
                hotline=hotline,
                method=check["method"],
                result="confirmed",
                source=Source.objects.get(slug=check["source"]),
                note=check["note"],
            )
            self.tally.created += 1

    def _outlet(self, row: dict) -> None:
        """An outlet with what is there; its region is read from its address, like anybody's."""
        if Outlet.objects.filter(slug=row["slug"]).exists():
            self.tally.unchanged += 1
            return
        links = {
            "brand": Brand.objects.get(slug=row["brand"]),
            "source": Source.objects.get(slug=row["source"]),
            "operator": Organization.objects.filter(slug=row.get("operator")).first(),
            "replaced_by": Outlet.objects.filter(slug=row.get("replaced_by")).first(),
        }
        own = {name: value for name, value in row.items() if name not in ("services", "rules", *links)}
        for name in ("valid_from", "valid_to"):
            own[name] = row.get(name) and datetime.date.fromisoformat(row[name])
        for name in ("longitude", "latitude"):
            own[name] = row.get(name) and Decimal(row[name])
        outlet = Outlet(**own, **links)
        served = outlets.read_served(row["services"], Service.objects.all(), Hotline.objects.all())
        outlets.save(outlet, served, outlets.read_rules(row.get("rules", ())), reason=REASON)
        self.tally.created += 1

    def _rule(self, service: Service, region: Region, kind: str, source: Source) -> None:
        self._keep(
            CoverageRule,
            {"service": service, "region": region, "valid_to": None},
            {"kind": kind, "source": source},
        )

    def _list(self, service: Service, row: dict) -> None:
        if CoverageImport.objects.filter(service=service, state=ImportState.APPLIED).exists():
            self.tally.unchanged += 1
            return
        text = (self.directory / row["file"]).read_text(encoding="utf-8")
        draft = intake.draft(service=service, text=text, source=Source.objects.get(slug=row["source"]))
        for review in row["reviewed"]:
            for line in draft.lines.filter(token=review["token"]):
                intake.decide(line=line, include=review["include"], note=review["note"])
        intake.apply(imp=draft)
        self.tally.created += CoverageRule.objects.filter(service=service).count() + 1
