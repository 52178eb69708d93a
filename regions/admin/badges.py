"""A word with a colour, and links, in lists and on pages alike."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from regions.models import ChangeSet
from regions.origin import request_id

# Colour words of `static/regions/admin.css`: good, news, care, bad, plain.
STATUS = {"verified": "good", "attested": "news", "expired": "care", "disputed": "bad", "refuted": "bad"}
RULE = {"include": "good", "exclude": "care"}
ACTION = {"create": "good", "update": "news", "delete": "bad"}


def badge(text, colour: str = "plain"):
    """The text as a small coloured label; the colour says nothing that the text does not."""
    return format_html('<span class="sn-badge sn-{}">{}</span>', colour, text)


def link(address: str, text):
    return format_html('<a class="sn-link" href="{}">{}</a>', address, text)


def account(field: str, title):
    """A column with somebody's name, without a way to his account, which few may open."""

    @admin.display(description=title)
    def said(self, record):
        return str(getattr(record, field) or "—")

    return said


def sets_link(request, **filters) -> list[tuple[str, str]]:
    """The way to the change sets of a record, for who may see them."""
    if not request.user.has_perm("regions.view_changeset"):
        return []
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    return [(_("Change sets"), f"{reverse('admin:regions_changeset_changelist')}?{query}")]


def with_set(request, text: str) -> SafeString:
    """What is said of something that this request has just written, with the way to its change set where there is one."""
    the_set = ChangeSet.objects.filter(request_id=request_id.get()).last() if request_id.get() else None
    if the_set is None or not request.user.has_perm("regions.view_changeset"):
        return format_html("{}", text)
    return format_html(
        "{} {}", text, link(reverse("admin:regions_changeset_change", args=[the_set.pk]), str(the_set))
    )
