"""A word with a colour, and links, in lists and on pages alike."""

from django.utils.html import format_html

# Colour words of `static/regions/admin.css`: good, news, care, bad, plain.
STATUS = {"verified": "good", "attested": "news", "expired": "care", "disputed": "bad", "refuted": "bad"}
RULE = {"include": "good", "exclude": "care"}
ACTION = {"create": "good", "update": "news", "delete": "bad"}


def badge(text, colour: str = "plain"):
    """The text as a small coloured label; the colour says nothing that the text does not."""
    return format_html('<span class="sn-badge sn-{}">{}</span>', colour, text)


def link(address: str, text):
    return format_html('<a class="sn-link" href="{}">{}</a>', address, text)
