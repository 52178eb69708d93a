"""The worker of the library, which outlives a database that another holds, or that is away for a while."""

from django.db import InterfaceError, OperationalError
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from regions.services import jobs

# A job that finds the database held tries again for so long; the web server's own requests never do.
PATIENCE = 15 * 60.0


class Worker(db_worker.Worker):
    def run(self) -> None:
        before, jobs.Waiting.most = jobs.Waiting.most, PATIENCE
        waiting = jobs.Waiting(most=float("inf"))
        try:
            while True:
                try:
                    return super().run()
                except (OperationalError, InterfaceError) as error:
                    waiting.after(error)
        finally:
            jobs.Waiting.most = before

    def run_task(self, db_task_result: DBTaskResult) -> None:
        """That it is done, or failed, is written as soon as somebody may write: what came of it is in the job already."""
        for name in ("set_successful", "set_failed"):
            write = getattr(db_task_result, name)
            setattr(db_task_result, name, lambda value, write=write: jobs.patiently(lambda: write(value)))
        super().run_task(db_task_result)


db_worker.Worker = Worker  # type: ignore[misc]  # its command makes it by this name


class Command(db_worker.Command):
    pass
