"""Changes as pages show them, each under the name of its record."""

from collections.abc import Iterable

from regions.models import Change

from .badges import ACTION, badge
from .change_names import named
from .pretty import kind_label, pretty_changes


def told(changes: Iterable[Change]) -> list[dict]:
    """Each change as the page shows it: what it is about, what was done, before and after."""
    pretty = pretty_changes(changes)
    names = named(change for change, _rows in pretty)
    return [
        {
            "change": change,
            "badge": badge(change.get_action_display(), ACTION[change.action]),
            "kind": kind_label(change.kind),
            "named": names[change.kind, change.key],
            "fields": rows,
        }
        for change, rows in pretty
    ]
