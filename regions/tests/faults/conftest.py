"""Real processes to kill: PostgreSQL clusters of our own, web workers."""

import contextlib
import http.client
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from email.message import Message
from pathlib import Path

import pytest
from django.conf import settings

PROGRAMS = next((path for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Cluster:
    """A PostgreSQL server of its own, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()

    def program(self, name: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs; it refuses to run as root, so as `postgres` then."""
        user = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
        with (self.folder.parent / "log").open("ab") as log:
            subprocess.run(
                [PROGRAMS / name, *arguments],
                check=True,
                stdout=log,
                stderr=log,
                cwd=self.folder.parent,
                timeout=60,
                **user,
            )

    def create(self, *options: str) -> "Cluster":
        self.program("initdb", "-D", str(self.folder), "-A", "trust", "-U", "postgres", "--no-sync", *options)
        return self

    def copy(self, folder: Path) -> "Cluster":
        """A streaming replica of this server."""
        replica = Cluster(folder)
        address = f"host=127.0.0.1 port={self.port} user=postgres"
        replica.program("pg_basebackup", "-D", str(folder), "-d", address, "-R", "-X", "stream", "-c", "fast")
        return replica

    def start(self) -> "Cluster":
        options = f"-p {self.port} -h 127.0.0.1 -k '' -F"
        self.program("pg_ctl", "-D", str(self.folder), "-w", "-o", options, "start")
        return self

    def stop(self) -> None:
        self.program("pg_ctl", "-D", str(self.folder), "-w", "-m", "immediate", "stop")

    def sql(self, text: str) -> str:
        """The first value of the first row."""
        import psycopg

        with psycopg.connect(self.url.replace("/servicenet", "/postgres"), autocommit=True) as connection:
            cursor = connection.execute(text)
            return cursor.fetchone()[0] if cursor.description else ""

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/servicenet"


@pytest.fixture
def clusters():
    """The folder that servers of our own have their folders in."""
    if PROGRAMS is None:
        pytest.skip("needs PostgreSQL's server programs")
    base = Path(tempfile.mkdtemp(prefix="servicenet-"))
    if os.geteuid() == 0:
        postgres = pwd.getpwnam("postgres")
        os.chown(base, postgres.pw_uid, postgres.pw_gid)
    yield base
    shutil.rmtree(base, ignore_errors=True)


@pytest.fixture
def make_cluster(clusters):
    """make_cluster() starts an empty server; make_cluster(primary) a replica of another."""
    started: list[Cluster] = []

    def make(primary: Cluster | None = None, *options: str) -> Cluster:
        folder = clusters / str(len(started))
        cluster = primary.copy(folder) if primary else Cluster(folder).create(*options)
        started.append(cluster.start())
        return cluster

    yield make
    for cluster in started:
        with contextlib.suppress(subprocess.CalledProcessError):
            cluster.stop()


class Disk:
    """A disk of its own, as small as a test wants it."""

    def __init__(self, folder: Path, owner: str) -> None:
        self.folder = folder
        folder.mkdir()
        self._mount(f"size=400m,mode=0700,uid={owner},gid={owner}")

    def _mount(self, options: str) -> None:
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "servicenet", str(self.folder)],
            check=True,
            capture_output=True,
            text=True,
        )

    def leave(self, megabytes: int) -> None:
        """Make the disk so small that only this much is free."""
        known = os.statvfs(self.folder)
        used = (known.f_blocks - known.f_bfree) * known.f_frsize
        self._mount(f"remount,size={used + megabytes * 2**20}")

    def fill(self) -> None:
        """Fill it to the last byte."""
        with contextlib.suppress(OSError), (self.folder / "filler").open("ab", buffering=0) as file:
            while True:
                file.write(b"x" * 4096)

    def free(self) -> None:
        """Make space."""
        (self.folder / "filler").unlink(missing_ok=True)
        self._mount("remount,size=400m")

    def close(self) -> None:
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True)


@pytest.fixture
def make_disk():
    """make_disk(folder) mounts a small disk there."""
    made: list[Disk] = []

    def make(folder: Path, owner: str = "root") -> Disk:
        try:
            made.append(Disk(folder, owner))
        except (subprocess.CalledProcessError, FileNotFoundError) as error:
            pytest.skip(f"mounting a small disk is not allowed here: {getattr(error, 'stderr', error)}")
        return made[-1]

    yield make
    for disk in made:
        disk.close()


def environment(**more: str) -> dict[str, str]:
    """As in production, without TLS."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    }
    production = {
        "DEBUG": "0",
        "HTTPS": "0",
        "SECRET_KEY": "only-for-tests-" + "0" * 50,
        "ALLOWED_HOSTS": "127.0.0.1",
        "CPU_SECONDS": "0",  # all clients of a test come from one address; what it may spend is tested by itself
    }
    return kept | production | more


def try_manage(env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=env,
        capture_output=True,
        text=True,
        timeout=180,
    )


def manage(env: dict[str, str], *arguments: str) -> str:
    done = try_manage(env, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


COUNT = """
from django.apps import apps
print({model.__name__: model.objects.count() for model in apps.get_app_config("regions").get_models()})
"""


def count_rows(env: dict[str, str]) -> str:
    """How many rows every table has."""
    return manage(env, "shell", "-v0", "-c", COUNT)


class Web:
    """gunicorn with real workers."""

    def __init__(self, env: dict[str, str], log: Path) -> None:
        self.address, self.log = f"http://127.0.0.1:{free_port()}", log
        env = env | {"BIND": self.address.removeprefix("http://")}
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "servicenet.wsgi", "-c", "gunicorn.conf.py"],
                cwd=settings.BASE_DIR,
                env=env,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def get(self, path: str, **headers: str) -> tuple[int, bytes, Message]:
        """(status, body, headers); status 0 when nobody answers, or the answer breaks off."""
        return self._ask(urllib.request.Request(self.address + path, headers=headers))

    def post(self, path: str, body: dict, **headers: str) -> tuple[int, bytes, Message]:
        headers |= {"Content-Type": "application/json"}
        content = json.dumps(body).encode()
        return self._ask(urllib.request.Request(self.address + path, content, headers))

    def _ask(self, request: urllib.request.Request) -> tuple[int, bytes, Message]:
        try:
            with urllib.request.urlopen(request, timeout=10) as got:
                return got.status, got.read(), got.headers
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read(), error.headers
        except (OSError, http.client.HTTPException):
            return 0, b"", Message()

    def until(self, happens, seconds: float = 20.0) -> None:
        """Wait for something, at most so long."""
        end = time.monotonic() + seconds
        while not happens():
            assert time.monotonic() < end, self.log.read_text()[-3000:]
            time.sleep(0.1)

    def children(self) -> list[int]:
        done = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True
        )
        return [int(pid) for pid in done.stdout.split()]

    def lines(self) -> list[dict]:
        """What was logged as JSON."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(40)


@pytest.fixture
def start_web(tmp_path):
    """start_web(env) starts gunicorn with two workers."""
    started: list[Web] = []

    def start(env: dict[str, str]) -> Web:
        web = Web({"WORKERS": "2"} | env, tmp_path / f"web-{len(started)}.log")
        started.append(web)
        web.until(lambda: web.get("/healthz")[0] == 200, 40)
        return web

    yield start
    for web in started:
        web.stop()
