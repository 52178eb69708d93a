"""Sheets of categories, brands and services: the columns of their descriptions. Keys are slugs."""

from regions.api.serializers import BrandSerializer, CategorySerializer, ServiceSerializer
from regions.models import Brand, Category, Service

from .cells import columns
from .resource import DirectoryResource
from .results import BySlug


class CategoryResource(DirectoryResource):
    class Meta(DirectoryResource.Meta):
        model = Category
        fields = columns(CategorySerializer)
        import_id_fields = ("slug",)
        instance_loader_class = BySlug


class BrandResource(DirectoryResource):
    class Meta(DirectoryResource.Meta):
        model = Brand
        fields = columns(BrandSerializer)
        import_id_fields = ("slug",)
        instance_loader_class = BySlug


class ServiceResource(DirectoryResource):
    class Meta(DirectoryResource.Meta):
        model = Service
        fields = columns(ServiceSerializer)
        import_id_fields = ("slug",)
        instance_loader_class = BySlug
