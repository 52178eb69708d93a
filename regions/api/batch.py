"""POST /api/v1/coverage/ — up to a hundred questions in one request."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_view
from rest_framework.exceptions import APIException
from rest_framework.response import Response

from regions.lookup.changes import Position, current_position

from . import params
from .coverage import CoverageView, parts_of_answer, ready_response
from .coverage_schema import ASK, ASK_MANY
from .errors import Problem, describe
from .json_parts import array, encode
from .parsers import JSONParser
from .throttling import ReadThrottle

MAX_QUESTIONS = 100


@extend_schema_view(get=ASK, post=ASK_MANY)
class CoverageBatchView(CoverageView):
    """Asks what GET asks, many times over: one verdict a question, in their order; a bad one spoils no other.

    A question counts against the limit as much as if it were asked alone.
    """

    parser_classes = [JSONParser]
    reads_by_post = True

    def post(self, request) -> HttpResponse | Response:
        params.check_names(request.query_params, ())
        questions = read_questions(request.data)
        self._count(request, len(questions))
        url = request.build_absolute_uri(request.path)
        position = current_position()
        verdicts = [verdict(question, url, position) for question in questions]
        return ready_response(
            request, b"".join([b'{"count":%d,"verdicts":' % len(questions), *array(verdicts), b"}"])
        )

    def _count(self, request, questions: int) -> None:
        """Count the questions; the request itself was counted as one of them."""
        throttle = ReadThrottle()
        limit, _seconds = throttle.rate_of(request)
        if questions > limit:
            raise Problem(
                "invalid",
                _("Invalid input"),
                _(
                    "This client's limit lets at most %(limit)d questions through at once; these are %(count)d."
                )
                % {"limit": limit, "count": questions},
            )
        if questions > 1 and not throttle.allow_request(request, self, cost=questions - 1):
            self.throttled(request, throttle.wait())


def read_questions(body: Any) -> list[Any]:
    """The list of questions in a body; what is inside each of them is judged one by one."""
    if not isinstance(body, dict) or set(body) != {"questions"} or not isinstance(body["questions"], list):
        raise Problem(
            "invalid",
            _("Invalid input"),
            _('Send {"questions": [{"region": "510322"}, {"q": "南宁西乡塘", "on": "2026-11-21"}]}.'),
        )
    questions = body["questions"]
    if not 1 <= len(questions) <= MAX_QUESTIONS:
        raise Problem(
            "invalid",
            _("Invalid input"),
            _("Ask from 1 to %(max)d questions at once; these are %(count)d.")
            % {"max": MAX_QUESTIONS, "count": len(questions)},
        )
    return questions


def verdict(question: Any, url: str, position: Position) -> list[bytes]:
    """What GET would answer, in pieces of JSON: its status and either its body or its problem document."""
    try:
        query = as_query(question)
        answer = parts_of_answer(query, f"{url}?{urlencode(list(query.lists()), doseq=True)}", position)
    except (APIException, Http404) as error:
        problem, _headers = describe(error)
        return [encode({"status": problem["status"], "answer": None, "problem": problem})]
    return [b'{"status":200,"answer":', *answer, b',"problem":null}']


def as_query(question: Any) -> MultiValueDict:
    """A question as GET would read its query string: the same names, a list where a name repeats."""
    if not isinstance(question, dict):
        raise Problem(
            "invalid", _("Invalid input"), _('A question is an object such as {"region": "510322"}.')
        )
    query = MultiValueDict()
    for name, value in question.items():
        params.check_text("name", name)
        values = value if isinstance(value, list) else [value]
        if values:  # an empty list is a parameter not given
            query.setlist(name, [as_text(name, item) for item in values])
    return query


def as_text(name: str, value: Any) -> str:
    """A value as a query string writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int):
        return params.check_text(name, str(value))
    raise params.bad(
        name[:40],
        _("%(name)s takes a text, a number, true or false, or a list of them.") % {"name": name[:40]},
    )
