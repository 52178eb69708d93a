import datetime
import uuid

from django.db import migrations, models
from django.utils import timezone

REASON = "It ended before it began, so it held on no day; it now ends on the day after it began."


def end_after_the_beginning(apps, schema_editor):
    """Hotlines that end on or before their first day held on no day, and no constraint said so.

    The first day stays, since it may stand in the key; the end becomes the day after it. Each is told as a change with
    what stood there before, so that a person finds them and puts the right days in.
    """
    alias = schema_editor.connection.alias
    Hotline, Change = apps.get_model("regions", "Hotline"), apps.get_model("regions", "Change")
    wrong = Hotline.objects.using(alias).filter(valid_to__lte=models.F("valid_from"))
    found = list(wrong.select_related("service", "number").order_by("pk"))
    changes, changeset, now = [], uuid.uuid4(), timezone.now()
    for hotline in found:
        before, after = hotline.valid_to, hotline.valid_from + datetime.timedelta(1)
        Hotline.objects.using(alias).filter(pk=hotline.pk).update(valid_to=after)
        extension = f"-{hotline.extension}" if hotline.extension else ""
        life = f"@{hotline.valid_from}" if hotline.follows_id else ""
        changes.append(
            Change(
                kind="hotline",
                key=f"{hotline.service.slug}:{hotline.number.canonical}{extension}{life}",
                action="update",
                before={"valid_to": before.isoformat()},
                after={"valid_to": after.isoformat()},
                correction=True,
                reason=REASON,
                changeset=changeset,
                at=now,
            )
        )
    Change.objects.using(alias).bulk_create(changes)
    for change in changes:
        print(f"\n    {change.key}: valid_to {change.before['valid_to']} is now {change.after['valid_to']}", end="")


class Migration(migrations.Migration):

    dependencies = [
        ('regions', '0010_region_updates'),
    ]

    operations = [
        migrations.RunPython(end_after_the_beginning, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name='hotline',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_from__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='hotline_period', violation_error_message='The end must lie after the beginning (the end day itself no longer counts).'),
        ),
    ]
