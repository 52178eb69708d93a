"""What a report says: from whom, as a keyed hash, and whether it says anything new."""

import ipaddress
import unicodedata
from urllib.parse import urlsplit

from django.utils.crypto import salted_hmac

from regions.models import Dispute

# A statement is new when it has at least so many letters or digits and is less alike than this to each old one
# (`likeness`, 0–100): one more exclamation mark is not new evidence, another sentence is.
NEW_STATEMENT_LENGTH = 10
NEW_STATEMENT_BELOW = 80
# Beyond so many independent reporters nothing changes any more.
WITNESSES_KEPT = 20


def fingerprint_of(address: str) -> str:
    """A keyed hash of a network address: equal for equal addresses, and of no use without SECRET_KEY.

    Of an IPv6 address the first half counts: one household owns all of the second.
    """
    if not address:
        return ""
    try:
        parsed = ipaddress.ip_address(address.strip())
    except ValueError:
        network = address.strip()
    else:
        if parsed.version == 6 and parsed.ipv4_mapped:
            parsed = parsed.ipv4_mapped
        network = str(ipaddress.ip_network((parsed, 64 if parsed.version == 6 else 32), strict=False))
    return salted_hmac("regions.dispute", network, algorithm="sha256").hexdigest()


def has_grounds(draft: Dispute) -> bool:
    """True when a report says anything beyond its reason: a page, or words."""
    return bool(draft.evidence_url or normalised("statement", draft.statement))


def weighs(draft: Dispute, standing: list[Dispute]) -> bool:
    """True when a report adds weight to those that stand open: from somebody else, with something of its own."""
    known = {witness for dispute in standing for witness in dispute.witnesses}
    fresh = bool(draft.fingerprint) and draft.fingerprint not in known and len(known) < WITNESSES_KEPT
    return fresh and is_new(draft, standing)


def is_new(draft: Dispute, earlier: list[Dispute]) -> bool:
    """True when a report brings a page or a statement that no earlier dispute about the subject had."""
    url = normalised("evidence_url", draft.evidence_url)
    if url and url not in said("evidence_url", earlier):
        return True
    statement = normalised("statement", draft.statement)
    return len(statement) >= NEW_STATEMENT_LENGTH and all(
        likeness(statement, old) < NEW_STATEMENT_BELOW for old in said("statement", earlier)
    )


def said(name: str, disputes: list[Dispute]) -> set[str]:
    """The statements, or the pages, that disputes hold, normalised."""
    texts = [getattr(dispute, name) for dispute in disputes]
    texts += [further.get(name, "") for dispute in disputes for further in dispute.further]
    return {normalised(name, text) for text in texts if text}


def normalised(name: str, text: str) -> str:
    """What counts when two statements or two pages are compared: not case, width, spaces or punctuation."""
    if name == "evidence_url":
        parts = urlsplit(text)
        return (
            f"{(parts.hostname or '').removeprefix('www.')}{parts.path.rstrip('/')}?{parts.query}"
            if text
            else ""
        )
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def likeness(one: str, other: str) -> float:
    """0 to 100: twice the longest common subsequence of two texts over both their lengths.

    A bit for each character of `one`: what a character of `other` meets moves on by a single addition (Hyyrö 2004), so
    two statements of 2,000 characters take less than a millisecond.
    """
    places: dict[str, int] = {}
    for at, char in enumerate(one):
        places[char] = places.get(char, 0) | 1 << at
    whole = free = (1 << len(one)) - 1
    for char in other:
        met = free & places.get(char, 0)
        free = (free + met | free - met) & whole
    common = len(one) - free.bit_count()
    return 200 * common / (len(one) + len(other) or 1)
