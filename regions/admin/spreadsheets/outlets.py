"""Sheets of outlets: the columns of their description. The key is the slug; left empty, a new one is made from the name."""

from contextlib import suppress

from django.core.exceptions import ValidationError
from import_export.fields import Field

from regions import access
from regions.api.files import TABLES
from regions.api.serializers import OutletSerializer
from regions.choices import RuleKind
from regions.keys import SEP, BadKey, number_key, read_region_key, service_of
from regions.lookup.called import the_one
from regions.models import Hotline, Outlet, Region, Service
from regions.services import outlets, slugs

from .cells import columns
from .resource import DirectoryResource
from .widgets import Lines, Text


class _Served(Lines):
    """What is at an outlet, one a line: a service by slug or name, or the key of the hotline under which it is called there.

    Whichever claim to the number a file names, as those of `/export/` do that of their day: the number is the same.
    """

    user = None

    def clean(self, value, row=None, **kwargs) -> list[str]:
        lines = super().clean(value)
        rows = access.limit(Service.objects.all(), self.user) if self.user else Service.objects.all()
        return [_number_of(line) if SEP in line else the_one(rows, line).slug for line in lines]

    def said(self, value) -> str:
        slugs = {service_of(key) for key in value or ()}
        names = dict(Service.objects.filter(slug__in=slugs).values_list("slug", "name"))
        told = []
        for key in value or ():
            slug = service_of(key)
            number = key[len(slug) + len(SEP) :]
            told.append(" · ".join(filter(None, (names.get(slug, slug), number))))
        return "\n".join(told)


def _number_of(key: str) -> str:
    with suppress(BadKey):
        return number_key(key)
    return key  # which is told to be none


class _Rules(Lines):
    """Its own rules, one a line: include 510322, or exclude 510303 2026-01-01 2026-12-31."""

    def said(self, value) -> str:
        parts = [line.partition(" ") for line in value or ()]
        codes = {read_region_key(rest.partition(" ")[0]).code for _kind, _space, rest in parts}
        names = dict(Region.objects.filter(code__in=codes).order_by("valid_from").values_list("code", "name"))
        labels = dict(RuleKind.choices)
        told = []
        for kind, space, rest in parts:
            key, blank, days = rest.partition(" ")
            told.append(
                f"{labels.get(kind, kind)}{space}{names.get(read_region_key(key).code, key)}{blank}{days}"
            )
        return "\n".join(told)


class OutletResource(DirectoryResource):
    rest = Field(attribute="rest", column_name="rest", readonly=True, widget=Text())
    services = Field(attribute="served_as_keys", column_name="services", widget=_Served())

    rules = Field(attribute="rules_as_lines", column_name="rules", widget=_Rules())

    class Meta(DirectoryResource.Meta):
        model = Outlet
        fields = columns(OutletSerializer, "services", "rules")
        import_id_fields = ("slug",)

    may_be_missing = ("slug",)
    told_again = tuple(TABLES["outlets"].columns)

    def get_queryset(self):
        return (
            super()
            .get_queryset()
            .prefetch_related("served__service", "served__hotline__number", "rules__region")
        )

    def before_import_row(self, row, **kwargs):
        """A row without a slug speaks of the outlet of that name at that address, or of a new one."""
        super().before_import_row(row, **kwargs)
        if row["slug"].strip() or not row.get("name", "").strip():
            return
        name, address = row["name"].strip(), row.get("address", "").strip()
        brand = None
        with suppress(ValueError):  # said where the column is read
            brand = self.fields["brand"].clean(row) if row.get("brand") else None
        known = Outlet.objects.open().filter(brand=brand, name=name, address=address).first()
        row["slug"] = known.slug if known else slugs.free(Outlet, slugs.from_name(name))

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        """Where something is wrong with a row, what its lines of services and rules mean is read too: all of it is told."""
        wrong = import_validation_errors and {**self._wrong_lines(instance), **import_validation_errors}
        super().validate_instance(instance, wrong, validate_unique)

    def do_instance_save(self, instance, is_create):
        if wrong := self._wrong_lines(instance):
            super().validate_instance(instance, wrong)
        super().do_instance_save(instance, is_create)

    def _wrong_lines(self, instance) -> dict[str, list[ValidationError]]:
        """Read what the lines of services and rules mean; what is wrong with them, by column."""
        wrong = {}
        for name, read in (("services", self._read_served), ("rules", self._read_rules)):
            try:
                read(instance)
            except ValidationError as error:
                wrong[name] = [ValidationError(text) for text in error.messages]
        return wrong

    def _read_rules(self, instance) -> None:
        instance.new_rules = outlets.read_rules(instance.rules_as_lines)

    def _read_served(self, instance) -> None:
        services, hotlines = Service.objects.all(), Hotline.objects.all()
        if self.user:
            services, hotlines = access.limit(services, self.user), access.limit(hotlines, self.user)
        instance.served_rows = outlets.read_served(instance.served_as_keys, services, hotlines)

    def write(self, instance):
        outlets.save(
            instance, instance.served_rows, instance.new_rules, actor=self.user, correct=self.corrects
        )
