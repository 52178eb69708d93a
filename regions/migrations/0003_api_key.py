import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('regions', '0002_evidence_details'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('prefix', models.CharField(editable=False, max_length=8, unique=True)),
                ('hashed_key', models.CharField(editable=False, max_length=150)),
                ('created', models.DateTimeField(auto_now_add=True, db_index=True)),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('name', models.CharField(help_text='Which program uses it, for example 呼叫中心坐席系统.', max_length=50, verbose_name='name')),
                ('revoked', models.BooleanField(default=False, help_text='A revoked key is refused at once. This cannot be undone.', verbose_name='revoked')),
                ('expiry_date', models.DateTimeField(blank=True, help_text='Refused from then on; empty means never.', null=True, verbose_name='expires')),
                ('role', models.CharField(choices=[('read', 'read'), ('write', 'write')], default='read', help_text='Read raises the limit; write also acts as the owner.', max_length=5, verbose_name='role')),
                ('rate', models.PositiveIntegerField(blank=True, help_text='Its own limit; empty means the limit of all keys (RATE_KEY). For example 6000.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='requests a minute')),
                ('last_used_at', models.DateTimeField(blank=True, editable=False, help_text='To the minute; empty when never.', null=True, verbose_name='last used at')),
                ('owner', models.ForeignKey(help_text='Who answers for the key; a write key acts as this user.', on_delete=django.db.models.deletion.PROTECT, related_name='api_keys', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
            ],
            options={
                'verbose_name': 'API key',
                'verbose_name_plural': 'API keys',
                'ordering': ['-created', 'id'],
            },
        ),
    ]
