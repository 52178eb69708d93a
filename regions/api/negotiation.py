"""Addresses that name a file: its form does not depend on what the client accepts."""

from rest_framework.negotiation import BaseContentNegotiation


class AnyForm(BaseContentNegotiation):
    """The address says what is wanted, so what the client accepts is not asked; errors are problem documents."""

    def select_parser(self, request, parsers):
        return parsers[0]

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type
