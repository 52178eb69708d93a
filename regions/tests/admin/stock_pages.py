"""Opens every list and form with Django's own admin; run by `test_stock` in a process of its own."""

import django

django.setup()

from django.contrib import admin  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from regions.admin.look import THEMED  # noqa: E402
from regions.tests import factories  # noqa: E402

assert not THEMED
call_command("migrate", verbosity=0)
regions = factories.load_regions("510322", "330104")
service = factories.make_service("a", brand="a", steps=["x"])
factories.make_rules(service, include=[regions["510322"]])
factories.make_hotline(service)
client = Client()
client.force_login(User.objects.create_superuser("chief"))
assert client.get(reverse("admin:index")).status_code == 200
for model in admin.site._registry:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    for address in (reverse(f"{name}_changelist"), reverse(f"{name}_changelist") + "?q=x"):
        assert client.get(address).status_code == 200, address
    for obj in model._default_manager.all()[:2]:
        for view in ("change", "history"):
            response = client.get(reverse(f"{name}_{view}", args=[obj.pk]))
            assert response.status_code == 200, (model, view)
within = client.get(reverse("admin:regions_region_changelist"), {"within": regions["510000"].pk})
assert "富顺县" in within.content.decode()
assert client.get(reverse("admin:regions_coveragerule_import")).status_code == 200
print("ok")
