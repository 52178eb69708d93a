"""Long work: begun by somebody in the admin, done by a worker, cancelled, and told of to its end.

What a job writes and that it is done are one transaction: one that was killed, cancelled or refused has written nothing. So
how far it is, and that somebody wants it cancelled, cannot stand in the database, whose only writer on SQLite it is: both
stand in a file beside the uploads, which is locked as long as its process lives. A job that "is being done" and whose file nobody
holds was killed.
"""

import fcntl
import logging
import os
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django_tasks import task

from regions.choices import JobKind, JobState
from regions.models import Job
from regions.origin import request_id

logger = logging.getLogger(__name__)
Item = TypeVar("Item")
Returned = TypeVar("Returned")
# How it ended is kept so long, with the table that was uploaded for it.
KEPT = timedelta(days=30)
# From so many records on undoing, closing and applying are jobs; a table from `AT_A_STRETCH` on.
MANY = 1_000
_FIGURES = 12  # how many are done, in so many characters; behind them stands whether it is to end


class Cancelled(Exception):
    """Somebody wants no more of it."""


class Told:
    """How far a job is, for whoever asks; and whether somebody has cancelled it."""

    def __init__(self, file: int) -> None:
        self._file, self.done = file, 0

    def __call__(self, items: Iterable[Item]) -> Iterator[Item]:
        """The items, each told when it is done. Raises Cancelled between two."""
        for item in items:
            yield item
            self.at(self.done + 1)

    def at(self, done: int) -> None:
        self.done = done
        os.pwrite(self._file, f"{done:>{_FIGURES}}".encode(), 0)
        if os.pread(self._file, 1, _FIGURES):
            raise Cancelled


Work = Callable[[Job, Told], Generator[int]]
# What does each kind, said by the doors that begin it (`@work`): yields how many are done, where it does not tell that itself.
WORKS: dict[str, Work] = {}


def work(kind: JobKind) -> Callable[[Work], Work]:
    def take(does: Work) -> Work:
        WORKS[kind] = does
        return does

    return take


# --- Beginning ----------------------------------------------------------------------------------------------------


def begin(kind: JobKind, *, by: Any, subject: str, total: int, reason: str = "", **params: Any) -> Job:
    """A job that waits for its turn. `carry_out.enqueue(job.pk)` gives it to whoever does it."""
    _forget()
    return Job.objects.create(
        kind=kind, created_by=by, subject=subject[:200], total=total, reason=reason, params=params,
        language=get_language() or settings.LANGUAGE_CODE, request_id=request_id.get(),
    )  # fmt: skip


def _forget() -> None:
    old = Job.objects.filter(created_at__lt=timezone.now() - KEPT)
    for job in old:
        _file(job.pk).unlink(missing_ok=True)
        if uploaded := job.params.get("file"):
            storages["import_export"].delete(uploaded)
    old.delete()


# --- Waiting for the database ------------------------------------------------------------------------------------


class Waiting:
    """Where another holds the database: a second, then twice as long each time, half a minute at most.

    `most`: for how many seconds in all; none but where a worker says so, as nobody waits for it.
    """

    most = 0.0

    def __init__(self, most: float | None = None) -> None:
        self._end = time.monotonic() + (self.most if most is None else most)
        self._pause = 1.0

    def after(self, error: Exception) -> None:
        """Wait, or raise the error where it is another one, or has been waited for long enough."""
        if not is_held(error) or time.monotonic() >= self._end:
            raise error
        logger.warning("the database is held or away, again in %s s: %s", self._pause, error)
        time.sleep(self._pause)
        connection.close_if_unusable_or_obsolete()
        self._pause = min(2 * self._pause, 30.0)


def is_held(error: Exception) -> bool:
    """Whether another holds the database, or it is away: all that PostgreSQL says in this way, of SQLite's only that."""
    away = isinstance(error, OperationalError | InterfaceError)
    return away and (connection.vendor == "postgresql" or "is locked" in str(error).lower())


def patiently(does: Callable[[], Returned]) -> Returned:
    """What `does` returns, tried again as long as a worker waits."""
    waiting = Waiting()
    while True:
        try:
            return does()
        except (OperationalError, InterfaceError) as error:
            waiting.after(error)


# --- Doing --------------------------------------------------------------------------------------------------------


@task()
def carry_out(pk: int) -> None:
    """What a worker does."""
    for _done in steps(pk):
        pass


