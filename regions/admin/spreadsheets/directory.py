"""Sheets of categories, brands and services. Keys are slugs."""

from import_export.fields import Field

from regions.models import Brand, Category, Organization, Service, Source

from .resource import DirectoryResource
from .widgets import Flag, Lines, Slug, Text


def text(name: str) -> Field:
    return Field(attribute=name, column_name=name, widget=Text())


def cell(name: str, widget) -> Field:
    return Field(attribute=name, column_name=name, widget=widget)


class CategoryResource(DirectoryResource):
    slug = text("slug")
    name = text("name")
    name_en = text("name_en")
    parent = cell("parent", Slug(Category))

    class Meta(DirectoryResource.Meta):
        model = Category
        fields = ("slug", "name", "name_en", "parent")
        import_id_fields = ("slug",)


class BrandResource(DirectoryResource):
    slug = text("slug")
    name = text("name")
    name_en = text("name_en")
    owner = cell("owner", Slug(Organization))
    website = text("website")
    is_example = cell("is_example", Flag())

    class Meta(DirectoryResource.Meta):
        model = Brand
        fields = ("slug", "name", "name_en", "owner", "website", "is_example")
        import_id_fields = ("slug",)


class ServiceResource(DirectoryResource):
    slug = text("slug")
    name = text("name")
    brand = cell("brand", Slug(Brand))
    category = cell("category", Slug(Category))
    kind = text("kind")
    operator = cell("operator", Slug(Organization))
    description = text("description")
    nationwide_claimed = cell("nationwide_claimed", Flag())
    steps = cell("steps", Lines())
    source = cell("source", Slug(Source))

    class Meta(DirectoryResource.Meta):
        model = Service
        fields = (
            "slug", "name", "brand", "category", "kind", "operator", "description", "nationwide_claimed", "steps", "source",
        )  # fmt: skip
        import_id_fields = ("slug",)
