"""What is at an outlet names a number by its first claim, and stays there when that goes on as another."""

import django.db.models.deletion
from django.db import migrations, models


def name_first_claims(apps, schema_editor):
    hotlines, served = apps.get_model("regions", "Hotline"), apps.get_model("regions", "OutletService")
    moved = served.objects.filter(hotline__follows__isnull=False).select_related("hotline")
    for row in moved.order_by("pk"):
        claim = row.hotline
        first = hotlines.objects.get(
            service=claim.service_id, number=claim.number_id, extension=claim.extension, follows__isnull=True
        )
        if served.objects.filter(outlet=row.outlet_id, service=row.service_id, hotline=first).exists():
            row.delete()  # it would say the same twice
            continue
        row.hotline = first
        row.save(update_fields=["hotline"])


class Migration(migrations.Migration):
    dependencies = [("regions", "0019_jobs")]

    operations = [
        migrations.AlterField(
            model_name="outletservice",
            name="hotline",
            field=models.ForeignKey(
                blank=True,
                help_text="The hotline of this service that rings there, when known.",
                limit_choices_to={"follows__isnull": True},
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="at_outlets",
                to="regions.hotline",
                verbose_name="telephone",
            ),
        ),
        migrations.RunPython(name_first_claims, migrations.RunPython.noop, elidable=False),
    ]