def steps(pk: int, does: Work | None = None) -> Generator[int]:
    """Do a job that waits; yields how many rows are done. Whoever stops between two steps has cancelled it."""
    with _held(pk) as told:
        begun = Job.objects.filter(pk=pk, state=JobState.WAITING)
        if not patiently(lambda: begun.update(state=JobState.RUNNING, started_at=timezone.now())):
            return
        job = Job.objects.select_related("created_by").get(pk=pk)
        token = request_id.set(job.request_id)
        try:
            waiting = Waiting()
            while True:
                try:
                    yield from _tried(job, does or WORKS[job.kind], told)
                    break
                except OperationalError as error:
                    waiting.after(error)  # nothing of it is written: it begins anew
                    told.at(0)
        except (Cancelled, GeneratorExit) as error:
            _end(job, JobState.CANCELLED)
            if isinstance(error, GeneratorExit):
                raise
        except ValidationError as error:
            _end(job, JobState.REFUSED, {"told": error.messages})
        except Exception:
            logger.exception("a job was not done to its end: %s", job.kind)
            _end(job, JobState.BROKEN)
        finally:
            request_id.reset(token)


def _tried(job: Job, does: Work, told: Told) -> Generator[int]:
    # A preview takes nobody's turn to write: it rehearses in a copy (`regions.rehearsal`).
    whole = nullcontext() if job.kind == JobKind.PREVIEW else transaction.atomic()
    with override(job.language):
        doing = does(job, told)  # reads its file before it takes the turn to write
    with override(job.language), whole, closing(doing):
        for done in doing:
            told.at(done)
            yield done
        _end(job, JobState.REFUSED if job.result.get("problems") else JobState.DONE)


def _end(job: Job, state: JobState, result: dict[str, Any] | None = None) -> None:
    if state not in (JobState.DONE, JobState.REFUSED) or result is not None:
        job.result, job.changeset = result or {}, None
    job.state, job.finished_at = state, timezone.now()
    fields = ["state", "result", "changeset", "finished_at"]
    if connection.in_atomic_block:  # then all of it is tried again
        job.save(update_fields=fields)
    else:
        patiently(lambda: job.save(update_fields=fields))


def allowed(user: Any, *permissions: str) -> None:
    """Raise ValidationError where who began a job may not do that any more."""
    if user is None or not user.has_perms([f"regions.{name}" for name in permissions]):
        raise ValidationError(_("Who began this may not do it any more."))


# --- Looking on ---------------------------------------------------------------------------------------------------


def settle(job: Job) -> Job:
    """The job as it stands: one whose process is gone has broken off."""
    if job.state == JobState.RUNNING and not _is_held(job.pk):
        job.refresh_from_db()  # it may have ended just now
        if job.state == JobState.RUNNING:
            Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(
                state=JobState.BROKEN, finished_at=timezone.now()
            )
            _file(job.pk).unlink(missing_ok=True)
            job.refresh_from_db()
    return job


def done(job: Job) -> int:
    """How many of its rows are done."""
    if job.state != JobState.RUNNING:
        return job.total if job.state in (JobState.DONE, JobState.REFUSED) else 0
    try:
        return min(job.total, int(_file(job.pk).read_bytes()[:_FIGURES] or 0))
    except FileNotFoundError:
        return job.total


def is_ending(job: Job) -> bool:
    """Whether it was cancelled and has not seen that yet."""
    try:
        return job.state == JobState.RUNNING and len(_file(job.pk).read_bytes()) > _FIGURES
    except FileNotFoundError:
        return False


def cancel(job: Job) -> None:
    """One that waits is never begun; one that is being done ends at its next step, and what it wrote is undone."""
    waiting = Job.objects.filter(pk=job.pk, state=JobState.WAITING)
    if not (
        job.state == JobState.WAITING and waiting.update(state=JobState.CANCELLED, finished_at=timezone.now())
    ):
        with suppress(FileNotFoundError), _opened(_file(job.pk), os.O_RDWR) as file:
            os.pwrite(file, b"x", _FIGURES)


# --- The file -----------------------------------------------------------------------------------------------------


def _file(pk: int) -> Path:
    return Path(settings.UPLOADS_DIR) / f"job-{pk}"


@contextmanager
def _opened(path: Path, how: int) -> Iterator[int]:
    file = os.open(path, how, 0o600)
    try:
        yield file
    finally:
        os.close(file)


@contextmanager
def _held(pk: int) -> Iterator[Told]:
    """The file of a job, locked until its end: the lock goes with the process, however that ends."""
    path = _file(pk)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _opened(path, os.O_RDWR | os.O_CREAT) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield Told(file)
        finally:
            path.unlink(missing_ok=True)


def _is_held(pk: int) -> bool:
    try:
        with _opened(_file(pk), os.O_RDONLY) as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
