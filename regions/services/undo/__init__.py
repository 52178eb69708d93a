"""Undoing a change set, whole or in part: what it changed is as before, as of today; itself a change set.

`plan(the_set)` says what would happen, without a write; `undo(the_set, …)` does it; `progress` says how far a set is undone by now, and
what is undone already is left out when the set is undone. A set is undone subject by subject: a
record, or all rules of a service on one region, or all claims of a service to one number. One is refused where something
newer stands on it. Undoing an undo brings back what it took.

Days that were answered stay as they were answered: on the day of the set everything is taken back exactly; later a rule or
claim that it began ends today, and what it ended begins again today. What changed past days itself (a correction, a
deletion) is taken back for past days too.
"""

from .plan import Plan, Refusal, plan
from .progress import Progress, progress
from .write import Refused, undo

__all__ = ["Plan", "Progress", "Refusal", "Refused", "plan", "progress", "undo"]
