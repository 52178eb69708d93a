"""/api/v1/imports/ — coverage lists as text: draft, decide, apply, revert. Not public: drafts are somebody's work.

The flow and its words are those of docs/intake.md; nothing is decided here.
"""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response
from rest_framework.views import APIView

from regions import access
from regions.choices import Effect, ImportState
from regions.lookup.changes import list_of
from regions.models import CoverageImport, ImportLine, Service, Source
from regions.origin import why
from regions.services import intake
from regions.services.rules import RuleError

from . import params
from .errors import Problem
from .import_answers import detail, present, present_outcome, present_row
from .import_forms import (
    MAX_DECISIONS,
    ApplySerializer,
    DraftSerializer,
    ImportSerializer,
    OutcomeSerializer,
    PreviewSerializer,
    WhySerializer,
)
from .pagination import PagePagination
from .parsers import JSONParser
from .permissions import RoleOnly
from .preconditions import (
    IF_MATCH,
    IF_MATCH_LIST,
    NOT_AS_SEEN,
    etag_of,
    if_match,
    not_as_seen,
    refusals,
    refuse_changed,
)
from .schema import PAGE, PAGE_SIZE, page_of, repeatable
from .slugs import check_slugs, named_in_body

# What a change of circumstances can cure is a conflict; everything else is bad input.
_CONFLICTS = {
    "open-lines",
    "contradicting",
    "closes-most",
    "not-a-draft",
    "not-applied",
    "reverted",
    "discarded",
    "not-reverted",
    "newer",
    "busy",
    "disputed",
}


class ImportReaders(RoleOnly):
    """To whom the admin shows imports."""

    def has_permission(self, request, view) -> bool:
        return super().has_permission(request, view) and access.may_read_imports(request.user)


