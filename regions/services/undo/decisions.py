"""Decisions about the lines of a draft: what undoing gives back of them."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from regions.choices import ChangeAction, ImportState
from regions.models import CoverageImport
from regions.services.decided import Row, place, told

from .subjects import Entry, Subject


@dataclass(slots=True)
class Decisions:
    """The decisions of an import that a set made: each line as it was before, and as the set left it."""

    subject: Subject
    imp: CoverageImport
    was: dict[tuple[int, int], Row] = field(default_factory=dict)
    left: dict[tuple[int, int], Row] = field(default_factory=dict)
    declared: bool = False  # lines of the text became list lines: that is not taken back
    with_state: bool = False  # they go with the state of their import, which the same set changed

    def refusal(self) -> str:
        """Why they are not undone; empty where nothing stands in the way."""
        if self.imp.state != ImportState.DRAFT and not self.with_state:
            return _("%(import)s is %(state)s.") % {"import": self.imp, "state": self.imp.get_state_display()}
        if self.declared:
            return _("A line of the text stays a list line: skip what it names instead.")
        return "" if self._as_left() else _("Something newer stands on it.")

    def _as_left(self) -> bool:
        lines = self.imp.lines.filter(line_no__in={number for number, _position in self.left})
        now = {place(row): row for row in told(lines)}
        return all(now.get(key) == row for key, row in self.left.items())


def is_decision(entry: Entry) -> bool:
    """Whether a change is about lines of an import."""
    updated = entry.subject.kind == "import" and entry.action == ChangeAction.UPDATE
    return updated and "lines" in (entry.after or {})


def decisions(entries: list[Entry]) -> list[Decisions]:
    """The decisions that changes tell, import by import."""
    of_import: dict[Subject, list[Entry]] = defaultdict(list)
    for entry in entries:
        of_import[entry.subject].append(entry)
    imports = CoverageImport.objects.select_related("service").in_bulk(int(key) for _kind, key in of_import)
    found = []
    for subject, its in of_import.items():
        if (
            imp := imports.get(int(subject.key))
        ) is None:  # it went with its service, and its decisions with it
            continue
        made = Decisions(subject, imp)
        for entry in its:
            old, new = (
                {place(row): row for row in (part or {})["lines"]} for part in (entry.before, entry.after)
            )
            made.declared |= old.keys() != new.keys()
            made.was = old | made.was
            made.left |= new
        found.append(made)
    return found
