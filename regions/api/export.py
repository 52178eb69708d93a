"""/api/v1/export/ — the whole directory as files, at one position of its history."""

import re
from collections.abc import Generator, Iterable, Iterator
from typing import Any

from django.http import Http404, StreamingHttpResponse
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from regions.keys import rule_key
from regions.lookup.export import RULE_COLUMNS, RULES, Snapshot, plain, rule_lines
from regions.models import Service
from regions.sheets import escape

from . import params
from .addresses import address
from .files import NAMES, TABLES
from .negotiation import AnyForm
from .renderers import JSONRenderer
from .schema import FORMAT
from .seats import Seat
from .slugs import check_slugs
from .throttling import ExportThrottle

TYPES = {"ndjson": "application/x-ndjson; charset=utf-8", "csv": "text/csv; charset=utf-8"}
DIRECTORY = "directory"
BY_SERVICE = {name: table.by_service for name, table in TABLES.items() if table.by_service} | {
    RULES: "service"
}
CHUNK = 64 * 1024
# +864001865909;ext=1 is a number to a spreadsheet program too, and stands as programs read it.
_NUMBER = re.compile(r"\+\d+(;ext=\d+)?", re.ASCII)


class ExportFileSerializer(serializers.Serializer):
    name = serializers.CharField()
    ndjson = serializers.URLField()
    csv = serializers.URLField(allow_null=True)


class ExportSerializer(serializers.Serializer):
    """What can be fetched whole, and where the directory stands now."""

    position = serializers.CharField(
        help_text=gettext_lazy("Continue from a file's own position, not from this.")
    )
    release = serializers.CharField(allow_null=True)
    licence = serializers.CharField(allow_null=True, help_text=gettext_lazy("Of the region data."))
    publisher = serializers.CharField(allow_null=True)
    files = ExportFileSerializer(many=True)


class ExportIndexView(APIView):
    """The files there are. Each carries its position: go on from there with /changes/."""

    @extend_schema(operation_id="export_list", parameters=[FORMAT], responses=ExportSerializer)
    def get(self, request) -> Response:
        params.check_names(request.query_params, ())
        snapshot = Snapshot()
        snapshot.close()

        files = [
            {
                "name": name,
                "ndjson": address(request, "export-file", name, "ndjson"),
                "csv": None if name == DIRECTORY else address(request, "export-file", name, "csv"),
            }
            for name in (DIRECTORY, *NAMES)
        ]
        return Response(describe(snapshot) | {"files": files})


class ExportFileView(APIView):
    """One table, or with `directory` all of them: NDJSON (one record a line, `record` names its kind) or CSV.

    Every row is of one moment, the position in the header `Directory-Position` and in the first line of NDJSON. The
    last line of NDJSON counts the records: a file without it was cut off. `service` narrows what hangs below a service
    (hotlines with their checks, promises, coverage rules with their source lines) to one. In CSV lists are JSON, and
    a text that a spreadsheet program would compute (`=…`, `-…`, `@…`; not `+` with digits alone) has an apostrophe in front; NDJSON has texts as they are.
    """

    content_negotiation_class = AnyForm
    renderer_classes = [JSONRenderer]
    throttle_classes = [ExportThrottle]

    @extend_schema(
        operation_id="export_file",
        parameters=[
            OpenApiParameter("name", str, OpenApiParameter.PATH, enum=[DIRECTORY, *NAMES]),
            OpenApiParameter("form", str, OpenApiParameter.PATH, enum=list(TYPES)),
            OpenApiParameter("service", str, description=gettext_lazy("Only this service, by slug.")),
        ],
        responses={
            (200, form.partition(";")[0]): OpenApiResponse(OpenApiTypes.STR) for form in TYPES.values()
        },
    )
    def get(self, request, name: str, form: str) -> StreamingHttpResponse:
        query = request.query_params
        allowed = ("service",) if name in BY_SERVICE else ()
        params.check_names(query, allowed)
        if name not in (DIRECTORY, *NAMES) or form not in TYPES or (name, form) == (DIRECTORY, "csv"):
            raise Http404
        service = None
        if "service" in query:
            check_slugs("service", [query["service"]], Service)
            service = Service.objects.get(slug=query["service"])
        seat = Seat(request)
        snapshot = Snapshot()
        lines = as_ndjson(snapshot, name, service) if form == "ndjson" else as_csv(snapshot, name, service)
        response = StreamingHttpResponse(Stream(snapshot, lines, seat), content_type=TYPES[form])
        response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
        response["Directory-Position"] = str(snapshot.position)
        if snapshot.release:
            response["Directory-Release"] = snapshot.release.edition
        return response


