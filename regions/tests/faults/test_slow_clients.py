"""Clients that send half a request, or do not read their answer, hold connections and stop nobody.

The attack: 24 half headers and 16 unread exports at once, and 160 more that send a body of one byte a second or keep a
connection and ask nothing; without a proxy and through nginx.
"""

import contextlib
import http.client
import shutil
import socket
import subprocess
import threading
import time

import pytest
from django.conf import settings

from .conftest import environment, free_port

pytestmark = pytest.mark.faults
QUESTION = "/api/v1/coverage/?region=510322"
EXPORT = "/api/v1/export/directory.ndjson"
HALF = b"GET /api/v1/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
BODY = (
    b"POST /api/v1/resolve/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
)
ONE = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.fixture(scope="module")
def directory(tmp_path_factory, kept):
    """All regions, so that an export is longer than what sockets hold."""
    return environment(
        DATABASE_URL=kept.sqlite("regions", tmp_path_factory.mktemp("slow") / "db.sqlite3"),
        RATE_ANONYMOUS="1000000/min",
        RATE_EXPORT="100000/hour",
        LOG_LEVEL="ERROR",
    )


def ask(port: int, path: str = QUESTION) -> tuple[int, float]:
    began = time.monotonic()
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status, time.monotonic() - began


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Attack:
    """Connections that are opened again whenever they are ended."""

    def __init__(self, port: int, seconds: float) -> None:
        self.port, self.end = port, time.monotonic() + seconds
        self.statuses: list[bytes] = []
        # How often each kind of connection was held as long as a slow client holds it.
        self.held = {"half": 0, "unread": 0, "body": 0, "idle": 0}
        kinds = {self._half: 24, self._unread: 16, self._body: 80, self._idle: 80}
        self.threads = [threading.Thread(target=kind) for kind, many in kinds.items() for _i in range(many)]
        for thread in self.threads:
            thread.start()

    @property
    def goes_on(self) -> bool:
        return time.monotonic() < self.end

    def _open(self, text: bytes) -> socket.socket:
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(max(0.1, self.end - time.monotonic()))
        try:
            client.connect(("127.0.0.1", self.port))
            client.sendall(text)
        except OSError:
            client.close()
            raise
        return client

    def _half(self) -> None:
        while self.goes_on:
            with contextlib.suppress(OSError), contextlib.closing(self._open(HALF)) as client:
                self.held["half"] += 1
                client.recv(1)
            time.sleep(0.1)

    def _body(self) -> None:
        """A byte a second, as long as somebody listens."""
        while self.goes_on:
            with contextlib.suppress(OSError), contextlib.closing(self._open(BODY)) as client:
                client.settimeout(1)
                while self.goes_on:
                    client.sendall(b" ")
                    self.held["body"] += 1
                    with contextlib.suppress(TimeoutError):
                        if not client.recv(1):
                            break
            time.sleep(0.1)

    def _idle(self) -> None:
        """Asked once, and kept."""
        while self.goes_on:
            with contextlib.suppress(OSError), contextlib.closing(self._open(ONE)) as client:
                while client.recv(4096):
                    self.held["idle"] += 1
            time.sleep(0.1)

    def _unread(self) -> None:
        while self.goes_on:
            request = f"GET {EXPORT} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
            with contextlib.suppress(OSError), contextlib.closing(self._open(request)) as client:
                status = client.recv(12)[9:]
                self.statuses.append(status)
                self.held["unread"] += 1
                while status == b"200" and self.goes_on:
                    time.sleep(0.1)
            time.sleep(0.5)

    def stop(self) -> None:
        for thread in self.threads:
            thread.join(self.end - time.monotonic() + 30)
            assert not thread.is_alive()


