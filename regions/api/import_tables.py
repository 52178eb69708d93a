"""/api/v1/imports/table/ — coverage rules as a table, in one go: the columns and words of every other table of rules.

What the admin's sheet and `manage.py import_coverage` do; a dry run unless `commit` is said.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from regions import access
from regions.choices import ImportMode
from regions.models import Service, Source
from regions.services import intake
from regions.services.intake.rows import Rows
from regions.services.intake.tables import import_table
from regions.sheets import LONG, Unreadable, read_rows
from regions.wording import in_words

from .import_forms import TableOutcomeSerializer, TableSerializer
from .imports import ImportView
from .parsers import JSONParser
from .preconditions import IF_MATCH_LIST, refusals, seen_position
from .slugs import named_in_body


class ImportTableView(ImportView):
    """Bring coverage rules to a table."""

    parser_classes = [JSONParser, MultiPartParser]
    may_conflict = True  # a table in replace mode that ends most of a list

    @extend_schema(
        operation_id="imports_table",
        parameters=[IF_MATCH_LIST],
        request=TableSerializer,
        responses=refusals(TableOutcomeSerializer),
    )
    def post(self, request) -> Response:
        data = self.body(TableSerializer)
        service = source = None
        if data.get("service"):
            service = named_in_body("service", data["service"], Service.objects.all())
        if data.get("source"):
            source = named_in_body("source", data["source"], Source.objects.all())
        if service is not None:
            self.check_may(service)
        name, content = ("", data["table"].encode()) if data.get("table") else _file(data["file"])
        outcome = self._import(content, service, source, data, name)
        return Response({**_counts(outcome), "committed": data["commit"], "summary": outcome.summary()})

    def _import(self, content: bytes, service, source, data: dict[str, Any], name: str) -> intake.Outcome:
        try:
            rows = read_rows(content, LONG)
            return import_table(
                rows=Rows(self._header(rows), service=service, services=self._services()),
                table=rows,
                replace=data["mode"] == ImportMode.REPLACE,
                closing=data.get("closing"),
                commit=data["commit"],
                correct=data["correct"],
                source_id=source.pk if source else None,
                seen=seen_position(self.request),
                actor=self.request.user,
                reason=_("Spreadsheet %s") % name if name else _("Spreadsheet"),
            )
        except Unreadable as error:
            raise intake.IntakeError(in_words(error)) from None

    @staticmethod
    def _header(rows: Iterator[tuple[int, list[str]]]) -> list[str]:
        _line, header = next(rows, (0, []))
        if not header:
            raise intake.IntakeError(_("The table is empty."))
        return header

    def _services(self):
        """Those whose lists the user may write; a row that names another is an error."""
        user = self.request.user
        if not user.has_perms(["regions.add_coverageimport", "regions.change_coverageimport"]):
            raise PermissionDenied(_("You may not change this service's coverage."))
        return access.limit(Service.objects.all(), user)


def _file(file) -> tuple[str, bytes]:
    """Its name and what is in it; no more is read than one byte too many."""
    return file.name, file.read(LONG.bytes + 1)


def _counts(outcome: intake.Outcome) -> dict[str, int]:
    return {name: getattr(outcome, name) for name in ("created", "changed", "unchanged", "closed")}
