"""One database a scale, and a process on each that measures from inside."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from .server import ROOT, environment


class Inside:
    """A process on one database; `order` has it measure something and returns what it found."""

    def __init__(self, database_url: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "benchmarks.inside"],
            cwd=ROOT,
            env=environment(database_url),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def order(self, measure: str, **more: Any) -> Any:
        self.start(measure, **more)
        return self.finish()

    def start(self, measure: str, **more: Any) -> None:
        """Give an order without waiting for it."""
        self.process.stdin.write(json.dumps({"measure": measure, **more}) + "\n")
        self.process.stdin.flush()

    def finish(self) -> Any:
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the measuring process ended; see above")
        return json.loads(line)

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()


class Databases:
    """The databases of a run, by scale."""

    def __init__(self, database: str, folder: Path, scales: list[str]) -> None:
        self.postgresql = database != "sqlite"
        self.database = database
        self.scales = scales
        self.folder = folder
        self.inside: dict[str, Inside] = {}

    def url(self, scale: str) -> str:
        return f"{self.database}_{scale}" if self.postgresql else f"sqlite:///{self.folder / scale}.sqlite3"

    def build(self) -> None:
        """Create, migrate and fill what is missing."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for scale in self.scales:
            if self.postgresql:
                self._administer(f'CREATE DATABASE "{self._name(scale)}"', "already exists")
            subprocess.run(
                [sys.executable, "-W", "ignore", "manage.py", "migrate", "--verbosity", "0"],
                cwd=ROOT,
                env=environment(self.url(scale)),
                check=True,
            )
            self.inside[scale] = Inside(self.url(scale))
            self.inside[scale].order("build", scale=scale)

    def close(self, *, keep: bool) -> None:
        for inside in self.inside.values():
            inside.close()
        if keep:
            return
        for scale in self.scales:
            if self.postgresql:
                self._administer(f'DROP DATABASE IF EXISTS "{self._name(scale)}"', "")
            else:
                for file in self.folder.glob(f"{scale}.sqlite3*"):
                    file.unlink()

    def _name(self, scale: str) -> str:
        return self.url(scale).rpartition("/")[2]

    def _administer(self, statement: str, harmless: str) -> None:
        import psycopg

        server = self.database.rpartition("/")[0].replace("postgres://", "postgresql://", 1)
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            try:
                connection.execute(statement)
            except psycopg.Error as error:
                if not harmless or harmless not in str(error):
                    raise
