"""OpenAPI: what every endpoint has in common. Endpoints describe what is their own where they are defined."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import django_filters
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from drf_spectacular import hooks
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema as BaseAutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import serializers
from rest_framework.generics import GenericAPIView

from regions import codes
from regions.choices import Level, Verdict

from .caching import OPEN_PERMISSIONS
from .contents import CHAPTERS, SUMMARIES
from .errors import CONTENT_TYPE
from .negotiation import AnyForm
from .permissions import RoleOnly

# Answers as the program gives them, by operation; a test asks again and compares.
EXAMPLES = Path(__file__).with_name("examples.json")

ON = OpenApiParameter(
    "on",
    OpenApiTypes.DATE,
    description=_(
        "The day asked about; one before the record begins is a 400 that says when it does. Today when not given."
    ),
    examples=[OpenApiExample("a day", "2026-11-21")],
)
PAGE = OpenApiParameter("page", {"type": "integer", "minimum": 1, "default": 1}, description=_("From 1."))
PAGE_SIZE = OpenApiParameter(
    "page_size",
    {"type": "integer", "minimum": 1, "maximum": 200, "default": 20},
    description=_("Rows a page; more than the maximum is a 400."),
)
BRIEF = OpenApiParameter("brief", OpenApiTypes.BOOL, description=_("true: only what names the record."))
FIELDS = OpenApiParameter(
    "fields", description=_("Only these fields, separated by commas; an unknown one is a 400.")
)
OMIT = OpenApiParameter("omit", description=_("All but these fields, separated by commas."))
OPEN = OpenApiParameter(
    "open",
    enum=["now", "any"],
    description=_("now: only those open at this minute; any: all, each with what its hours say of it."),
)
OPEN_AT = OpenApiParameter(
    "open_at",
    OpenApiTypes.STR,
    description=_("Only those open at a minute, as YYYY-MM-DDTHH:MM in Beijing time; with open=any all."),
    examples=[OpenApiExample("a minute", "2026-11-21T08:30")],
)
COMMON_PARAMETERS = {
    parameter.name: parameter for parameter in (ON, OPEN, OPEN_AT, PAGE, PAGE_SIZE, BRIEF, FIELDS, OMIT)
}
FORMAT = OpenApiParameter(
    "format", enum=["json"], description=_("Overrides the Accept header; browsers get a page without it.")
)

# What any request may come back with, beside what the endpoint itself says.
ERRORS = {
    400: _("A parameter is unknown, malformed, doubled or out of bounds; the document names the cure."),
    401: _("The API key is not known, was revoked or has expired."),
    404: _("There is no such record, or no such page of the list."),
    406: _("None of the forms in the Accept header is on offer."),
    429: _("Too many requests; Retry-After says how many seconds to wait."),
    503: _("The database cannot be reached for the moment; Retry-After says when to ask again."),
}
NOT_ALLOWED = _("The key or the session may not do this.")
CONFLICT = _("It cannot be done now; the document says what stands in the way.")
BODY_ERRORS = {
    413: _("The request is too large; send less at once."),
    415: _("Send application/json."),
}
NOT_MODIFIED = _("Nothing changed since the answer whose ETag was sent in If-None-Match.")


class WaitingLineSerializer(serializers.Serializer):
    """A line of an import that stands in the way."""

    line = serializers.IntegerField()
    position = serializers.IntegerField()
    token = serializers.CharField()
    verdict = serializers.ChoiceField(Verdict.choices)


class ProblemSerializer(serializers.Serializer):
    """An error as RFC 9457 describes it. The members that not every error has say more of it."""

    type = serializers.CharField(help_text=_("For example urn:servicenet:problem:bad-parameter."))
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text=_("What is wrong and how to put it right."))
    parameter = serializers.CharField(required=False, help_text=_("The parameter it is about."))
    allowed = serializers.ListField(
        child=serializers.CharField(), required=False, help_text=_("What there is.")
    )
    near = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text=_("Slugs or codes that there are, like the one that there is not."),
    )
    unknown = serializers.ListField(child=serializers.CharField(), required=False)
    errors = serializers.JSONField(  # type: ignore[assignment]  # a member of the answer
        required=False, help_text=_("Messages by field.")
    )
    lines = WaitingLineSerializer(many=True, required=False, help_text=_("Lines of the list it is about."))


def page_of(serializer_class: type[serializers.Serializer]) -> type[serializers.Serializer]:
    """The shape of a page of a list, for views that page by hand."""
    name = serializer_class.__name__.removesuffix("Serializer")
    fields = {
        "count": serializers.IntegerField(help_text=_("Exact number of rows in all pages.")),
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": serializer_class(many=True),
        "detail": serializers.CharField(required=False, help_text=_("Why the list is empty, when it is.")),
    }
    return type(f"Paginated{name}ListSerializer", (serializers.Serializer,), fields)


def repeatable(name: str, description, values: list[str] | None = None) -> OpenApiParameter:
    """A parameter that may be given several times: any of the values."""
    return OpenApiParameter(name, OpenApiTypes.STR, description=description, many=True, enum=values)


@cache
def examples() -> dict[str, dict]:
    """The kept answers by operationId."""
    return json.loads(EXAMPLES.read_text(encoding="utf-8"))


class ApiKeyScheme(OpenApiAuthenticationExtension):
    """One key, in either of two headers."""

    target_class = "regions.api.authentication.ApiKeyAuthentication"
    name = ["apiKey", "apiKeyAuthorization"]

    def get_security_definition(self, auto_schema):
        return [
            {
                "type": "apiKey",
                "in": "header",
                "name": "X-API-Key",
                "description": str(_("Raises the limit; a write key also acts as its owner.")),
            },
            {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": str(_("The same key, written as: Api-Key KEY")),
            },
        ]

    def get_security_requirement(self, auto_schema):
        return [{name: []} for name in self.name]


class AutoSchema(BaseAutoSchema):
    """drf-spectacular's schema with our parameters, our errors and 304."""

    def get_summary(self) -> str | None:
        if summary := getattr(self.view, "summary", None):
            return summary()
        return super().get_summary() or str(SUMMARIES.get(self.get_operation_id(), "")) or None

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular has it
        return str(getattr(self.view, "about", "")) or super().get_description()

    def get_tags(self) -> list[str]:
        """The chapter: what stands first in the address."""
        return [tag if tag in all_chapters() else "api" for tag in super().get_tags() or ["api"]]

    def get_auth(self):
        """Reads are open, a key is optional; where there is no authentication there is none to describe."""
        auth = super().get_auth()
        is_read = self.method == "GET" and RoleOnly not in self.view.permission_classes
        is_read = is_read or getattr(self.view, "reads_by_post", False)
        return (
            [{}, *(need for need in auth if need and "cookieAuth" not in need)] if is_read else auth or [{}]
        )

    def get_override_parameters(self):
        """The strict parameters a view names in `list_parameters` and `detail_parameters`."""
        if self.method != "GET":
            return []
        kind = "list_parameters" if self._is_list_view() else "detail_parameters"
        names = getattr(self.view, kind, ())
        return [FORMAT, *(COMMON_PARAMETERS[name] for name in names)]

    def _get_filter_parameters(self) -> list[dict]:
        filterset = getattr(self.view, "filterset_class", None)
        if filterset is None or not self._is_list_view():
            return []
        return [self._of_filter(name, found) for name, found in filterset.base_filters.items()]

    @staticmethod
    def _of_filter(name: str, found: django_filters.Filter) -> dict:
        from . import filter_kinds

        many = isinstance(found, filter_kinds.Many | django_filters.MultipleChoiceFilter)
        schema: dict = {"type": "string"}
        if isinstance(found, filter_kinds.Levels):
            schema["enum"] = Level.words()
        elif isinstance(found, django_filters.MultipleChoiceFilter):
            schema["enum"] = [str(value) for value, _label in found.extra["choices"]]
        elif isinstance(found, filter_kinds.TrueFalse):
            schema = {"type": "boolean"}
        elif isinstance(found, filter_kinds.Codes):
            schema |= {"pattern": codes.PATTERN, "example": "510322"}
        elif isinstance(found, filter_kinds.Search):
            schema["minLength"] = 1
        description = str(found.extra.get("help_text", ""))
        parameter: dict[str, Any] = {
            "name": name,
            "in": "query",
            "description": description,
            "schema": schema,
        }
        if many:
            parameter |= {"schema": {"type": "array", "items": schema}, "explode": True, "style": "form"}
        return parameter

    def get_examples(self) -> list[OpenApiExample]:
        """An answer of this operation, where one is kept."""
        answer = examples().get(self.get_operation_id())
        if answer is None:
            return super().get_examples()
        title = str(_("An answer"))
        shown = OpenApiExample(title, value=answer, response_only=True, status_codes=["200"])
        return [*super().get_examples(), shown]

    def _get_pagination_parameters(self) -> list[dict]:
        return []  # named in list_parameters like all others

    def _map_serializer(self, serializer, direction, bypass_extensions=False):
        """An answer has all members that are not declared to be missing at times.

        With `fields` and `omit` a client says which fields it gets: none of them is certain.
        """
        root = serializer.root
        root._context = {
            **root._context,
            "view": self.view,
        }  # members that depend on the question are described too
        schema = super()._map_serializer(serializer, direction, bypass_extensions)
        if direction == "response" and schema.get("properties"):
            declared = getattr(serializer, "_declared_fields", {})
            sometimes = {name for name, made in declared.items() if made._kwargs.get("required") is False}
            sometimes |= getattr(serializer, "sometimes", set())
            schema["required"] = [name for name in schema["properties"] if name not in sometimes]
        if isinstance(self.view, GenericAPIView) and type(serializer) is self.view.get_serializer_class():
            schema.pop("required", None)
        return schema

    def _get_response_bodies(self, direction="response"):
        bodies = super()._get_response_bodies(direction)
        if direction != "response":
            return bodies
        problem = self.resolve_serializer(ProblemSerializer(), direction).ref
        for code, description in self._errors().items():
            body = {"description": str(description), "content": {CONTENT_TYPE: {"schema": problem}}}
            if code in (429, 503):
                seconds = {"schema": {"type": "integer"}, "description": "Seconds to wait.", "required": True}
                body["headers"] = {"Retry-After": seconds}
            bodies.setdefault(str(code), body)
        if self.method == "GET" and OPEN_PERMISSIONS.issuperset(self.view.permission_classes):
            bodies["304"] = {"description": str(NOT_MODIFIED)}
        return dict(sorted(bodies.items()))

    def _errors(self) -> dict[int, Any]:
        """What this operation may be refused with; a test brings out each of them."""
        found = dict(ERRORS)
        if not self.view.authentication_classes:
            del found[401]
        names = "{" in self.path
        if not names and not any(parameter["name"] == "page" for parameter in self._get_parameters()):
            del found[404]
        if self.view.content_negotiation_class is AnyForm:
            del found[406]
        if self.method != "GET":
            found |= BODY_ERRORS
        if any(isinstance(needs, RoleOnly) for needs in self.view.get_permissions()):
            found[403] = NOT_ALLOWED
            if self.method != "GET" and (names or getattr(self.view, "may_conflict", False)):
                found[409] = CONFLICT
        return found


