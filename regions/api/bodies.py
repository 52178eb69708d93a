"""What somebody sends: members that nobody knows are errors, as parameters are."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers


class Strict(serializers.Serializer):
    """A body whose unknown members are errors."""

    def to_internal_value(self, data):
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, dict) else []
        if unknown:
            raise serializers.ValidationError(
                {name[:40]: [_("There is no such field.")] for name in unknown[:10]}
            )
        return super().to_internal_value(data)


class Reasoned(Strict):
    """A body of a write that says why, if it says so."""

    reason = serializers.CharField(
        max_length=200,
        default="",
        allow_blank=True,
        help_text=gettext_lazy("Why, in a sentence: it stands with the change."),
    )
