"""What happened to public records, and where each of them is read."""

from urllib.parse import urlencode

from django.urls import NoReverseMatch
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from regions.api.addresses import address
from regions.choices import ChangeAction
from regions.keys import read_region_key
from regions.lookup.export import RULES
from regions.models import Change, named_by_slug
from regions.postings.touched import LIST, RULE
from regions.services.changes import kind_of

# What clients may see, and the address of the record behind a key. Imports, disputes, keys and checks are not
# listed: a check or a dispute that alters an answer appears as a change of its hotline.
PUBLIC_KINDS = dict(
    sorted(
        {
            LIST: "export-file",
            RULE: "coverage-rule-detail",
            "hotline": "hotline-detail",
            "number": "number",
            "region": "region-detail",
            "release": "release-detail",
            **{kind_of(model): f"{kind_of(model)}-detail" for model in named_by_slug()},
        }.items()
    )
)


class ChangeSerializer(serializers.ModelSerializer):
    """One change to one record: not who made it, nor why, nor the fields before and after."""

    sequence = serializers.IntegerField(source="pk", help_text=_("Its place in the order of commits."))
    kind = serializers.ChoiceField(list(PUBLIC_KINDS))
    key = serializers.CharField(help_text=_("How URLs name the record."))
    correction = serializers.BooleanField(
        help_text=_("It was always so: answers about past days changed with it.")
    )
    url = serializers.SerializerMethodField(
        help_text=_("Where to read the record; null for a tombstone. For a list all its rules, as a file.")
    )

    class Meta:
        model = Change
        fields = ["sequence", "kind", "key", "action", "at", "correction", "url"]

    def get_url(self, change: Change) -> str | None:
        if change.action == ChangeAction.DELETE:
            return None
        return record_url(change, self.context["request"])


def record_url(change: Change, request) -> str | None:
    """Where the record can be read now; None for a key that no address can hold."""
    if change.kind == LIST:
        return f"{address(request, 'export-file', RULES, 'ndjson')}?{urlencode({'service': change.key})}"
    key = read_region_key(change.key).code if change.kind == "region" else change.key
    try:
        return address(request, PUBLIC_KINDS[change.kind], key)
    except NoReverseMatch:
        return None