def p95(times: list[float]) -> float:
    return sorted(times)[len(times) * 95 // 100]


def outlives(port: int, seconds: float) -> Attack:
    idle = {path: p95([ask(port, path)[1] for _n in range(20)]) for path in (QUESTION, "/healthz")}
    attack = Attack(port, seconds)
    time.sleep(1)
    took: dict[str, list[float]] = {QUESTION: [], "/healthz": []}
    try:
        while attack.goes_on:
            for path, times in took.items():
                status, spent = ask(port, path)
                assert status == 200, path
                times.append(spent)
            time.sleep(0.2)
    finally:
        attack.stop()
    print(
        {path: f"{len(times)} answers, worst {max(times):.3f} s" for path, times in took.items()}, attack.held
    )
    assert attack.held["body"] > 80 * seconds / 8 and min(attack.held.values()) > 0, attack.held
    for path, times in took.items():
        assert len(times) > seconds / 4
        assert p95(times) < max(1, 5 * idle[path]), (path, max(times))
    return attack


def test_questions_go_on_without_a_proxy(start_web, directory):
    web = start_web(directory | {"WORKERS": "2", "THREADS": "4"})
    port = int(web.address.rpartition(":")[2])
    attack = outlives(port, 60)
    assert b"200" in attack.statuses and b"503" in attack.statuses
    assert ask(port, EXPORT)[0] == 200  # whoever reads gets a file again


def test_questions_go_on_behind_the_proxy_of_compose(start_web, directory, tmp_path):
    if not shutil.which("nginx"):
        pytest.skip("needs nginx")
    web = start_web(directory | {"WORKERS": "2", "TRUSTED_PROXIES": "1"})
    port = free_port()
    text = (settings.BASE_DIR / "nginx.conf").read_text()
    for old, new in {
        "        server web1:8000 max_fails=3 fail_timeout=10s;\n": "",
        "web2:8000": web.address.removeprefix("http://"),
        "listen 8080": f"listen 127.0.0.1:{free_port()}",
        "listen 8443 ssl": f"listen 127.0.0.1:{port}",
        "/tmp/": f"{tmp_path}/",
        "limit_conn address 40": "limit_conn address 240",  # the attack and the questions come from one
        "worker_processes auto": "daemon off;\nuser root;\nworker_processes 1",
    }.items():
        assert old in text
        text = text.replace(old, new)
    text = "\n".join(line for line in text.splitlines() if "ssl_" not in line)
    (tmp_path / "nginx.conf").write_text(text)
    nginx = subprocess.Popen(["nginx", "-c", str(tmp_path / "nginx.conf"), "-e", str(tmp_path / "errors")])
    try:
        web.until(lambda: is_open(port))
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
            connection.request("GET", "/api/v1/regions/", headers={"Accept-Encoding": "gzip"})
            answer = connection.getresponse()
            assert answer.getheader("Content-Encoding") == "gzip"
            answer.read()
        outlives(port, 35)  # longer than any time-out of nginx.conf
    finally:
        nginx.terminate()
        nginx.wait(10)


def test_an_answer_nobody_reads_ends_and_so_does_its_transaction(start_web, directory):
    web = start_web(directory | {"WORKERS": "1"})
    port = int(web.address.rpartition(":")[2])
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", port))
    client.sendall(f"GET {EXPORT} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    assert client.recv(12).endswith(b"200")
    assert ask(port, EXPORT)[0] == 503
    began = time.monotonic()
    web.until(lambda: ask(port, EXPORT)[0] == 200, 90)
    assert time.monotonic() - began > 10
    client.settimeout(5)
    with pytest.raises(OSError):
        while client.recv(1 << 20):
            pass
        raise OSError("ended")
    client.close()


def test_a_stop_answers_what_was_asked_and_takes_nothing_new(start_web, directory):
    web = start_web(directory | {"WORKERS": "1", "GUNICORN_CMD_ARGS": "--graceful-timeout 120"})
    port = int(web.address.rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", EXPORT)
    answer = connection.getresponse()
    answer.read(1000)
    web.process.terminate()
    time.sleep(0.5)
    lines = answer.read().splitlines()
    assert b'"record":"end"' in lines[-1]
    connection.close()
    web.process.wait(120)
    assert not is_open(port)


def test_a_body_in_pieces_is_read_whole(start_web, directory):
    web = start_web(directory | {"WORKERS": "1"})
    host = web.address.removeprefix("http://")
    with contextlib.closing(http.client.HTTPConnection(host, timeout=60)) as connection:
        pieces = iter([b'{"texts": ', '["富顺县"]}'.encode()])
        headers = {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}
        connection.request("POST", "/api/v1/resolve/", pieces, headers, encode_chunked=True)
        answer = connection.getresponse()
        assert answer.status == 200
        assert "富顺县" in answer.read().decode()


MALFORMED = [
    b"get /api/v1/ HTTP/1.1",
    b"G\x01T /api/v1/ HTTP/1.1",
    "GET /api/v1/regions/富顺县/ HTTP/1.1".encode(),
    b"GET /\xff HTTP/1.1",
    b"GET /api/v1/ HTTP/1.1\r\nHost : 127.0.0.1",
    b"GET /api/v1/ HTTP/1.1\r\nX-Zero: \x00",
    b"POST /api/v1/resolve/ HTTP/1.1\r\nTransfer-Encoding : chunked",
    b"POST /api/v1/resolve/ HTTP/1.1\r\nContent-Length: +5",
    b"GET /api/v1/?" + b"a" * 30_000 + b" HTTP/1.1",
    b"GET /api/v1/ HTTP/1.1\r\nX-Long: " + b"a" * 30_000,
    b"POST /api/v1/resolve/ HTTP/1.1\r\nContent-Length: 99999999999",
]


def test_what_is_no_request_is_told_so_and_is_no_error_of_ours(start_web, tmp_path, kept):
    url = kept.sqlite("migrated", tmp_path / "db.sqlite3")
    web = start_web(environment(DATABASE_URL=url, WORKERS="1", CPU_SECONDS="10"))
    port = int(web.address.rpartition(":")[2])
    for text in MALFORMED:
        with contextlib.closing(socket.create_connection(("127.0.0.1", port), timeout=60)) as client:
            client.sendall(text + b"\r\n\r\n")
            assert client.recv(10)[9:] == b"4", text[:80]
    assert not [line for line in web.lines() if line["level"] in ("ERROR", "CRITICAL")]
