from collections import defaultdict

from django.db import migrations, models

DAYS = ("", "周一", "周二", "周三", "周四", "周五", "周六", "周日")
MIDNIGHT = 24 * 60


def rows_as_text(apps, schema_editor):
    """Rows of hours, and "24 hours claimed", as the line of text that says the same; what overlapped is joined."""
    alias = schema_editor.connection.alias
    Hotline, Hours = apps.get_model("regions", "Hotline"), apps.get_model("regions", "HotlineHours")
    rows = defaultdict(lambda: defaultdict(list))
    for hotline, day, opens, closes in Hours.objects.using(alias).values_list("hotline_id", "weekday", "opens", "closes"):
        first, end = opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute
        rows[hotline][day].append((first, end if end > first else end + MIDNIGHT))
    for hotline in Hotline.objects.using(alias).filter(always_open=True).order_by("pk").iterator():
        Hotline.objects.using(alias).filter(pk=hotline.pk).update(opening_hours="24小时")
        rows.pop(hotline.pk, None)  # answers said around the clock
    for hotline, days in rows.items():
        Hotline.objects.using(alias).filter(pk=hotline).update(opening_hours=text_of(days)[:500])


def text_of(days):
    """Weekday → spans, as a line."""
    for day in [*range(1, 8)] * 2:
        for first, end in joined(days.get(day, ())):
            if end - first > MIDNIGHT or (end - first == MIDNIGHT and first):  # the rest is the next day's
                days[day] = [span for span in joined(days[day]) if span != (first, end)] + [(first, MIDNIGHT)]
                days.setdefault(day % 7 + 1, []).append((0, end - MIDNIGHT))
    groups = defaultdict(list)
    for day, spans in sorted(days.items()):
        groups[tuple(joined(spans))].append(day)
    return "；".join(f"{named(group)} {'、'.join(map(written, spans))}" for spans, group in groups.items())


def joined(spans):
    found = []
    for first, end in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((first, end))
    return found


def named(days):
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{DAYS[days[0]]}至{DAYS[days[-1]]}"
    return "、".join(DAYS[day] for day in days)


def written(span):
    first, end = span
    closes = f"次日{clock(end - MIDNIGHT)}" if end > MIDNIGHT else clock(end)
    return f"{clock(first)}-{closes}"


def clock(minute):
    return f"{minute // 60:02}:{minute % 60:02}"


class Migration(migrations.Migration):

    dependencies = [
        ('regions', '0012_change_sets'),
    ]

    operations = [
        migrations.AddField(
            model_name='hotline',
            name='opening_hours',
            field=models.CharField(blank=True, default='', help_text='As the source writes them, for example 周一至周五 8:30-17:30，节假日休息 or 24小时. What is not understood is kept as text.', max_length=500, verbose_name='opening hours'),
            preserve_default=False,
        ),
        migrations.RunPython(rows_as_text, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField(model_name='hotline', name='always_open'),
        migrations.DeleteModel(name='HotlineHours'),
    ]
