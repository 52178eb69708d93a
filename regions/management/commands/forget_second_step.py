"""Take a user's second step away, for somebody who lost telephone and recovery codes."""

from django.contrib.auth.models import User
from django.core.management.base import CommandError

from regions.admin.second_step import forget
from regions.management.answering import Answering
from regions.services.changes import change_set


class Command(Answering):
    help = "Takes a user's authenticator app and recovery codes away. Be sure who asks."

    def add_arguments(self, parser) -> None:
        parser.add_argument("username")

    def handle(self, *args, username: str, **options) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no user {username!r}; see /admin/auth/user/.")
        with change_set(reason="manage.py forget_second_step") as changes:
            count = forget(user)
            changes.touched(user)
        self.stdout.write(f"forgot {count} devices of {username}")
