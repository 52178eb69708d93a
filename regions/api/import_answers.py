"""What the endpoints below /imports/ answer."""

from typing import Any

from django.http import Http404
from rest_framework.response import Response
from rest_framework.reverse import reverse

from regions.models import CoverageImport, ImportLine
from regions.services import intake

from .import_forms import DecidedSerializer, LineSerializer


def line_response(line: ImportLine) -> Response:
    return Response(LineSerializer(line).data, headers={"ETag": f'"{line.mark}"'})


def find_line(imp: CoverageImport, line: int, position: int) -> ImportLine:
    found = imp.lines.filter(line_no=min(line, 2**31 - 1), position=min(position, 2**31 - 1)).first()
    if found is None:
        raise Http404
    return found


def present(imp: CoverageImport, request) -> dict[str, Any]:
    return {
        "id": imp.pk,
        "url": reverse("api:import", [imp.pk], request=request),
        "title": imp.title,
        "service": imp.service.slug,
        "source": imp.source.slug if imp.source else None,
        "mode": imp.mode,
        "state": imp.state,
        "release": imp.release.edition,
        "counts": imp.counts,
        "created_at": imp.created_at,
        "applied_at": imp.applied_at,
        "reverted_at": imp.reverted_at,
    }


def detail(imp: CoverageImport, request) -> dict[str, Any]:
    effects = intake.preview(imp, page_size=1).effects
    return present(imp, request) | {"effects": effects, "reading": imp.reading}


def present_row(row) -> dict[str, Any]:
    line = row.line
    return {
        "effect": row.effect,
        "line": line and LineSerializer(line).data,
        "region": row.place and {"code": row.place.code, "full_name": row.place.full_name},
        "kind": row.kind or None,
        "rule": row.rule and f"{row.rule.kind} {row.rule.valid_from}",
        "why": row.why,
        "outlet": row.outlet and row.outlet.slug,
        "choices": [{"code": place.code, "full_name": place.full_name} for place in row.choices],
        "likely": row.likely,
        "before": row.before and DecidedSerializer(row.before).data,
    }


def present_outcome(outcome: intake.Outcome, imp: CoverageImport, request) -> dict[str, Any]:
    names = ("created", "changed", "unchanged", "closed", "redundant", "left", "already")
    return {name: getattr(outcome, name) for name in names} | {
        "rest": outcome.rest and reverse("api:import", [outcome.rest.pk], request=request),
        "summary": outcome.summary(),
        "state": imp.state,
    }
