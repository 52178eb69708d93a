"""The content policy (django-csp), put together once for the many answers of which nothing asks for another one."""

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class PolicyMiddleware(CSPMiddleware):
    """The library's own, which works out the policy of each answer anew: more than all of Django's security headers cost."""

    plain: tuple[str, ...] = ()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        asks = hasattr(request, "_csp_nonce") or any(name.startswith("_csp") for name in vars(response))
        if asks or HEADER in response or response.status_code in (404, 500):
            return super().process_response(request, response)
        if not self.plain:
            response = super().process_response(request, response)
            self.plain = (response.get(HEADER, ""),)
        elif self.plain[0]:
            response[HEADER] = self.plain[0]
        return response
