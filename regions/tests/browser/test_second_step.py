"""The second step of a log-in, from the menu of the user to a lost telephone."""

import re

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

pytestmark = pytest.mark.django_db
PASSWORD = "纸上得来终觉浅 paper 2026"


@pytest.fixture
def editor(transactional_db):
    return User.objects.create_superuser("editor", password=PASSWORD)


def log_in(visitor) -> None:
    visitor.go(reverse("admin:login"))
    visitor.page.fill("#id_username", "editor")
    visitor.page.fill("#id_password", PASSWORD)
    visitor.page.press("#id_password", "Enter")
    visitor.page.wait_for_url(re.compile(r"/admin/(second-step/.*)?$"))


def log_out(visitor) -> None:
    visitor.page.context.clear_cookies()


def send(visitor, code: str) -> None:
    visitor.page.fill("#code", code)
    visitor.page.get_by_role("button", name="继续").click()
    visitor.page.wait_for_load_state("networkidle")


def code() -> str:
    TOTPDevice.objects.update(last_t=-1, throttling_failure_count=0, throttling_failure_timestamp=None)
    return f"{TOTP(TOTPDevice.objects.get().bin_key).token():06}"


def test_from_the_menu_to_a_lost_telephone(visitor, editor, capsys):
    page = visitor.page
    log_in(visitor)
    page.evaluate("document.querySelector('a[href=\"/admin/second-step/\"]').click()")
    page.wait_for_url(re.compile("second-step"))
    assert page.locator("img").evaluate("image => image.naturalWidth") > 100
    visitor.look("second-step-new")
    send(visitor, "000000")
    assert page.get_by_role("alert").is_visible()
    visitor.complaints.clear()  # the browser notes the 403
    visitor.look("second-step-wrong")
    send(visitor, code())
    recovery = page.locator("pre").inner_text().split()
    assert len(recovery) == 10
    visitor.look("second-step-codes")
    page.get_by_role("link", name="我已保存").click()
    page.wait_for_url(re.compile(r"/admin/$"))

    log_out(visitor)
    log_in(visitor)
    assert "second-step" in page.url and page.locator("img").count() == 0
    visitor.look("second-step-asked")
    send(visitor, code())
    page.wait_for_url(re.compile(r"/admin/$"))
    visitor.go(reverse("second-step"))
    visitor.look("second-step-done")

    log_out(visitor)
    log_in(visitor)
    send(visitor, recovery[0])
    page.wait_for_url(re.compile(r"/admin/$"))

    log_out(visitor)
    call_command("forget_second_step", "editor")
    log_in(visitor)
    assert page.url.endswith("/admin/")
