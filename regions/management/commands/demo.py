"""manage.py demo — a directory to try: migrations, regions, demo data and a demo administrator."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError, call_command

from regions.gazetteer.active import active_edition
from regions.services.demo import DemoError, load_demo
from regions.services.roles import make_roles

USERNAME = "demo"


class Command(BaseCommand):
    help = (
        "Migrates, loads the bundled regions and the demo directory, and makes the user “demo” and the groups of `roles`. Safe to run again: "
        "it adds what is missing and changes nothing else."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--password", help="Password of the demo administrator; “demo” with DEBUG=1, required otherwise."
        )

    def handle(self, *args, **options) -> None:
        password = options["password"] or ("demo" if settings.DEBUG else "")
        if not password:
            raise CommandError(
                "Give --password: without DEBUG=1 the demo administrator gets no default password."
            )
        call_command("migrate", verbosity=0)
        if active_edition() is None:
            call_command("load_regions", commit=True, stdout=self.stdout)
        try:
            tally = load_demo()
        except DemoError as error:
            raise CommandError(str(error)) from error
        user, created = get_user_model().objects.get_or_create(
            username=USERNAME, defaults={"is_staff": True, "is_superuser": True}
        )
        if created:
            user.set_password(password)
            user.save()
        make_roles()
        self.stdout.write(f"demo directory: {tally}")
