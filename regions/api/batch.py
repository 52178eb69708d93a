"""POST /api/v1/coverage/ — up to a hundred questions in one request."""

from typing import Any
from urllib.parse import quote_plus

from django.http import Http404
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_view
from rest_framework.exceptions import APIException
from rest_framework.response import Response

from regions.lookup.changes import Position, current_position

from . import params
from .coverage import CoverageView, answer_question
from .coverage_schema import ASK, ASK_MANY
from .errors import Problem, described, problem
from .parsers import ListParser
from .spending import goes_on, one_at_a_time
from .throttling import ReadThrottle, cost_of

MAX_QUESTIONS = 100


@extend_schema_view(get=ASK, post=ASK_MANY)
class CoverageBatchView(CoverageView):
    """Asks what GET asks, many times over: one verdict a question, in their order; a bad one spoils no other.

    A question counts against the limit as much as if it were asked alone.
    """

    parser_classes = [ListParser]
    reads_by_post = True

    def post(self, request) -> Response:
        params.check_names(request.query_params, ())
        questions = read_questions(request.data)
        self._count(request, len(questions), sum(map(_cost, questions)))
        url = request.build_absolute_uri(request.path)
        position = current_position()
        with one_at_a_time(request):
            verdicts = [
                verdict(question, url, position) if goes_on() else not_done() for question in questions
            ]
        return Response({"count": len(questions), "verdicts": verdicts})

    def _count(self, request, questions: int, cost: int) -> None:
        """Count the questions, long ones more; the request itself was counted as one of them."""
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
        if cost > 1 and not throttle.allow_request(request, self, cost=cost - 1):
            self.throttled(request, throttle.wait() or 0)


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


def _cost(question: Any) -> int:
    return cost_of(question.get("q")) if isinstance(question, dict) else 1


def verdict(question: Any, url: str, position: Position) -> dict[str, Any]:
    """What GET would answer: its status and either its body or its problem document."""
    try:
        query = as_query(question)
        answer = answer_question(query, lambda: f"{url}?{_encoded(query)}", position)
    except (APIException, Http404) as error:
        body, _headers = described(error)
        return {"status": body["status"], "answer": None, "problem": body}
    return {"status": 200, "answer": answer, "problem": None}


def _encoded(query: MultiValueDict) -> str:
    """The query string of a question whose names are known to be ours; most values are codes and words."""
    return "&".join(
        f"{name}={value if value.isascii() and value.isalnum() else quote_plus(value)}"
        for name, values in query.lists()
        for value in values
    )


def not_done() -> dict[str, Any]:
    """What is said of a question for which no time was left."""
    detail = _("Not done: the time of this request was over. Ask it again, with fewer others.")
    left = problem("not-done", _("Not done"), detail, 503)
    return {"status": 503, "answer": None, "problem": left}


def as_query(question: Any) -> MultiValueDict:
    """A question as GET would read its query string: the same names, a list where a name repeats."""
    if not isinstance(question, dict):
        raise Problem(
            "invalid", _("Invalid input"), _('A question is an object such as {"region": "510322"}.')
        )
    query: MultiValueDict[str, str] = MultiValueDict()
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
