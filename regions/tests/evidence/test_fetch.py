"""Fetching: against servers on this machine only; nothing here needs a network."""

import contextlib
import http.server
import socket
import threading
import time

import pytest

from regions.fetch import Fetcher, FetchError, decode, is_public

PAGE = "<html><meta charset=utf-8>客服热线 <b>400</b>-1865-909</html>".encode()


class Handler(http.server.BaseHTTPRequestHandler):
    hosts: list[str] = []

    def do_GET(self):
        self.hosts.append(self.headers["Host"])
        getattr(self, f"do_{self.path.strip('/').split('/')[0] or 'page'}")()

    def answer(self, content=PAGE, status=200, **headers):
        self.send_response(status)
        for name, value in ({"Content_Type": "text/html"} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(content)

    def do_page(self):
        self.answer()

    def do_missing(self):
        self.answer(status=404)

    def do_moved(self):
        self.answer(status=302, Location="/page")

    def do_loop(self):
        self.answer(status=302, Location="/loop")

    def do_inside(self):
        self.answer(status=302, Location="http://127.0.0.2:1/secret")

    def do_elsewhere(self):
        self.answer(status=302, Location="file:///etc/passwd")

    def do_bracket(self):
        self.answer(status=302, Location="http://[")

    def do_nowhere(self):
        self.answer(status=302)

    def do_big(self):
        self.answer(b"x" * 50_000)

    def do_zip(self):
        self.answer(Content_Encoding="gzip")

    def do_picture(self):
        self.answer(Content_Type="image/png")

    def do_cut(self):
        self.answer(b"x", Content_Length="1000")

    def do_drip(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self._drip()

    def do_drip_headers(self):
        self.wfile.write(b"HTTP/1.0 200 OK\r\n")
        self._drip()

    def _drip(self):
        with contextlib.suppress(OSError):
            for _ in range(200):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.05)

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Handler.hosts = []
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def local(**fields):
    """The default fetcher, but for this one address and any port."""
    return Fetcher(may_connect=lambda address: address == "127.0.0.1", ports=None, **fields)


def test_a_page_and_a_redirect_on_the_same_server(server):
    assert local().fetch(f"{server}/page").content == PAGE
    page = local().fetch(f"{server}/moved")
    assert page.url == f"{server}/page"
    assert "客服热线" in page.text


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("missing", "the server answers 404"),
        ("loop", "more than 5 redirects"),
        ("nowhere", "the server answers 302"),
        ("inside", "127.0.0.1 is at 127.0.0.2|127.0.0.2 is at 127.0.0.2, which is not a public address"),
        ("elsewhere", "only addresses that begin with"),
        ("bracket", "the server sends on to an address that cannot be read"),
        ("zip", "the server compresses"),
        ("picture", "no text page but image/png"),
        ("cut", "the page breaks off 999 bytes before its end"),
    ],
)
def test_what_is_not_read(server, path, reason):
    with pytest.raises(FetchError, match=reason):
        local().fetch(f"{server}/{path}")


def test_a_page_that_is_too_large(server):
    with pytest.raises(FetchError, match="more than 49999 bytes"):
        local(bytes_max=49_999).fetch(f"{server}/big")
    assert len(local(bytes_max=50_000).fetch(f"{server}/big").content) == 50_000


@pytest.mark.slow
@pytest.mark.parametrize("path", ["drip", "drip_headers"])
def test_slow_servers_are_cut_off_although_every_byte_is_in_time(server, path):
    started = time.monotonic()
    with pytest.raises(FetchError, match="no answer within 0.5 seconds"):
        local(seconds=0.5).fetch(f"{server}/{path}")
    assert time.monotonic() - started < 5


@pytest.mark.slow
def test_a_server_that_accepts_and_says_nothing():
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(FetchError, match="no answer within"),
    ):
        local(seconds=0.3).fetch(f"http://127.0.0.1:{silent.getsockname()[1]}/")


@pytest.mark.slow
def test_a_server_that_hangs_in_the_handshake():
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(FetchError, match="no answer within"),
    ):
        local(seconds=0.3).fetch(f"https://127.0.0.1:{silent.getsockname()[1]}/")


def test_a_name_look_up_that_hangs():
    started = time.monotonic()
    with pytest.raises(FetchError, match="slow.example is not known"):
        local(seconds=0.2, resolve=lambda *a, **k: time.sleep(3) or []).fetch("http://slow.example/")
    assert time.monotonic() - started < 2


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(FetchError, match="no connection"):
        local().fetch(f"http://127.0.0.1:{port}/")


def answers(*addresses):
    """A resolver that gives these answers, one a question."""
    left = list(addresses)

    def resolve(host, port, **kwargs):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in left.pop(0)]

    resolve.left = left
    return resolve


def test_the_connection_goes_to_the_address_that_was_checked(server):
    port = server.rsplit(":", 1)[1]
    resolve = answers(["127.0.0.1"], ["10.0.0.1"])
    page = local(resolve=resolve).fetch(f"http://rebind.example:{port}/page")
    assert page.content == PAGE
    assert resolve.left == [["10.0.0.1"]]  # asked once
    assert Handler.hosts == [f"rebind.example:{port}"]


def test_a_redirect_is_resolved_and_checked_again(server):
    port = server.rsplit(":", 1)[1]
    with pytest.raises(FetchError, match="rebind.example is at 10.0.0.1, which is not a public address"):
        local(resolve=answers(["127.0.0.1"], ["10.0.0.1"])).fetch(f"http://rebind.example:{port}/moved")


def test_one_private_address_among_public_ones_is_enough():
    with pytest.raises(FetchError, match="not a public address"):
        Fetcher(resolve=answers(["93.184.216.34", "192.168.0.1"])).fetch("http://mixed.example/")


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "2130706433", "0", "127.1", "[::ffff:10.0.0.1]", "169.254.169.254"],
)
def test_private_hosts_in_any_spelling(host):
    with pytest.raises(FetchError, match="not a public address|is not known"):
        Fetcher().fetch(f"http://{host}/")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.com/", "only addresses that begin"),
        ("file:///etc/passwd", "only addresses that begin"),
        ("http://", "only addresses that begin"),
        ("http://user:secret@example.com/", "credentials"),
        ("http://example.com:22/", "port 22 is not fetched"),
        ("http://example.com:99999/", "cannot be read"),
        ("http://[::1", "cannot be read"),
        ("http://" + "a" * 70 + ".com/", "cannot be read"),
    ],
)
def test_addresses_that_are_not_fetched(url, reason):
    with pytest.raises(FetchError, match=reason):
        Fetcher(resolve=answers()).fetch(url)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("fec0::1", False),
        ("3fff::1", False),
        ("192.0.0.8", False),
        ("192.88.99.1", False),
        ("::ffff:192.88.99.1", False),
        ("nonsense", False),
    ],
)
def test_public_addresses(address, public):
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("content", "charset", "text"),
    [
        ("热线".encode("gb18030"), None, "热线"),
        ("热线".encode("gb18030"), "gb2312", "热线"),
        ("\ufeff热线".encode(), None, "热线"),
        (b'<meta charset="gbk">' + "热线".encode("gbk"), None, '<meta charset="gbk">热线'),
        ("热线".encode(), "no-such-charset", "热线"),
        (b"\xff\xff\xff", None, "\ufffd\ufffd\ufffd"),
    ],
)
def test_decoding(content, charset, text):
    assert decode(content, charset) == text
