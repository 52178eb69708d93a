"""What a report says: from whom, as a keyed hash, and whether it says anything new."""

import ipaddress
import unicodedata
from urllib.parse import urlsplit

from django.utils.crypto import salted_hmac
from rapidfuzz import fuzz

from regions.models import Dispute

# A statement is new when it has at least so many letters or digits and is less alike than this to each old one
# (rapidfuzz.fuzz.ratio, 0–100): one more exclamation mark is not new evidence, another sentence is.
NEW_STATEMENT_LENGTH = 10
NEW_STATEMENT_BELOW = 80


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


def storable(text: str) -> bool:
    """PostgreSQL keeps no NUL, no database half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def is_new(draft: Dispute, rejected: list[Dispute]) -> bool:
    """True when a report brings a page or a statement that no rejected dispute about the subject had."""
    url = normalised("evidence_url", draft.evidence_url)
    if url and url not in said("evidence_url", rejected):
        return True
    statement = normalised("statement", draft.statement)
    return len(statement) >= NEW_STATEMENT_LENGTH and all(
        fuzz.ratio(statement, old) < NEW_STATEMENT_BELOW for old in said("statement", rejected)
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
