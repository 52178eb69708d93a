"""Fetches a page over the network without being led anywhere else. Standard library only, no Django.

- only http and https, only the ports 80 and 443, no credentials in the address, at most five redirects;
- each host is resolved once, every address it has must be a public one, and the connection goes to the very address
  that was checked, so a name that changes its answer between check and connection gains nothing;
- a time limit over everything, name look-up, headers and slow drips included; a limit of bytes;
- no compression is asked for and none is accepted, so what is counted is what is kept.

Where it falls down: proxies from the environment are not used; a page that needs a browser shows nothing here.
"""

import contextlib
import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

PORTS = {"http": 80, "https": 443}
REDIRECTS_MAX = 5
BYTES_MAX = 2_000_000
SECONDS_MAX = 15.0
TEXT_TYPES = ("text/html", "text/plain", "application/xhtml+xml")
AGENT = "servicenet-check (compares published hotline numbers)"
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# What Python calls global though nobody's page is there: site-local and documentation, the relay of 6to4, protocol assignments.
_NOBODYS = [*map(ipaddress.ip_network, ("fec0::/10", "3fff::/20", "192.88.99.0/24", "192.0.0.0/24"))]
_meta_charset = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([a-zA-Z0-9_-]{2,40})""", re.I)


class FetchError(Exception):
    """The page could not be had; the message says why."""


@dataclass(frozen=True, slots=True)
class Page:
    """What was read: the address it came from after redirects, the bytes, and the bytes as text."""

    url: str
    content: bytes
    text: str


def is_public(address: str) -> bool:
    """True for an address of the open internet; also looks into IPv4 addresses wrapped in IPv6 ones."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if parsed.version == 6:
        wrapped: ipaddress.IPv4Address | ipaddress.IPv6Address | None
        wrapped = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo and parsed.teredo[1])
        if parsed in _NAT64:
            wrapped = ipaddress.ip_address(int(parsed) & 0xFFFFFFFF)
        if wrapped:
            return is_public(str(wrapped))
    if parsed.is_multicast or parsed.is_reserved or parsed.is_unspecified:
        return False
    return parsed.is_global and not any(parsed in network for network in _NOBODYS)


