"""Who gets in: limits by name and by address, the second step, idle sessions, and nobody raises himself."""

import re
import threading
import time

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Group, Permission, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from regions.admin import login
from regions.api import spending, throttling

LOGIN, STEP = "/admin/login/", "/admin/second-step/"
PASSWORD = "纸上得来终觉浅 paper 2026"


@pytest.fixture(autouse=True)
def _fresh():
    throttling.cache.clear()
    throttling._local.clear()


@pytest.fixture
def editor(db):
    return User.objects.create_superuser("editor", password=PASSWORD)


def log_in(name="editor", password=PASSWORD, **headers) -> Client:
    client = Client(**headers)
    client.answer = client.post(LOGIN, {"username": name, "password": password})
    return client


def code_of(user) -> str:
    device = TOTPDevice.objects.get(user=user)
    TOTPDevice.objects.update(last_t=-1, throttling_failure_count=0, throttling_failure_timestamp=None)
    return f"{TOTP(device.bin_key).token():06}"


def set_up(client: Client, user) -> list[str]:
    """Set an app up; the recovery codes that are shown."""
    client.get(STEP)
    page = client.post(STEP, {"code": code_of(user)}).content.decode()
    return re.search(r"<pre[^>]*>(.*?)</pre>", page, re.S)[1].split()


class TestLimits:
    @pytest.mark.slow
    def test_one_password_on_thirty_names_ends_early_and_elsewhere_goes_on(self, editor, settings):
        settings.LOGIN_ADDRESS_LIMIT = 10
        found = [log_in(f"name-{n}", "spring2026spring").answer.status_code for n in range(30)]
        assert found == [200] * 10 + [429] * 20
        assert log_in().answer.status_code == 429
        assert log_in(REMOTE_ADDR="192.0.2.77").answer.status_code == 302

    def test_those_who_get_in_are_not_counted(self, editor, settings):
        settings.LOGIN_ADDRESS_LIMIT = 3
        assert [log_in().answer.status_code for _n in range(8)] == [302] * 8

    def test_an_address_tries_one_password_at_a_time_and_others_wait_their_turn(self, editor, monkeypatch):
        monkeypatch.setattr(login, "PATIENCE", 0.01)
        with login.turn("127.0.0.1") as mine:
            assert mine and log_in().answer.status_code == 429
            assert log_in(REMOTE_ADDR="192.0.2.77").answer.status_code == 302
        assert log_in().answer.status_code == 302 and not login._trying

    def test_an_office_comes_in_at_once(self):
        """Eight at one address, each holding his turn for a while; a ninth is too many."""
        found, inside, at_the_door = [], [], threading.Barrier(login.AT_ONCE + 1)

        def come_in():
            at_the_door.wait()
            with login.turn("192.0.2.9") as mine:
                inside.append(1)
                found.append((mine, len(inside)))
                time.sleep(0.02)
                inside.pop()

        people = [threading.Thread(target=come_in) for _n in range(login.AT_ONCE)]
        for each in people:
            each.start()
        at_the_door.wait()
        for each in people:
            each.join()
        assert found == [(True, 1)] * login.AT_ONCE and not login._trying
        login._trying["192.0.2.9"] = threading.Lock(), login.AT_ONCE
        with login.turn("192.0.2.9") as mine:
            assert not mine
        login._trying.clear()

    @pytest.mark.slow
    def test_colleagues_who_log_in_within_seconds_do_not_use_up_each_others_share(self, settings, db):
        """A password costs most of what an address may spend in ten seconds: those that are right are on nobody's account."""
        settings.CPU_SECONDS = 5
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
        spending._worked = spending.LOADING
        for n in range(4):
            User.objects.create_superuser(f"colleague-{n}", password=PASSWORD)
        for n in range(4):
            client = Client()
            assert client.get(LOGIN).status_code == 200
            assert client.post(LOGIN, {"username": f"colleague-{n}", "password": PASSWORD}).status_code == 302
            assert client.get("/admin/").status_code == 200
        settings.LOGIN_ADDRESS_LIMIT = 99  # how many a machine works through in the time is its own affair
        wrong = (log_in("colleague-0", "spring2026spring").answer.status_code for _n in range(30))
        assert 429 in wrong

    @pytest.mark.parametrize(
        "written", ["unknown", "/run/socket", "192.0.2.300", "x" * 90, "2001:db8::1, _hidden"]
    )
    def test_who_comes_without_an_address_logs_in_too(self, editor, settings, written):
        """PostgreSQL keeps nothing else in the record of a log-in; SQLite does."""
        settings.TRUSTED_PROXIES, settings.AXES_ENABLED = 1, True
        assert log_in(password="spring2026spring", HTTP_X_FORWARDED_FOR=written).answer.status_code == 200
        assert set(AccessAttempt.objects.values_list("ip_address", flat=True)) == {"0.0.0.0"}
        assert log_in(HTTP_X_FORWARDED_FOR=written).answer.status_code == 302

    def test_a_password_has_twelve_characters(self, settings):
        validate_password("correct horse")
        with pytest.raises(ValidationError):
            validate_password("k7#mQ2!xWp9")


