"""How far change sets are undone, in words: beside each, wherever a page names one."""

from collections.abc import Iterable

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from regions import access
from regions.models import Change, ChangeSet
from regions.services.undo import Progress, progress

# Of longer sets pages that name many do not read how far they are undone; their own pages do.
MOST_READ = 5_000


def tell_undone(sets: Iterable[ChangeSet | None], user) -> None:
    """Give each set what is said of its undoing, as `told_undone`: empty where nothing was undone. A fixed number of queries."""
    found = [each for each in sets if each]
    prefetch_related_objects(found, "undone_by")
    undone = [each for each in found if each.undone_by.all() and sum(each.counts.values()) <= MOST_READ]
    done = progress(undone, access.limit(Change.objects.all(), user))
    for each in found:
        by = "、".join(str(other) for other in each.undone_by.all())
        each.told_undone = how_far(done.get(each.uuid), by) if by else ""  # type: ignore[attr-defined]


def how_far(done: Progress | None, by: str) -> str:
    """By which sets, and how many of its records."""
    if done is None or not done.total:
        return _("wholly or in part, by %(sets)s") % {"sets": by}
    if done.is_whole:
        return _("undone by %(sets)s") % {"sets": by}
    if done.is_part:
        words = {"done": done.done, "total": done.total, "sets": by}
        return _("partly undone (%(done)d of %(total)d) by %(sets)s") % words
    return _("stands again (undone once by %(sets)s)") % {"sets": by}


def now_undone(the_set: ChangeSet, user) -> tuple[ChangeSet, str]:
    """The set that has just undone one, or a part of it, and what is said of that."""
    by = ChangeSet.objects.filter(undoes=the_set).latest("pk")
    done = progress([the_set], access.limit(Change.objects.all(), user))[the_set.uuid]
    words = {"set": the_set, "by": by, "done": done.done, "total": done.total}
    if done.is_part:
        return by, _("%(set)s is partly undone (%(done)d of %(total)d), by %(by)s.") % words
    return by, _("%(set)s is undone, by %(by)s.") % words
