"""What commands do to accounts stands in a change set; none of Django's or a library's writes records past one."""

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command, get_commands
from django_otp.plugins.otp_totp.models import TOTPDevice

from regions.models import Change, ChangeSet

pytestmark = pytest.mark.django_db


def trail() -> list[tuple]:
    the_set = ChangeSet.objects.latest("pk")
    changes = Change.objects.filter(changeset=the_set.uuid).values_list("kind", "key", "action")
    return [the_set.door, the_set.reason, the_set.counts, list(changes)]


def test_a_superuser_made_by_command_is_recorded(capsys):
    call_command("createsuperuser", "--noinput", username="root2", email="root2@example.com")
    user = User.objects.get(username="root2")
    assert trail() == [
        "command", "manage.py createsuperuser", {"user": 1}, [("user", str(user.pk), "create")]
    ]  # fmt: skip
    call_command("createsuperuser", "--noinput", username="third", email="", by="root2", reason="new here")
    made = ChangeSet.objects.latest("pk")
    assert (made.actor, made.reason, len(made.request_id)) == (user, "new here", 32)
    assert not {"password", "last_login"} & Change.objects.earliest("pk").after.keys()


@pytest.mark.slow
def test_a_password_set_by_command_is_recorded(capsys, monkeypatch):
    user = User.objects.create_superuser("root2")
    monkeypatch.setattr("getpass.getpass", lambda prompt: "kq3-Regen-Tonne")
    call_command("changepassword", "root2")
    user.refresh_from_db()
    assert user.check_password("kq3-Regen-Tonne")
    assert trail() == [
        "command", "manage.py changepassword", {"user": 1}, [("user", str(user.pk), "update")]
    ]  # fmt: skip
    user.set_password("x")
    user.save()  # nobody listens any more
    assert Change.objects.count() == 1


def test_a_second_step_taken_away_by_command_is_recorded(capsys):
    user = User.objects.create_superuser("root2")
    TOTPDevice.objects.create(user=user, name="x")
    call_command("forget_second_step", "root2")
    assert not TOTPDevice.objects.exists()
    assert trail()[3] == [("user", str(user.pk), "update")]


def test_a_librarys_import_is_refused():
    with pytest.raises(CommandError, match="import_coverage"):
        call_command("import", "regions.Brand", "x.csv")


# What commands of others write. A new one belongs here, by decision.
OF_OTHERS = {
    "recorded": {"createsuperuser", "changepassword"},
    "refused": {"import"},
    # Rows of the database as they are, for who sets one up or moves it (docs/operations.md).
    "the operator's": {"loaddata", "flush", "migrate", "createcachetable", "remove_stale_contenttypes", "dbshell", "shell", "testserver"},
    "no records of the directory": {
        "addstatictoken", "axes_reset", "axes_reset_failure_logs", "axes_reset_ip", "axes_reset_ip_username", "axes_reset_logs",
        "axes_reset_username", "clearsessions", "db_worker", "prune_db_task_results", "collectstatic",
    },
    "write nothing": {
        "axes_list_attempts", "check", "compilemessages", "dbshell", "diffsettings", "dumpdata", "export", "findstatic", "generateschema", "inspectdb",
        "makemessages", "makemigrations", "optimizemigration", "runserver", "sendtestemail", "showmigrations", "spectacular",
        "sqlflush", "sqlmigrate", "sqlsequencereset", "squashmigrations", "startapp", "startproject", "test",
    },
}  # fmt: skip


def test_every_command_of_others_has_been_decided():
    known = set().union(*OF_OTHERS.values())
    assert {name for name, app in get_commands().items() if app != "regions"} == known
    for name in OF_OTHERS["recorded"] | OF_OTHERS["refused"]:
        assert get_commands()[name] == "servicenet", name
