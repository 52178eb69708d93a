"""Since when each independent report counts: of those on file only the day of the first is known."""

from django.db import migrations, models
from django.utils import timezone


def count_from_the_first(apps, schema_editor):
    disputes = apps.get_model("regions", "Dispute")
    for each in disputes.objects.filter(weight__gt=0).order_by("pk"):
        each.weighed_on = [timezone.localdate(each.opened_at).isoformat()] * each.weight
        each.save(update_fields=["weighed_on"])


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
        migrations.AddIndex(
            model_name="hotline",
            index=models.Index(fields=["number", "service", "extension"], name="hotline_line"),
        ),
        migrations.RunPython(count_from_the_first, migrations.RunPython.noop, elidable=False),
    ]
