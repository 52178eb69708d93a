"""Since when each independent report counts, and which are of one reporter: of those on file only the day of the first is known."""

from django.db import migrations, models
from django.utils import timezone

import regions.frozen


def count_from_the_first(apps, schema_editor):
    reporters: dict = {}
    for each in apps.get_model("regions", "Dispute").objects.order_by("pk"):
        each.weighed_on = [timezone.localdate(each.opened_at).isoformat()] * each.weight
        whose = each.hotline_id, each.fingerprint or each.pk
        each.reporter = reporters.setdefault(whose, regions.frozen.new_reference())
        each.save(update_fields=["weighed_on", "reporter"])


class Migration(migrations.Migration):
    dependencies = [("regions", "0021_keys_of_deleted_claims")]

    operations = [
        migrations.AddField(
            model_name="dispute",
            name="weighed_on",
            field=models.JSONField(
                blank=True,
                default=list,
                editable=False,
                help_text="The day of each report that counts in the weight: answers about a day know those until then.",
                verbose_name="weighed on",
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="reporter",
            field=models.CharField(
                default=regions.frozen.new_reference,
                editable=False,
                help_text="Drawn at random: what one reporter had open at a time about one number has the same.",
                max_length=12,
                verbose_name="reporter",
            ),
        ),
        migrations.AddIndex(
            model_name="hotline",
            index=models.Index(fields=["number", "service", "extension"], name="hotline_line"),
        ),
        migrations.RunPython(count_from_the_first, migrations.RunPython.noop, elidable=False),
    ]
