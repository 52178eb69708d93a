"""The rows of the tables of the overview."""

from django.utils.translation import gettext_lazy
from rest_framework import serializers

from regions.choices import Level
from regions.lookup.overview.grid import CLASSES


class PlaceRowSerializer(serializers.Serializer):
    """A region by its code."""

    region = serializers.CharField()
    name = serializers.CharField()
    full_name = serializers.CharField()
    level = serializers.ChoiceField(Level.words())


class CountsRowSerializer(PlaceRowSerializer):
    """How many services cover a place, and how many of its units have 0, 1, 2, 3 or more."""

    services = serializers.IntegerField(help_text=gettext_lazy("Services that cover it wholly."))
    partly = serializers.IntegerField(help_text=gettext_lazy("Services that cover a part of it."))
    verified = serializers.IntegerField(
        help_text=gettext_lazy("Services that cover it wholly and have a verified number.")
    )
    units = serializers.IntegerField(
        help_text=gettext_lazy(
            "Counties and cities without counties in it; where unit_level is township, townships."
        )
    )
    units_0 = serializers.IntegerField(help_text=gettext_lazy("Of these without any service: the gaps."))
    units_1 = serializers.IntegerField()
    units_2 = serializers.IntegerField()
    units_3_or_more = serializers.IntegerField()
    units_verified_0 = serializers.IntegerField(
        help_text=gettext_lazy("Of the units those without a service with a verified number.")
    )
    units_verified_1 = serializers.IntegerField()
    units_verified_2 = serializers.IntegerField()
    units_verified_3_or_more = serializers.IntegerField()


def _who() -> serializers.ListField:
    said = gettext_lazy("The first services that cover it wholly, by slug; /coverage/ has all.")
    return serializers.ListField(child=serializers.CharField(), help_text=said)


class OverviewCoverageRowSerializer(CountsRowSerializer):
    who = _who()


class OverviewCategoriesRowSerializer(CountsRowSerializer):
    category = serializers.CharField()
    category_name = serializers.CharField()


class OverviewUnitsRowSerializer(PlaceRowSerializer):
    services = serializers.IntegerField()
    partly = serializers.IntegerField()
    verified = serializers.IntegerField()
    verified_class = serializers.ChoiceField(CLASSES)
    who = _who()

    def get_fields(self):
        return super().get_fields() | {"class": serializers.ChoiceField(CLASSES)}


class OverviewOverlapsRowSerializer(serializers.Serializer):
    """Two services, or two sources of one list (empty: lines without a source), that name the same units."""

    one = serializers.CharField()
    one_name = serializers.CharField()
    other = serializers.CharField()
    other_name = serializers.CharField()
    one_units = serializers.IntegerField()
    other_units = serializers.IntegerField()
    both = serializers.IntegerField()
    alike = serializers.BooleanField(help_text=gettext_lazy("Services of one category and kind."))
    regions = serializers.ListField(child=serializers.CharField())
    names = serializers.ListField(child=serializers.CharField())


class OverviewListedRowSerializer(PlaceRowSerializer):
    units = serializers.IntegerField()
    covered = serializers.IntegerField()
    partly = serializers.IntegerField()
    missing = serializers.IntegerField()
    missing_regions = serializers.ListField(child=serializers.CharField())
    missing_names = serializers.ListField(child=serializers.CharField())


def slugs() -> serializers.ListField:
    return serializers.ListField(child=serializers.CharField())
