"""API keys: who they are, what they open, when they stop."""

import datetime
import re

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from django.utils import timezone

from regions.api.authentication import ApiKeyAuthentication
from regions.api.permissions import may_write
from regions.models import ApiKey, Change

URL = "/api/v1/services/"


def test_only_the_hash_is_kept(make_key):
    _record, headers = make_key()
    key = headers["HTTP_AUTHORIZATION"].split()[1]
    stored = " ".join(str(value) for value in ApiKey.objects.values().get().values())
    assert key not in stored and key.partition(".")[2] not in stored


@pytest.mark.parametrize("form", ["Api-Key {}", "api-key {}"])
def test_both_headers_and_any_case_are_read(api, make_key, form):
    record, headers = make_key()
    key = headers["HTTP_AUTHORIZATION"].split()[1]
    assert api.get(URL, HTTP_AUTHORIZATION=form.format(key)).status_code == 200
    assert api.get(URL, HTTP_X_API_KEY=key).status_code == 200
    record.refresh_from_db()
    assert record.last_used_at is not None


@pytest.mark.parametrize("key", ["nonsense", "abcdefgh.wrong", "\x00.x", "x" * 5000, "钥匙.钥匙"])
def test_an_unknown_key_is_refused_not_ignored(api, db, key):
    response = api.get(URL, HTTP_X_API_KEY=key)
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert response["WWW-Authenticate"] == 'Api-Key realm="api"'


def test_a_wrong_secret_for_a_known_prefix_is_refused(api, make_key):
    record, _headers = make_key()
    assert api.get(URL, HTTP_X_API_KEY=f"{record.prefix}.wrong").status_code == 401


@pytest.mark.parametrize(
    "end",
    [
        lambda key: ApiKey.objects.filter(pk=key.pk).update(revoked=True),
        lambda key: ApiKey.objects.filter(pk=key.pk).update(
            expiry_date=timezone.now() - datetime.timedelta(seconds=1)
        ),
        lambda key: User.objects.filter(pk=key.owner_id).update(is_active=False),
    ],
    ids=["revoked", "expired", "owner left"],
)
def test_a_key_stops_at_once(api, make_key, end):
    record, headers = make_key(role="write")
    assert api.get(URL, **headers).status_code == 200
    end(record)
    assert api.get(URL, **headers).status_code == 401


def test_revoking_cannot_be_undone(make_key):
    record, _headers = make_key(revoked=True)
    record = ApiKey.objects.get()
    record.revoked = False
    with pytest.raises(ValidationError):
        record.save()


def test_last_used_is_written_at_most_once_a_minute(api, make_key, time_machine):
    record, headers = make_key()
    time_machine.move_to("2026-11-21T04:00:10Z", tick=False)
    api.get(URL, **headers)
    time_machine.move_to("2026-11-21T04:01:05Z", tick=False)
    api.get(URL, **headers)
    record.refresh_from_db()
    assert f"{record.last_used_at:%M:%S}" == "00:10"
    time_machine.move_to("2026-11-21T04:01:11Z", tick=False)
    api.get(URL, **headers)
    record.refresh_from_db()
    assert f"{record.last_used_at:%M:%S}" == "01:11"


@pytest.mark.parametrize(
    ("role", "is_staff", "writes"),
    [("write", True, True), ("read", True, False), ("write", False, False)],
)
def test_who_may_write(make_key, staff, role, is_staff, writes):
    staff.is_staff = is_staff
    staff.save()
    _record, headers = make_key(role=role)
    request = RequestFactory().post(URL, **headers)
    request.user, request.auth = ApiKeyAuthentication().authenticate(request)
    assert may_write(request) is writes
    assert request.user.is_authenticated is (role == "write")


class TestAdmin:
    """Keys are made in the admin, and shown there once."""

    ADD = "/admin/regions/apikey/add/"

    def form(self, owner, **fields):
        return {
            "name": "呼叫中心",
            "owner": owner.pk,
            "role": "read",
            "rate": "",
            "reason": "合同 2026-11",
        } | fields

    def test_the_key_is_shown_once_and_works(self, admin_client, admin_user, api):
        response = admin_client.post(self.ADD, self.form(admin_user), follow=True)
        record = ApiKey.objects.get()
        (message,) = [str(text) for text in response.context["messages"] if f"{record.prefix}." in str(text)]
        (key,) = re.findall(record.prefix + r"\.\w+", message)
        assert api.get(URL, HTTP_X_API_KEY=key).status_code == 200
        for page in (
            "/admin/regions/apikey/",
            f"/admin/regions/apikey/{record.pk}/change/",
        ):
            assert key not in admin_client.get(page, follow=True).content.decode()

    def test_the_audit_trail_names_it_without_its_hash(self, admin_client, admin_user):
        admin_client.post(self.ADD, self.form(admin_user))
        record, change = ApiKey.objects.get(), Change.objects.get(kind="key")
        assert change.key == record.prefix
        assert change.actor == admin_user
        assert record.hashed_key.removeprefix("sha512$$") not in str(change.after)

    def test_nobody_makes_a_key_in_another_name(self, client, staff, admin_user):
        from django.contrib.auth.models import Permission

        staff.user_permissions.set(Permission.objects.filter(content_type__model="apikey"))
        client.force_login(staff)
        response = client.post(self.ADD, self.form(admin_user, role="write"))
        assert response.status_code == 200 and "owner" in response.context["adminform"].form.errors
        assert not ApiKey.objects.exists()
        client.post(self.ADD, self.form(staff, role="write"))
        assert ApiKey.objects.get().owner == staff

    def test_a_key_is_revoked_and_never_deleted(self, admin_client, make_key, api):
        record, headers = make_key()
        change = f"/admin/regions/apikey/{record.pk}/change/"
        response = admin_client.post(change, {"name": "x", "rate": "5", "revoked": "on", "reason": "lost"})
        assert response.status_code == 302
        assert api.get(URL, **headers).status_code == 401
        assert admin_client.post(change.replace("change", "delete")).status_code == 403
