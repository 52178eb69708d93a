"""JSON, and browsable pages without forms."""

from rest_framework.renderers import BrowsableAPIRenderer
from rest_framework.renderers import JSONRenderer as BaseJSONRenderer


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
