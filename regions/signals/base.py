"""What a signal is, and which there are."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SignalCode(TextChoices):
    """Every signal, by the family that computes it. The rules stand in docs/evidence.md."""

    NUMBER_SHARED = "number_shared", _("number shared by unrelated brands")
    NUMBER_MOVED = "number_moved", _("number seen with another brand before")
    NEVER_VERIFIED = "never_verified", _("never verified")
    VERIFICATION_EXPIRED = "verification_expired", _("verification expired")
    SOURCE_CHANGED = "source_changed", _("source changed since the check")
    CONFIRMED_NUMBER_DIFFERS = "confirmed_number_differs", _("the brand's confirmed number is another")
    SEVERAL_LABELS = "several_labels", _("one number under several names")
    LIST_MARKS = "list_marks", _("one number listed as several")
    SEVERAL_GROUPINGS = "several_groupings", _("same digits in several groupings")
    NATIONWIDE_NOT_LISTED = "nationwide_not_listed", _("claims the whole country, lists less")
    ABOLISHED_PLACES = "abolished_places", _("lists places that no longer exist")
    SCATTERED_LIST = "scattered_list", _("list scattered like a random draw")
    LIST_LIKE_OTHER_BRAND = "list_like_other_brand", _("list nearly equal to another brand's")


@dataclass(frozen=True, slots=True)
class Record:
    """A record of the directory, as changes and URLs name it, with a name for people: a number, hotline, service, …"""

    kind: str
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Signal:
    """Something about a number or a list that a person should look at.

    `figures` are what was counted, `records` what the counting rests on, `explanation` one sentence in the
    reader's language. There is no score, and no signal says what anybody intended. `silenced_by` holds the
    recorded fact that explains the matter; such a signal is kept beside the others, not among them.
    """

    code: SignalCode
    subject: Record
    figures: dict[str, Any]
    records: list[Record]
    explanation: str
    silenced_by: str = ""


@dataclass(frozen=True, slots=True)
class Signals:
    """The signals about one subject: those that stand, and those a recorded fact explains."""

    standing: list[Signal] = field(default_factory=list)
    silenced: list[Signal] = field(default_factory=list)

    @classmethod
    def sort(cls, signals: list[Signal]) -> "Signals":
        """In the order of `SignalCode`, then by subject."""
        rank = {code: place for place, code in enumerate(SignalCode)}
        ordered = sorted(signals, key=lambda signal: (rank[signal.code], signal.subject.key))
        return cls(
            [signal for signal in ordered if not signal.silenced_by],
            [signal for signal in ordered if signal.silenced_by],
        )

    def codes(self) -> list[str]:
        return [signal.code.value for signal in self.standing]
