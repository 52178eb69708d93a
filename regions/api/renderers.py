"""JSON, browsable pages without forms, and which of them a client gets."""

from django.utils.translation import gettext as _
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BrowsableAPIRenderer
from rest_framework.renderers import JSONRenderer as BaseJSONRenderer

from .params import bad


class Negotiation(DefaultContentNegotiation):
    """A `format` that is not on offer is a bad parameter; DRF would say that there is nothing here."""

    def filter_renderers(self, renderers, format):
        found = [renderer for renderer in renderers if renderer.format == format]
        if not found:
            raise bad(
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


class JSONRenderer(BaseJSONRenderer):
    """Compact UTF-8 JSON."""

    charset = "utf-8"


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