class TestIdle:
    @pytest.mark.slow
    def test_a_session_ends_idle_and_lasts_while_it_is_used(self, editor, settings, time_machine):
        settings.SESSION_COOKIE_AGE = 7200
        time_machine.move_to("2026-11-21T00:00:00Z", tick=False)
        busy, idle = log_in(), log_in()
        for hour in range(1, 5):
            time_machine.move_to(f"2026-11-21T0{hour}:00:00Z", tick=False)
            assert busy.get("/admin/").status_code == 200
        assert idle.get("/admin/").status_code == 302


class TestSecondStep:
    def test_without_the_setting_nobody_needs_it(self, editor):
        assert log_in().get("/admin/").status_code == 200

    @pytest.mark.parametrize("demanded", [True, False])
    def test_until_it_is_done_the_session_is_nobodys(self, editor, settings, demanded):
        settings.SECOND_FACTOR = demanded
        if not demanded:
            set_up(log_in(), editor)
        client = log_in()
        for path in ("/admin/", "/admin/regions/brand/", "/admin/auth/user/add/"):
            answer = client.get(path)
            assert (answer.status_code, answer.url) == (302, f"{STEP}?next={path}")
        assert client.post("/admin/regions/brand/add/", {"name": "x"}).status_code == 302
        assert client.get("/api/v1/imports/").status_code in (401, 403)
        assert client.get("/metrics").status_code == 403

    @pytest.mark.slow
    def test_it_is_set_up_once_and_asked_for_each_time(self, editor, settings):
        settings.SECOND_FACTOR = True
        client = log_in()
        page = client.get(STEP).content.decode()
        assert "data:image/svg+xml" in page and "<code" in page
        codes = set_up(client, editor)
        assert len(set(codes)) == 10 and client.get("/admin/").status_code == 200
        again = log_in()
        page = again.get(STEP).content.decode()
        assert "data:image" not in page and TOTPDevice.objects.get().key not in page
        assert again.post(STEP, {"code": "000000"}).status_code == 403
        assert again.get("/admin/").status_code == 302
        answer = again.post(STEP, {"code": code_of(editor), "next": "/admin/regions/brand/"})
        assert (answer.status_code, answer.url) == (302, "/admin/regions/brand/")
        assert again.get("/admin/").status_code == 200

    def test_a_recovery_code_works_once(self, editor):
        codes = set_up(log_in(), editor)
        assert log_in().post(STEP, {"code": codes[3]}).status_code == 302
        assert log_in().post(STEP, {"code": codes[3]}).status_code == 403

    @pytest.mark.slow
    def test_a_code_works_once_and_guessing_is_slowed(self, editor):
        set_up(log_in(), editor)
        code = code_of(editor)
        assert log_in().post(STEP, {"code": code}).status_code == 302
        assert log_in().post(STEP, {"code": code}).status_code == 403
        right = code_of(editor)
        client = log_in()
        for _n in range(4):
            client.post(STEP, {"code": "000001"})
        device = TOTPDevice.objects.get()
        TOTPDevice.objects.update(last_t=-1)
        assert device.throttling_failure_count >= 1
        assert client.post(STEP, {"code": right}).status_code == 403

    def test_nobody_else_s_code_and_no_foreign_address_helps(self, editor):
        other = User.objects.create_superuser("other", password=PASSWORD)
        set_up(log_in(), editor)
        set_up(log_in("other"), other)
        device = TOTPDevice.objects.get(user=other)
        TOTPDevice.objects.update(last_t=-1)
        client = log_in()
        assert client.post(STEP, {"code": f"{TOTP(device.bin_key).token():06}"}).status_code == 403
        TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None, last_t=-1)
        mine = f"{TOTP(TOTPDevice.objects.get(user=editor).bin_key).token():06}"
        answer = client.post(STEP, {"code": mine, "next": "https://evil.example/"})
        assert (answer.status_code, answer.url) == (302, "/admin/")

    def test_strange_codes_are_wrong_codes(self, editor):
        set_up(log_in(), editor)
        client = log_in()
        for code in ("", "x" * 5_000, "１２３４５６", "\ud800", "\x00", "-1", "1e5"):
            assert client.post(STEP, {"code": code.encode("utf-8", "replace").decode()}).status_code == 403

    def test_whoever_lost_everything_is_let_in_anew_by_the_operator(self, editor, capsys):
        set_up(log_in(), editor)
        call_command("forget_second_step", "editor")
        assert "forgot 2 devices of editor" in capsys.readouterr().out
        assert log_in().get("/admin/").status_code == 200

    @pytest.mark.slow
    def test_the_page_is_chinese(self, editor):
        client = log_in(HTTP_ACCEPT_LANGUAGE="zh-hans")
        assert "身份验证器" in client.get(STEP).content.decode()