@dataclass(frozen=True, slots=True)
class Fetcher:
    """How to fetch. The defaults are what `check_hotlines --fetch` does; tests put in other rules."""

    seconds: float = SECONDS_MAX
    bytes_max: int = BYTES_MAX
    may_connect: Callable[[str], bool] = is_public
    ports: frozenset[int] | None = frozenset(PORTS.values())
    resolve: Callable = socket.getaddrinfo

    def fetch(self, url: str) -> Page:
        """The page behind an address. Raises FetchError."""
        ends = time.monotonic() + self.seconds
        for _redirect in range(REDIRECTS_MAX + 1):
            scheme, host, port, target = self._parse(url)
            address = self._address(host, port, ends)
            try:
                status, headers, content = self._get(scheme, host, port, address, target, ends)
            except (OSError, http.client.HTTPException, ValueError) as error:
                if time.monotonic() >= ends:
                    raise FetchError(f"no answer within {self.seconds:g} seconds") from None
                raise FetchError(f"no connection: {error}") from None
            if status in (301, 302, 303, 307, 308) and headers.get("Location"):
                url = _joined(url, headers["Location"])
                continue
            if status != 200:
                raise FetchError(f"the server answers {status}")
            kind = headers.get_content_type()
            if kind not in TEXT_TYPES:
                raise FetchError(f"no text page but {kind}")
            return Page(url, content, decode(content, headers.get_content_charset()))
        raise FetchError(f"more than {REDIRECTS_MAX} redirects")

    def _parse(self, url: str) -> tuple[str, str, int, str]:
        try:
            parts = urlsplit(url)
            port = parts.port
            host = (parts.hostname or "").encode("idna").decode()
        except (ValueError, UnicodeError):
            raise FetchError("the address cannot be read") from None
        if parts.scheme not in PORTS or not host:
            raise FetchError("only addresses that begin with http:// or https:// are fetched")
        if parts.username is not None or parts.password is not None:
            raise FetchError("addresses with credentials are not fetched")
        port = port or PORTS[parts.scheme]
        if self.ports is not None and port not in self.ports:
            raise FetchError(f"port {port} is not fetched")
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return parts.scheme, host, port, re.sub(r"[^!-~]", lambda found: _quoted(found.group()), target)

    def _address(self, host: str, port: int, ends: float) -> str:
        """One address of the host, after all of them were found to be public."""
        found: list = []

        def look_up() -> None:
            try:
                found.extend(self.resolve(host, port, type=socket.SOCK_STREAM))
            except (OSError, UnicodeError):
                found.append(None)

        thread = threading.Thread(target=look_up, daemon=True)
        thread.start()
        thread.join(max(0.0, ends - time.monotonic()))
        if not found or found[0] is None:
            raise FetchError(f"{host} is not known")
        addresses = [info[4][0] for info in found]
        for address in addresses:
            if not self.may_connect(address):
                raise FetchError(f"{host} is at {address}, which is not a public address")
        return addresses[0]

    def _get(self, scheme, host, port, address, target, ends):
        """One GET to the checked address: (status, headers, content)."""
        left = ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection = _Connection(scheme, host, port, address, left)
        clock = threading.Timer(left, connection.cut)
        clock.daemon = True
        clock.start()
        try:
            headers = {"User-Agent": AGENT, "Accept": ", ".join(TEXT_TYPES), "Accept-Encoding": "identity"}
            connection.request("GET", target, headers=headers)
            with contextlib.closing(connection.getresponse()) as response:
                if response.status != 200:
                    return response.status, response.headers, b""
                if response.headers.get("Content-Encoding", "identity").lower() != "identity":
                    raise FetchError("the server compresses though it was not asked to")
                content = response.read(self.bytes_max + 1)
                missing = response.length
            if len(content) > self.bytes_max:
                raise FetchError(f"more than {self.bytes_max} bytes")
            if time.monotonic() >= ends:
                raise TimeoutError
            if missing:
                raise FetchError(f"the page breaks off {missing} bytes before its end")
            return response.status, response.headers, content
        finally:
            clock.cancel()
            connection.close()


class _Connection(http.client.HTTPConnection):
    """A connection to one address in the name of a host."""

    def __init__(self, scheme: str, host: str, port: int, address: str, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds)
        self._scheme, self._address = scheme, address
        # `sock` is let go of as soon as the server announces the end; the time limit needs the socket until then.
        self._open: socket.socket | None = None

    def connect(self) -> None:
        self.sock = self._open = socket.create_connection((self._address, self.port), self.timeout)
        if self._scheme == "https":
            context = ssl.create_default_context()
            self.sock = self._open = context.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock.do_handshake()

    def cut(self) -> None:
        """End whatever is going on."""
        if self._open is not None:
            with contextlib.suppress(OSError):
                self._open.shutdown(socket.SHUT_RDWR)


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise FetchError("the server sends on to an address that cannot be read") from None


def decode(content: bytes, charset: str | None = None) -> str:
    """Bytes of a page as text: by the header, the page's own word, UTF-8, GB18030; unreadable bytes are marked."""
    meta = _meta_charset.search(content[:4096])
    for name in (charset, meta and meta.group(1).decode(), "utf-8", "gb18030"):
        if name:
            name = "gb18030" if name.lower() in ("gb2312", "gbk") else name
            with contextlib.suppress(
                LookupError, ValueError
            ):  # also codecs that are none for pages: punycode, undefined
                text = content.decode(name).removeprefix("\ufeff")
                text.encode()  # unicode_escape makes half characters, which nobody can store
                return text
    return content.decode("utf-8", "replace")


def _quoted(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogatepass"))