def chapters(result: dict, generator, request, public: bool) -> dict:
    """What the tags mean, and where the addresses begin."""
    result["tags"] = [{"name": name, "description": str(about)} for name, about in all_chapters().items()]
    return result


def all_chapters() -> dict[str, str | Promise]:
    from .directory import LISTS  # describes its parameters with this module

    return {**CHAPTERS, **{word: listed.about for word, listed in LISTS.items()}}


def named_vocabularies(result: dict, generator, request, public: bool) -> dict:
    """One component a vocabulary, as drf-spectacular makes them; what may be null stays so (it forgets that)."""
    properties = [
        (schema["properties"], name)
        for schema in result["components"]["schemas"].values()
        for name in schema.get("properties", ())
    ]
    nullable = [
        (within, name)
        for within, name in properties
        if "enum" in within[name] and "null" in within[name].get("type", ())
    ]
    result = hooks.postprocess_schema_enums(result, generator=generator, request=request, public=public)
    for within, name in nullable:
        about = {word: said for word, said in within[name].items() if word not in ("$ref", "allOf", "oneOf")}
        reference = within[name].get("$ref") or within[name]["allOf"][0]["$ref"]
        within[name] = about | {"oneOf": [{"$ref": reference}, {"type": "null"}]}
    return result


def same_on_every_database(result: dict, generator, request, public: bool) -> dict:
    """Leave out the bounds that only say how wide a database's integers are: SQLite and PostgreSQL differ."""
    waiting: list = [result["components"]["schemas"]]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            waiting += part.values()
            if isinstance(part.get("maximum"), int) and part["maximum"] >= 2**15 - 1:
                del part["maximum"]
                part.pop("format", None)
                if part.get("minimum", 0) <= 0:
                    part.pop("minimum", None)
    return result
