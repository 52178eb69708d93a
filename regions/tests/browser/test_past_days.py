"""Forms and tables that say what counts for past days, in Chromium."""

import pytest
from django.urls import reverse

from regions.models import CoverageRule
from regions.services import records

from .test_change_sets import at_desk  # noqa: F401


@pytest.mark.django_db(transaction=True)
def test_forms_and_tables_say_what_counts_for_past_days(at_desk, world, chief):  # noqa: F811
    at_desk.go(reverse("admin:regions_service_change", args=[world.ours.pk]))
    at_desk.look("service-past-days")
    assert at_desk.page.get_by_text("对过去的日子也算数").count() >= 3
    at_desk.go(reverse("admin:regions_coveragerule_import"))
    at_desk.look("import-correction")
    at_desk.go(reverse("admin:regions_coveragerule_change", args=[world.rule.pk]))
    meanwhile = CoverageRule.objects.get(pk=world.rule.pk)
    meanwhile.kind = "exclude"
    records.save(meanwhile, actor=chief, reason="不去了")
    at_desk.page.fill("[name=note]", "仅限城区")
    at_desk.page.click("[name=_save]")
    at_desk.page.wait_for_load_state("networkidle")
    at_desk.look("rule-ended-meanwhile")
    assert at_desk.page.input_value("[name=note]") == "仅限城区"
    at_desk.page.click("[name=_save]")
    at_desk.page.wait_for_load_state("networkidle")
    new = CoverageRule.objects.get(service=world.ours, valid_to=None)
    assert (new.note, new.pk != world.rule.pk) == ("仅限城区", True)
    at_desk.go(reverse("admin:regions_coveragerule_history", args=[new.pk]))
    at_desk.look("history-of-a-rule")
