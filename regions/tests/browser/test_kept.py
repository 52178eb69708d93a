"""A form whose session ended is filled again after the log-in, on a phone and on a desk."""

import re

from django.urls import reverse

from regions.models import Brand


def enter(page) -> None:
    page.fill("#id_username", "chief")
    page.fill("#id_password", "secret")
    page.press("#id_password", "Enter")


def test_what_was_typed_outlives_the_session(visitor, world, chief):
    page = visitor.page
    visitor.go(reverse("admin:login"))
    enter(page)
    page.wait_for_url(re.compile(r"/admin/$"))
    visitor.go(reverse("admin:regions_brand_add"))
    page.fill("#id_name", "云朵电器")
    page.fill("#id_reason", "新品牌")
    page.context.clear_cookies(name="sessionid")
    page.click("button[name=_save], input[name=_save]")
    page.wait_for_url(re.compile(r"/admin/login/"))
    enter(page)
    page.wait_for_url(re.compile(r"/admin/kept/"))
    visitor.look("kept")
    page.click("button.sn-main")
    page.wait_for_url(re.compile(r"/brand/add/"))
    assert page.input_value("#id_name") == "云朵电器" and page.input_value("#id_reason") == "新品牌"
    visitor.look("kept-form")
    assert not Brand.objects.filter(name="云朵电器").exists()
    page.click("button[name=_save], input[name=_save]")
    page.wait_for_url(re.compile(r"/brand/$"))
    assert Brand.objects.filter(name="云朵电器").exists()
