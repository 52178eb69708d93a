"""Commands that write say who, why and in which run, as every other door does."""

import uuid
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from regions.origin import request_id, who, why


class Answering(BaseCommand):
    """A command with `--by USERNAME` and `--reason TEXT`: they stand in its change set. Each run has an id of its own."""

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(*args, **kwargs)
        parser.add_argument("--by", metavar="USERNAME", help="whose doing it is, for the audit trail")
        parser.add_argument("--reason", default="", help="why, in one sentence, for the audit trail")
        return parser

    def execute(self, *args: Any, by: str | None = None, reason: str = "", **options: Any) -> str | None:
        asked = (why.set(reason), who.set(_user(by) if by else None), request_id.set(uuid.uuid4().hex))
        try:
            return super().execute(*args, **options)
        finally:
            for variable, token in zip((why, who, request_id), asked, strict=True):
                variable.reset(token)


def _user(name: str) -> Any:
    user = get_user_model().objects.filter(username=name, is_active=True).first()
    if user is None:
        raise CommandError(f"--by: there is no active account {name}.")
    return user
