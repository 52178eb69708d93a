"""A service and the regions its lists speak of."""

import pytest
from django.contrib.auth.models import Permission, User

from regions.models import CoverageRule
from regions.tests import factories


@pytest.fixture
def places(make_regions):
    """自贡 and its counties, 潮州, 汕头, 甘孜 with 康定, 江干 with its successors, 襄樊, 澳门, two 朝阳, towns of 东莞."""
    return make_regions(
        "510322", "510311", "510100", "440500", "445122", "513301", "330104", "330102", "330114", "420600",
        "420683", "820000", "810000", "710000", "110105", "211300", "211321", "220104", "441900113", "510322003",
    )  # fmt: skip


@pytest.fixture
def service(places):
    return factories.make_service("cabinet-repair", brand="brand")


@pytest.fixture
def source(db):
    return factories.make_source("page")


@pytest.fixture
def clerk(service):
    """Somebody in the staff who looks after the service's brand and may bring lists in."""
    user = User.objects.create_user("clerk", password="secret", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="regions").exclude(codename="edit_all_brands")
    )
    service.brand.maintainers.add(user)
    return user


def rules(service, on=None) -> set[tuple[str, str]]:
    """{(code, kind)} of the rules in force."""
    return set(CoverageRule.objects.filter(service=service).current(on).values_list("region__code", "kind"))
