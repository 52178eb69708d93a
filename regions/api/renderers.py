"""JSON, browsable pages without forms, and which of them a client gets."""

import orjson
from django.utils.translation import gettext as _
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BrowsableAPIRenderer
from rest_framework.renderers import JSONRenderer as BaseJSONRenderer

from . import params
from .json_parts import write


class Negotiation(DefaultContentNegotiation):
    """A `format` that is not on offer is a bad parameter; DRF would say that there is nothing here."""

    def filter_renderers(self, renderers, format):
        found = [renderer for renderer in renderers if renderer.format == format]
        if not found:
            raise params.bad(
                "format",
                _("%(value)s is not one of: %(choices)s.")
                % {
                    "value": format[:40],
                    "choices": ", ".join(
                        renderer.format for renderer in renderers if renderer.format != "api"
                    ),
                },
            )
        return found

    def select_renderer(self, request, renderers, format_suffix=None):
        """Most clients take anything: then nothing has to be weighed."""
        first = renderers[0]
        takes = request.META.get("HTTP_ACCEPT") or "*/*"
        if takes in ("*/*", first.media_type) and not format_suffix and "format" not in request.query_params:
            return first, first.media_type
        return super().select_renderer(request, renderers, format_suffix)


class JSONRenderer(BaseJSONRenderer):
    """Compact UTF-8 JSON, in which parts may stand that are written already (`json_parts.ready`)."""

    charset = "utf-8"

    def render(self, data, accepted_media_type=None, renderer_context=None):
        if data is None:
            return b""
        written = write(data)
        if self.get_indent(accepted_media_type or "", renderer_context or {}):  # for people
            return super().render(orjson.loads(written), accepted_media_type, renderer_context)
        return written


class BrowsableRenderer(BrowsableAPIRenderer):
    """The browsable page. It shows no filter form and no input form: a form over regions is a 2 MB select."""

    def get_filter_form(self, data, view, request):
        return None

    def show_form_for_method(self, view, method, request, obj):
        return False

    def get_rendered_html_form(self, data, view, method, request):
        return None

    def get_raw_data_form(self, data, view, method, request):
        return None