class Stream:
    """Text in portions worth sending; ends the snapshot when it ends or the client goes away."""

    def __init__(self, snapshot: Snapshot, lines: Iterable[str], seat: Seat) -> None:
        self.snapshot, self.seat, self.meter = snapshot, seat, seat.meter
        self.chunks = self._chunks(lines)

    def __iter__(self) -> Iterator[bytes]:
        """The portions, each charged to the client when it is made."""
        while True:
            self.meter.begin()
            portion = next(self.chunks, None)
            self.meter.settle()
            if portion is None:
                return
            yield portion

    def _chunks(self, lines: Iterable[str]) -> Generator[bytes, None, None]:
        held: list[str] = []
        size = 0
        for line in lines:
            held.append(line)
            size += len(line)
            if size >= CHUNK:
                yield "".join(held).encode()
                held, size = [], 0
        yield "".join(held).encode()

    def close(self) -> None:
        self.seat.leave()
        self.chunks.close()
        self.snapshot.close()


def describe(snapshot: Snapshot) -> dict[str, Any]:
    """Position, release and licence of a snapshot."""
    release = snapshot.release
    return {
        "position": str(snapshot.position),
        "release": release and release.edition,
        "licence": release and release.licence,
        "publisher": release and release.publisher,
    }


def as_ndjson(snapshot: Snapshot, name: str, service: Service | None) -> Iterator[str]:
    """A head, one record a line, and a last line with their number."""
    yield plain({"record": "export", "name": name, **describe(snapshot)}) + "\n"
    count = 0
    for table in NAMES if name == DIRECTORY else (name,):
        if table == RULES:
            for portion in rule_lines(snapshot, _rule_as_json, plain, service):
                count += portion.count("\n")
                yield portion
            continue
        word = {"record": TABLES[table].record}
        for row in TABLES[table].rows(snapshot, **_narrow(table, service)):
            count += 1
            yield plain(word | row) + "\n"
    yield plain({"record": "end", "count": count}) + "\n"


def as_csv(snapshot: Snapshot, name: str, service: Service | None) -> Iterator[str]:
    """A header row and one record a row (RFC 4180)."""
    if name == RULES:
        yield ",".join(RULE_COLUMNS) + "\r\n"
        yield from rule_lines(snapshot, _rule_as_csv, _csv_value, service)
        return
    table = TABLES[name]
    yield ",".join(table.columns) + "\r\n"
    for row in table.rows(snapshot, **_narrow(name, service)):
        yield ",".join(map(_csv_value, row.values())) + "\r\n"


def _narrow(table: str, service: Service | None) -> dict[str, str]:
    return {BY_SERVICE[table]: service.slug} if service else {}


def _rule_as_json(slug, code, kind, first, last, hours, note, source, disputed) -> str:
    return (
        f'{{"record":"coverage-rule","key":"{rule_key(slug, code, first)}","service":"{slug}","region":"{code}",'
        f'"kind":"{kind}","valid_from":"{first}","valid_to":{last},"response_hours":{hours},"note":{note},'
        f'"source":{source},"disputed":{disputed}}}\n'
    )


def _rule_as_csv(slug, code, kind, first, last, hours, note, source, disputed) -> str:
    return f"{rule_key(slug, code, first)},{slug},{code},{kind},{first},{last},{hours},{note},{source},{disputed}\r\n"


def _csv_value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        value = plain(value)
    if not isinstance(value, str):
        text = plain(value).strip('"')
    else:
        text = value if _NUMBER.fullmatch(value) else escape(value)
    if any(char in text for char in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text
