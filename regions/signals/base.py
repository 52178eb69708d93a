"""What a signal is; which there are says `regions.choices.SignalCode`."""

from dataclasses import dataclass, field
from typing import Any

from regions.choices import SignalCode


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
