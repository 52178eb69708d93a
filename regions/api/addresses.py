"""Addresses of other resources, as clients may keep them: absolute, and without the parameters of this request."""

from django.urls import reverse


def address(request, name: str, *args) -> str:
    """The absolute address of a named route. (DRF's own `reverse` would carry over `?format=`.)"""
    return request.build_absolute_uri(reverse(f"api:{name}", args=args))
