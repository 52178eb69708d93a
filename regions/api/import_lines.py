"""/api/v1/imports/ID/lines/ — the lines of a draft, and what a person decides about them."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response

from regions import access
from regions.choices import Verdict
from regions.models import ImportLine
from regions.services import intake

from . import params
from .import_answers import detail, find_line, line_response
from .import_forms import DecisionSerializer, DecisionsSerializer, ImportSerializer, LineSerializer
from .imports import ImportView
from .pagination import PagePagination
from .preconditions import IF_MATCH, etag_of, if_match, refusals
from .schema import PAGE, PAGE_SIZE, page_of, repeatable


class ImportLinesView(ImportView):
    """The lines of an import in their order."""

    @extend_schema(
        operation_id="imports_lines_list",
        parameters=[
            repeatable("verdict", gettext_lazy("What the resolver made of the text."), Verdict.values),
            repeatable("decision", gettext_lazy("What a person decided."), ImportLine.Decision.values),
            PAGE,
            PAGE_SIZE,
        ],
        responses=page_of(LineSerializer),
    )
    def get(self, request, pk: int) -> Response:
        query = request.query_params
        names = ("verdict", "decision")
        params.check_names(query, (*names, "page", "page_size"), names)
        lines = self.find(pk).lines.order_by("line_no", "position", "id")
        if verdicts := params.choice_list(query, "verdict", Verdict.values):
            lines = lines.filter(verdict__in=verdicts)
        if decisions := params.choice_list(query, "decision", ImportLine.Decision.values):
            lines = lines.filter(decision__in=decisions)
        pages = PagePagination()
        page = pages.paginate_queryset(lines, request, self)
        return pages.get_paginated_response(LineSerializer(page, many=True).data)


class ImportLineView(ImportView):
    """One line, named by its line and its position in the line."""

    @extend_schema(operation_id="imports_line", responses=LineSerializer)
    def get(self, request, pk: int, line: int, position: int) -> Response:
        params.check_names(request.query_params, ())
        return line_response(find_line(self.find(pk), line, position))

    @extend_schema(
        operation_id="imports_line_decide",
        parameters=[IF_MATCH],
        request=DecisionSerializer,
        responses=refusals(LineSerializer, unseen=True),
    )
    def post(self, request, pk: int, line: int, position: int) -> Response:
        found = find_line(self.writable(pk), line, position)
        decision = self.body(DecisionSerializer)
        refuse_for_all(request.user, [decision])
        settled = intake.decide(line=found, actor=request.user, seen=self.seen_of(found), **decision)
        return line_response(settled[0])

    def seen_of(self, line: ImportLine) -> str | None:
        """The line's mark that If-Match names; None without one."""
        asked = self.request.headers.get("If-Match")
        if asked is None:
            return None
        tags = if_match(self.request)
        return line.mark if tags is None or f'"{line.mark}"' in tags else ""


def refuse_for_all(user, decisions: Iterable[dict]) -> None:
    """An alias for every brand is not made by who looks after some."""
    if any(each.get("for_all_brands") for each in decisions) and not access.may_decide_for_all(user):
        raise PermissionDenied(_("You may decide this for your brands, not for all."))


class ImportDecisionsView(ImportView):
    """Many decisions at once."""

    @extend_schema(
        parameters=[IF_MATCH], request=DecisionsSerializer, responses=refusals(ImportSerializer, unseen=True)
    )
    def post(self, request, pk: int) -> Response:
        imp = self.writable(pk)
        data = self.body(DecisionsSerializer)
        refuse_for_all(request.user, data["decisions"])
        intake.decide_many(
            imp=imp,
            accept=data.get("accept"),
            list_lines=data["list_lines"],
            decisions=[
                (find_line(imp, each.pop("line"), each.pop("position")), each)
                for each in map(dict, data["decisions"])
            ],
            actor=request.user,
            seen=self.seen(imp),
        )
        imp.refresh_from_db(fields=["revision"])
        return Response(detail(imp, request), headers={"ETag": etag_of(imp)})
