"""What comes of a table: what its rows change, row by row, or that it is worked through later."""

from collections.abc import Generator
from typing import TYPE_CHECKING

from import_export import resources
from import_export.instance_loaders import ModelInstanceLoader
from import_export.results import Result

if TYPE_CHECKING:
    from .resource import DirectoryResource


class Shown(resources.Diff):
    """What a row changes, in the words of people: names where the cells have keys."""

    def __init__(self, resource, instance, new):
        self.left, self.right, self.new = resource.said(instance), [], new

    def compare_with(self, resource, instance):
        self.right = resource.said(instance)


class Unshown:
    """What a row changes where nobody looks at it."""

    def __init__(self, resource, instance, new):
        pass

    def compare_with(self, resource, instance):
        pass

    def as_html(self) -> list[str]:
        return []


class Later(Result):
    """What comes of a long table: it is not worked through yet."""

    def __init__(self, resource: "DirectoryResource", steps: Generator[int], rows: int) -> None:
        super().__init__()
        self.resource, self.steps, self.total_rows = resource, steps, rows

    def to_its_end(self) -> Result:
        for _done in self.steps:
            pass
        return self.resource.result


class BySlug(ModelInstanceLoader):
    """The records that a portion of a table names, read in one query. One that the table has named already is read anew."""

    def __init__(self, resource, dataset=None):
        super().__init__(resource, dataset)
        slugs = {slug.strip() for slug in dataset["slug"]}
        self.known = {record.slug: record for record in self.get_queryset().filter(slug__in=slugs)}
        self.absent = slugs - self.known.keys() - {""}

    def get_instance(self, row):
        slug = row["slug"].strip()
        if slug in self.known:
            return self.known.pop(slug)
        if slug in self.absent:
            self.absent.remove(slug)
            return None
        return super().get_instance(row)
