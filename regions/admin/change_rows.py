"""Changes as pages show them, each under the name of its record."""

from collections.abc import Iterable

from regions.models import Change

from .badges import ACTION, badge
from .change_names import named
from .gates import may_open
from .pretty import kind_label, pretty_changes


def told(changes: Iterable[Change], request=None) -> list[dict]:
    """Each change as the page shows it: what it is about, what was done, before and after; with the way to what may be opened."""
    pretty = pretty_changes(changes)
    names = named(change for change, _rows in pretty)
    return [
        {
            "change": change,
            "badge": badge(change.get_action_display(), ACTION[change.action]),
            "kind": kind_label(change.kind),
            "named": (name := names[change.kind, change.key])._replace(
                address=name.address if request is None or may_open(request, name.address) else ""
            ),
            "fields": rows,
        }
        for change, rows in pretty
    ]
