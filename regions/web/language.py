"""The language of a page is in its address: /en/… is English, everything else Chinese. No cookie, nothing remembered.

The API goes on following Accept-Language, the admin its language switch.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import translate_url
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import get_language_from_path, get_language_from_request

# Below these the reader's own choice counts: the header, or the cookie of the admin's language switch.
ASKED = ("/api/", "/admin/", "/i18n/")


class LanguageMiddleware(MiddlewareMixin):
    """Activates the language of a request, and says it in the answer."""

    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith(ASKED):
            language = get_language_from_request(request)
        else:
            language = get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path_info.startswith(ASKED):
            varies = response.get("Vary", "")
            if "accept-language" not in varies.lower():
                response["Vary"] = f"{varies}, Accept-Language" if varies else "Accept-Language"
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


def alternates(request: HttpRequest, path: str) -> list[tuple[str, str, str]]:
    """The address of a page in each language: (code, name in that language, absolute address without a query)."""
    here = request.build_absolute_uri(path)
    own = translation.get_language()
    return [
        (code, name, here if code == own else translate_url(here, code)) for code, name in settings.LANGUAGES
    ]
