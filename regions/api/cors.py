"""Which writes a page of another site may ask its reader's browser for.

Questions that do not fit into an address, yes. Reports, no: whoever opens a page would report what its author wants, and
be counted as a witness of his own. Imports need a key or a session, which no page of others should hold.
"""

from corsheaders.middleware import CorsMiddleware as BaseCorsMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase

QUESTIONS = ("/api/v1/coverage/", "/api/v1/resolve/")


class CorsMiddleware(BaseCorsMiddleware):
    """Reads from everywhere; POST from everywhere where it asks."""

    def add_response_headers(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response = super().add_response_headers(request, response)
        allowed = "Access-Control-Allow-Methods"
        if allowed in response and request.path_info in QUESTIONS:
            response[allowed] += ", POST"
        return response
