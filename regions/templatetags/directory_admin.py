"""Template tags of the admin."""

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def directory_overview(context):
    """Counts, open tasks and latest changes for the index page."""
    # Not at the top: Django reads tag libraries while the admin's own modules are still being imported.
    from regions.admin.overview import overview

    return overview(context["request"])


@register.filter
def who(entry) -> str:
    """Who wrote a change set, or a change."""
    from regions.admin.pretty import who

    return who(entry)
