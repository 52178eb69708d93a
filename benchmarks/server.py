"""The real server on a database: gunicorn as in production, on a port of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where it listens, and its first process."""

    port: int
    pid: int

    @property
    def workers(self) -> list[str]:
        return Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()

    def spent(self) -> float:
        """Seconds of a processor that all threads of its workers have had."""
        counts = [
            path for worker in self.workers for path in Path(f"/proc/{worker}/task").glob("*/schedstat")
        ]
        return sum(int(path.read_text().split()[0]) for path in counts) / 1e9

    def peak(self) -> int:
        """The most memory that one of its workers has held, in bytes."""
        statuses = [Path(f"/proc/{child}/status").read_text() for child in self.workers]
        return max(int(re.search(r"VmHWM:\s+(\d+)", status)[1]) * 1024 for status in statuses)


@contextmanager
def serve(database_url: str, *, workers: int = 1) -> Iterator[Server]:
    """Start the server, yield it, stop it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-W", "ignore", "-m", "gunicorn", "benchmarks.wsgi", "--bind", f"127.0.0.1:{port}",
        "--workers", str(workers), "--worker-class", "servicenet.server.BufferingWorker", "--threads", "2",
        "--log-level", "error",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env=environment(database_url), start_new_session=True)
    try:
        _wait(port, process)
        yield Server(port, process.pid)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def environment(database_url: str) -> dict[str, str]:
    """The environment of every process that measures on a database."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "DATABASE_URL": database_url,
        "DEBUG": "0",
    }


def _wait(port: int, process: subprocess.Popen) -> None:
    for _attempt in range(300):
        if process.poll() is not None:
            raise RuntimeError("the server did not start; see above")
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
                connection.request("GET", "/api/v1/trivial/")
                if connection.getresponse().status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server does not answer")