class TestNobodyRaisesHimself:
    @pytest.fixture
    def clerk(self, db):
        """May change users and groups, and is no superuser."""
        user = User.objects.create_user("clerk", password=PASSWORD, is_staff=True)
        wanted = ("view_user", "add_user", "change_user", "delete_user", "change_group", "add_group")
        user.user_permissions.set(Permission.objects.filter(codename__in=wanted))
        return user

    MIGHT = {"is_superuser": "on", "is_staff": "on", "is_active": "on"}

    def post(self, clerk, path, **fields):
        client = Client()
        client.force_login(clerk)
        everything = [str(pk) for pk in Permission.objects.values_list("pk", flat=True)]
        body = {"username": "clerk", "password": "x", "user_permissions": everything, **self.MIGHT, **fields}
        return client.post(path, body)

    @pytest.mark.slow
    def test_not_oneself_nor_a_friend(self, clerk, editor):
        friend = User.objects.create_user("friend", password=PASSWORD)
        for user in (clerk, friend):
            before = user.get_all_permissions()
            self.post(clerk, f"/admin/auth/user/{user.pk}/change/", username=user.username)
            user = User.objects.get(pk=user.pk)
            assert (user.is_superuser, user.get_all_permissions()) == (False, before)
            assert user.is_staff == (user == clerk)

    def test_not_by_a_superuser_s_password_or_a_mightier_one_s(self, clerk, editor):
        mightier = User.objects.create_user("mightier", password=PASSWORD, is_staff=True)
        mightier.user_permissions.set(Permission.objects.filter(codename="change_brand"))
        for user in (editor, mightier):
            fields = {"password1": "another pass 2026", "password2": "another pass 2026"}
            assert self.post(clerk, f"/admin/auth/user/{user.pk}/password/", **fields).status_code == 403
            assert self.post(clerk, f"/admin/auth/user/{user.pk}/delete/", post="yes").status_code == 403
            assert User.objects.get(pk=user.pk).check_password(PASSWORD)

    def test_not_by_a_group(self, clerk):
        group = Group.objects.create(name="clerks")
        clerk.groups.add(group)
        assert self.post(clerk, f"/admin/auth/group/{group.pk}/change/", name="clerks").status_code == 403
        assert self.post(clerk, "/admin/auth/group/add/", name="mighty").status_code == 403
        assert not group.permissions.exists()
