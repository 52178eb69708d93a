"""OpenAPI: what every endpoint has in common."""

from drf_spectacular.openapi import AutoSchema as BaseAutoSchema


class AutoSchema(BaseAutoSchema):
    """drf-spectacular's schema with our errors; endpoints describe themselves where they are defined."""
