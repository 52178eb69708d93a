"""The content policy of the admin's pages."""

from django.conf import settings
from django.urls import NoReverseMatch, reverse


class AdminPolicyMiddleware:
    """Gives pages below the admin's address the policy of `settings.ADMIN_CONTENT_SECURITY_POLICY`.

    The theme evaluates expressions in its templates, which needs `unsafe-eval`. Only the directives named in
    the setting differ, and only for the admin; every other page keeps the strict policy. Stands after
    `csp.middleware.CSPMiddleware`, which writes the header.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path_info.startswith(_admin_root()) and not hasattr(response, "_csp_replace"):
            response._csp_replace = settings.ADMIN_CONTENT_SECURITY_POLICY
        return response


def _admin_root() -> str:
    try:
        return reverse("admin:index")
    except NoReverseMatch:
        return "/admin/"
