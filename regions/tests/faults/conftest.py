"""Real processes to kill: PostgreSQL clusters of our own, web workers."""

import contextlib
import http.client
import json
import os
import pwd
import shutil
import signal
import socket
import sqlite3
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

# How long something may take that the tests are not about, in seconds: machines are slow, and do other work beside this.
PATIENCE = 600


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
                timeout=PATIENCE,
                **user,
            )

    def create(self, *options: str) -> "Cluster":
        """An empty one."""
        self.program("initdb", "-D", str(self.folder), "-A", "trust", "-U", "postgres", "--no-sync", *options)
        return self

    def take(self, stopped: Path) -> "Cluster":
        """The copy of one that was stopped in peace."""
        subprocess.run(["cp", "-a", str(stopped), str(self.folder)], check=True, timeout=60)
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

    def stop(self, how: str = "immediate") -> None:
        self.program("pg_ctl", "-D", str(self.folder), "-w", "-m", how, "stop")

    def sql(self, text: str) -> str:
        """The first value of the first row."""
        import psycopg

        with psycopg.connect(self.url.replace("/servicenet", "/postgres"), autocommit=True) as connection:
            cursor = connection.execute(text)
            return cursor.fetchone()[0] if cursor.description else ""

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/servicenet"


def folder_of_clusters() -> Path:
    """A folder that servers of our own have their folders in."""
    if PROGRAMS is None:
        pytest.skip("needs PostgreSQL's server programs")
    base = Path(tempfile.mkdtemp(prefix="servicenet-"))
    if os.geteuid() == 0:
        postgres = pwd.getpwnam("postgres")
        os.chown(base, postgres.pw_uid, postgres.pw_gid)
    return base


def set_up(url: str, state: str) -> None:
    """`migrated`, or `regions`: with all regions too."""
    manage(environment(DATABASE_URL=url), "migrate", "-v0")
    if state == "regions":
        manage(environment(DATABASE_URL=url), "load_regions", "--commit")


class Kept:
    """Databases in a state that many tests begin with, made once: a copy takes no time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: dict[str, Path] = {}
        self._clusters: dict[str, Path] = {}
        self._base: Path | None = None

    def sqlite(self, state: str, file: Path) -> str:
        """The address of a copy in `file`."""
        if state not in self._files:
            made = self._files[state] = self.folder / f"{state}.sqlite3"
            set_up(f"sqlite:///{made}", state)
            with contextlib.closing(sqlite3.connect(made)) as database:
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(self._files[state], file)
        return f"sqlite:///{file}"

    def cluster(self, state: str) -> Path:
        """The folder of a server at rest: `empty`, or with a database in that state."""
        if state not in self._clusters:
            self._base = self._base or folder_of_clusters()
            made = Cluster(self._base / state)
            if state == "empty":
                made.create()
            else:
                made.take(self.cluster("empty")).start()
                made.sql("CREATE DATABASE servicenet")
                set_up(made.url, state)
                made.stop("fast")
            self._clusters[state] = made.folder
        return self._clusters[state]

    def close(self) -> None:
        if self._base:
            shutil.rmtree(self._base, ignore_errors=True)


@pytest.fixture(scope="session")
def kept(tmp_path_factory):
    kept = Kept(tmp_path_factory.mktemp("kept"))
    yield kept
    kept.close()


@pytest.fixture(scope="session")
def files_of_pages():
    """What production's pages name their files by; a page of the admin is a 500 without."""
    if not (settings.BASE_DIR / "static-root" / "staticfiles.json").exists():
        quick = environment() | {"DJANGO_SETTINGS_MODULE": "regions.tests.faults.uncompressed"}
        manage(quick, "collectstatic", "--noinput", "-v0")


@pytest.fixture
def clusters():
    """The folder that servers of our own have their folders in."""
    base = folder_of_clusters()
    yield base
    shutil.rmtree(base, ignore_errors=True)


@pytest.fixture
def make_cluster(clusters, kept):
    """make_cluster() starts a server without a database, make_cluster(state="migrated") or "regions" one with it;
    make_cluster(primary) a replica of another."""
    started: list[Cluster] = []

    def make(primary: Cluster | None = None, *options: str, state: str = "empty") -> Cluster:
        folder = clusters / str(len(started))
        if primary:
            cluster = primary.copy(folder)
        elif options:
            cluster = Cluster(folder).create(*options)
        else:
            cluster = Cluster(folder).take(kept.cluster(state))
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
        timeout=PATIENCE,
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
            with urllib.request.urlopen(request, timeout=60) as got:
                return got.status, got.read(), got.headers
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read(), error.headers
        except (OSError, http.client.HTTPException):
            return 0, b"", Message()

    def until(self, happens, seconds: float = 60) -> None:
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
        self.process.wait(PATIENCE)


@pytest.fixture
def start_web(tmp_path):
    """start_web(env) starts gunicorn with two workers."""
    started: list[Web] = []

    def start(env: dict[str, str]) -> Web:
        web = Web({"WORKERS": "2"} | env, tmp_path / f"web-{len(started)}.log")
        started.append(web)
        web.until(lambda: web.get("/healthz")[0] == 200, PATIENCE)
        return web

    yield start
    for web in started:
        web.stop()
