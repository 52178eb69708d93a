"""What Django's own commands do to accounts is recorded as what the admin does to them is; `--by` and `--reason` say whose doing it is and why."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models.signals import post_save

from regions.management.answering import Answering


class Recorded(Answering):
    """To be mixed in before a command that saves accounts."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        from regions.services.changes import change_set

        def note(instance: User, created: bool, **_signal: Any) -> None:
            with change_set(reason=f"manage.py {type(self).__module__.rpartition('.')[2]}") as changes:
                changes.created(instance) if created else changes.touched(instance)

        post_save.connect(note, sender=User)
        try:
            return super().handle(*args, **options)
        finally:
            post_save.disconnect(note, sender=User)