class ImportView(APIView):
    """What all endpoints below /imports/ share: for staff, and each only for the brands they are given."""

    permission_classes = [ImportReaders]
    parser_classes = [JSONParser]

    def imports(self):
        return access.limit(
            CoverageImport.objects.select_related("service__brand", "source", "release"), self.request.user
        )

    def find(self, pk: int) -> CoverageImport:
        found = self.imports().filter(pk=pk).first() if pk < 2**63 else None
        if found is None:
            raise Http404
        return found

    def writable(self, pk: int) -> CoverageImport:
        imp = self.find(pk)
        self.check_may(imp.service)
        return imp

    def check_may(self, service: Service) -> None:
        if not access.may_import(self.request.user, service):
            raise PermissionDenied(_("You may not change this service's coverage."))

    def body(self, serializer_class) -> dict[str, Any]:
        params.check_names(self.request.query_params, ())
        serializer = serializer_class(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        data = serializer.validated_data
        why.set(data.pop("reason", "") or data.get("note", ""))
        return data

    def seen(self, imp: CoverageImport) -> int | None:
        """The revision that If-Match names, or None without one. Another than the one on file is a 412."""
        tags = if_match(self.request)
        if tags is None:
            return None
        if etag_of(imp) not in tags:
            raise not_as_seen()
        return imp.revision

    def handle_exception(self, exc):
        if isinstance(exc, RuleError):
            exc = as_problem(exc)
        return super().handle_exception(exc)


def as_problem(error: RuleError) -> Problem:
    """A refusal of the intake as a problem document, with the lines it is about."""
    code = error.code or "invalid"
    extra: dict[str, Any] = {}
    if code in NOT_AS_SEEN:
        status_code, code = NOT_AS_SEEN[code]
        return Problem(code, _("Not as you saw it"), error.messages[0], status_code=status_code)
    if isinstance(error, intake.RowErrors | intake.TableErrors):
        extra["errors"] = error.errors[:MAX_DECISIONS]
    if error.lines:
        lines = ImportLine.objects.filter(pk__in=error.lines[:MAX_DECISIONS]).order_by("line_no", "position")
        extra["lines"] = [
            {"line": line.line_no, "position": line.position, "token": line.token, "verdict": line.verdict}
            for line in lines
        ]
    conflict = code in _CONFLICTS
    return Problem(
        code,
        _("Cannot be done now") if conflict else _("Invalid input"),
        error.messages[0],
        status_code=status.HTTP_409_CONFLICT if conflict else status.HTTP_400_BAD_REQUEST,
        **extra,
    )


class ImportsView(ImportView):
    """Imports, newest first; drafting a new one."""

    @extend_schema(
        operation_id="imports_list",
        parameters=[
            repeatable("service", gettext_lazy("Service slugs.")),
            repeatable("state", gettext_lazy("States of the import."), ImportState.values),
            PAGE,
            PAGE_SIZE,
        ],
        responses=page_of(ImportSerializer),
    )
    def get(self, request) -> Response:
        query = request.query_params
        params.check_names(query, ("service", "state", "page", "page_size"), ("service", "state"))
        found = self.imports()
        if "service" in query:
            check_slugs("service", query.getlist("service"), Service)
            found = found.filter(service__slug__in=query.getlist("service"))
        if states := params.choice_list(query, "state", ImportState.values):
            found = found.filter(state__in=states)
        pages = PagePagination()
        page = pages.paginate_queryset(found, request, self)
        return pages.get_paginated_response([present(imp, request) for imp in page])

    @extend_schema(
        parameters=[IF_MATCH_LIST], request=DraftSerializer, responses=refusals(ImportSerializer, 201)
    )
    def post(self, request) -> Response:
        data = self.body(DraftSerializer)
        service = named_in_body("service", data["service"], Service.objects.select_related("brand"))
        source = named_in_body("source", data["source"], Source.objects.all()) if data.get("source") else None
        self.check_may(service)
        refuse_changed(request, list_of([service.slug]))
        imp = intake.draft(
            service=service,
            text=data["text"],
            mode=data["mode"],
            source=source,
            as_list=data["as_list"],
            actor=request.user,
        )
        return Response(detail(imp, request), status=status.HTTP_201_CREATED, headers={"ETag": etag_of(imp)})


class ImportDetailView(ImportView):
    """One import, with the counts of its preview and what else the page says."""

    @extend_schema(responses=ImportSerializer)
    def get(self, request, pk: int) -> Response:
        params.check_names(request.query_params, ())
        imp = self.find(pk)
        return Response(detail(imp, request), headers={"ETag": etag_of(imp)})


class ImportPreviewView(ImportView):
    """What applying would do, exceptions first."""

    @extend_schema(
        parameters=[
            repeatable("effect", gettext_lazy("What applying would do."), Effect.values),
            PAGE,
            PAGE_SIZE,
        ],
        responses=PreviewSerializer,
    )
    def get(self, request, pk: int) -> Response:
        query = request.query_params
        params.check_names(query, ("effect", "page", "page_size"), ("effect",))
        effects = params.choice_list(query, "effect", Effect.values)
        shown = intake.preview(
            self.find(pk),
            page=params.integer(query, "page", 1, 1, 10**6),
            page_size=PagePagination().get_page_size(request),
            effects=effects,
        )
        return Response(
            {
                "tokens": shown.tokens,
                "effects": shown.effects,
                "count": shown.count,
                "page": shown.page,
                "pages": shown.pages,
                "proposed": [
                    {"code": region.code, "full_name": region.full_name, "outlets": count}
                    for region, count in shown.proposed
                ],
                "results": [present_row(row) for row in shown.rows],
            }
        )


class ImportApplyView(ImportView):
    """Make the accepted lines coverage."""

    @extend_schema(parameters=[IF_MATCH], request=ApplySerializer, responses=refusals(OutcomeSerializer))
    def post(self, request, pk: int) -> Response:
        imp = self.writable(pk)
        seen, body = self.seen(imp), self.body(ApplySerializer)
        outcome = intake.apply(imp=imp, actor=request.user, seen=seen, **body)
        return Response(present_outcome(outcome, imp, request), headers={"ETag": etag_of(imp)})


class ImportRevertView(ImportView):
    """Undo an applied import."""

    @extend_schema(parameters=[IF_MATCH], request=WhySerializer, responses=refusals(OutcomeSerializer))
    def post(self, request, pk: int) -> Response:
        imp = self.writable(pk)
        seen, _why = self.seen(imp), self.body(WhySerializer)
        outcome = intake.revert(imp=imp, actor=request.user, seen=seen)
        return Response(present_outcome(outcome, imp, request), headers={"ETag": etag_of(imp)})


class ImportDiscardView(ImportView):
    """Put a draft aside; its text and its decisions are kept."""

    @extend_schema(parameters=[IF_MATCH], request=WhySerializer, responses=refusals(ImportSerializer))
    def post(self, request, pk: int) -> Response:
        imp = self.writable(pk)
        seen, _why = self.seen(imp), self.body(WhySerializer)
        intake.discard(imp=imp, actor=request.user, seen=seen)
        return Response(detail(imp, request), headers={"ETag": etag_of(imp)})


class ImportTakeUpView(ImportView):
    """Make a reverted or discarded import a draft again, with every decision as it was."""

    @extend_schema(parameters=[IF_MATCH], request=WhySerializer, responses=refusals(ImportSerializer))
    def post(self, request, pk: int) -> Response:
        imp = self.writable(pk)
        seen, _why = self.seen(imp), self.body(WhySerializer)
        intake.take_up(imp=imp, actor=request.user, seen=seen)
        return Response(detail(imp, request), headers={"ETag": etag_of(imp)})
