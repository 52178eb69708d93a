"""A hotline ends after it begins: the database holds to it, forms say it, and what stood otherwise is carried along."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from regions.models import Change, Hotline
from regions.services import records
from regions.tests import factories

DAY = datetime.date(2026, 3, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("end", [DAY, DAY - datetime.timedelta(1)])
def test_no_hotline_ends_before_it_begins(end):
    hotline = factories.make_hotline(factories.make_service(), valid_from=DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Hotline.objects.filter(pk=hotline.pk).update(valid_to=end)
    hotline.valid_to = end
    with pytest.raises(ValidationError, match="The end must lie after the beginning|结束"):
        records.save(hotline, correct=True)
    assert Hotline.objects.get().valid_to is None


def migrate(name: str):
    executor = MigrationExecutor(connection)
    executor.migrate([("regions", name)])
    return executor.loader.project_state([("regions", name)]).apps


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_what_ended_too_early_is_carried_along_and_told(capsys):
    old = migrate("0010_region_updates")
    try:
        brand = old.get_model("regions", "Brand").objects.create(slug="brand", name="牌")
        category = old.get_model("regions", "Category").objects.create(slug="c", name="品类")
        service = old.get_model("regions", "Service").objects.create(
            slug="repair", name="维修", brand=brand, category=category
        )
        for canonical, begin, end in (
            ("4001", DAY, DAY),
            ("4002", DAY, datetime.date(2026, 4, 1)),
            ("4003", None, DAY),
        ):
            number = old.get_model("regions", "PhoneNumber").objects.create(canonical=canonical, kind="other")
            old.get_model("regions", "Hotline").objects.create(
                service=service, number=number, extension="2", valid_from=begin, valid_to=end
            )
    finally:
        migrate("0011_hotline_period")
        call_command("migrate", verbosity=0)
    ends = dict(Hotline.objects.values_list("number__canonical", "valid_to"))
    assert ends == {"4001": datetime.date(2026, 3, 2), "4002": datetime.date(2026, 4, 1), "4003": DAY}
    (change,) = Change.objects.all()
    assert (change.kind, change.key, change.correction) == ("hotline", "repair:4001-2", True)
    assert change.before == {"valid_to": "2026-03-01"} and change.after == {"valid_to": "2026-03-02"}
    assert change.reason and "repair:4001-2: valid_to 2026-03-01 is now 2026-03-02" in capsys.readouterr().out
