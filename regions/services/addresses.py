"""Whether two web addresses lead to one page, however each was written, copied or shared."""

import posixpath
import re
from contextlib import suppress
from urllib.parse import parse_qsl, quote, unquote, urlsplit

_PORTS = {"", "80", "443"}
# What those who share or advertise a page hang on its address; the page is the same without.
_TRACKING = re.compile(
    r"utm_\w+|from|from_\w+|share\w*|spm|scm|isappinstalled|nsukey|scene|clicktime|enterid|tracker|track(?:ing)?_?id"
    r"|[gf]clid|fbclid|msclkid|yclid|gclsrc|dclid|wbraid|gbraid|_ga|_gl|mc_[ce]id|bd_vid|qhclickid|sogou_?id"
    r"|hmsr|hmpl|hmcu|hmkw|hmci|ref|referr?er|_t|_|timestamp",
    re.IGNORECASE,
)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)


def page_of(url: str) -> tuple[str, str, tuple[tuple[str, str], ...]] | None:
    """What page an address leads to: host, path and query, so that equal pages are equal; None for no address.

    Neither scheme, login, www, default port, case of the host, doubled or closing slashes, dots, percent-encoding, an
    index file, the order of the query, what tracks the reader, nor the fragment counts.
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    except ValueError:
        return None
    if not host:
        return None
    with suppress(UnicodeError):  # no name of a host: as it is written
        host = host.encode("idna").decode()
    port = parts.netloc.rpartition("@")[2].rpartition("]")[2].partition(":")[2].lstrip("0")
    path = posixpath.normpath(re.sub("/{2,}", "/", "/" + unquote(parts.path)))
    path = _INDEX.sub("", path).rstrip("/")
    query = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.fullmatch(name)
    )
    return host + ("" if port in _PORTS else f":{port}"), quote(path), tuple(query)


def same_page(one: str, other: str) -> bool:
    """True when both addresses lead to one page, as far as they tell: what only one of them asks for is hung on to it.

    show?id=1 and show?id=2 are two pages; show and show?x=1 are one.
    """
    page, another = page_of(one), page_of(other)
    if page is None or another is None or page[:2] != another[:2]:
        return False
    asked, also = ({name for name, _value in each[2]} for each in (page, another))
    return page == another or asked != also


def host_of(url: str) -> str:
    """The host of an address, without www and port; "" for none."""
    page = page_of(url)
    return page[0].partition(":")[0] if page else ""


def same_site(one: str, other: str) -> bool:
    """True when one host is the other, or lies below it: service.example.com and example.com."""
    hosts = host_of(one), host_of(other)
    return all(hosts) and any(f".{a}".endswith(f".{b}") for a, b in (hosts, hosts[::-1]))
