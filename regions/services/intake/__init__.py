"""Coverage lists that come in as text: draft → preview → apply → revert. See docs/intake.md.

imp = draft(service=service, text=text)
decide(line=line, include=["330102"], actor=user)
apply(imp=imp, actor=user)
revert(imp=imp, actor=user)
"""

from .applying import apply
from .deciding import (
    accept_exact,
    accept_renames,
    decide,
    decide_alike,
    decide_as_before,
    decide_many,
    reopen,
)
from .declaring import declare_list_line
from .discarding import discard, take_up
from .drafting import draft
from .outlet_lists import RowErrors, is_outlets, read_on, unread
from .plan import IntakeError, Outcome
from .previewing import Preview, alike, choices_of, preview, whole_choices
from .reverting import revert
from .tables import TableErrors

__all__ = [
    "IntakeError",
    "Outcome",
    "Preview",
    "RowErrors",
    "TableErrors",
    "accept_exact",
    "accept_renames",
    "alike",
    "apply",
    "choices_of",
    "decide",
    "decide_alike",
    "decide_as_before",
    "decide_many",
    "declare_list_line",
    "discard",
    "draft",
    "is_outlets",
    "preview",
    "read_on",
    "reopen",
    "revert",
    "take_up",
    "unread",
    "whole_choices",
]
