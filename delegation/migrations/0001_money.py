"""Agreements, and what a team finds worth discussing."""

import accounts.locales
import datetime
import django.core.validators
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0003_money'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TeamMoney',
            fields=[
                ('team', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='money', serialize=False, to='accounts.team')),
                ('own_rate', models.DecimalField(decimal_places=2, max_digits=8, null=True, verbose_name='what an hour of yours is worth')),
                ('tolerance_amount', models.DecimalField(decimal_places=2, max_digits=8, null=True, verbose_name='tolerance, amount')),
                ('tolerance_percent', models.PositiveSmallIntegerField(null=True, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='tolerance, percentage of the limit')),
            ],
            options={
                'verbose_name': 'tolerance and own rate',
                'verbose_name_plural': 'tolerances and own rates',
                'constraints': [models.CheckConstraint(condition=models.Q(('own_rate__isnull', True), ('own_rate__gt', 0), _connector='OR'), name='money_own_rate'), models.CheckConstraint(condition=models.Q(('tolerance_amount__isnull', True), ('tolerance_amount__gt', 0), _connector='OR'), name='money_tolerance_amount'), models.CheckConstraint(condition=models.Q(('tolerance_percent__isnull', True), ('tolerance_percent__range', (1, 100)), _connector='OR'), name='money_tolerance_percent')],
            },
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('agreed', 'Agreed'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn')], default='proposed', max_length=10, verbose_name='state')),
                ('proposed_at', models.DateTimeField(verbose_name='proposed')),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answer_text', models.TextField(blank=True)),
                ('kind', models.CharField(choices=[('freelance', 'Freelance'), ('employed', 'Employed'), ('agency', 'Through an agency'), ('other', 'Something else')], default='freelance', max_length=10, verbose_name='type')),
                ('signed_on', models.DateField(blank=True, null=True, verbose_name='signed on')),
                ('valid_from', models.DateField(verbose_name='counts from')),
                ('rate', models.DecimalField(decimal_places=2, max_digits=8, verbose_name='rate per hour')),
                ('currency', models.CharField(choices=accounts.locales.currencies, max_length=3, verbose_name='currency')),
                ('increment', models.PositiveSmallIntegerField(default=1, verbose_name='billed per so many minutes')),
                ('rush_multiplier', models.DecimalField(decimal_places=2, default=1, max_digits=4, verbose_name='rush')),
                ('rush_hours', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='rush: handed over fewer hours than this before the deadline')),
                ('regular_days', models.CharField(default='01234', help_text='0 is Monday', max_length=7, verbose_name='regular days')),
                ('regular_from', models.TimeField(default=datetime.time(8, 0), verbose_name='regular hours from')),
                ('regular_until', models.TimeField(default=datetime.time(18, 0), verbose_name='regular hours until')),
                ('out_of_hours_multiplier', models.DecimalField(decimal_places=2, default=1, max_digits=4, verbose_name='outside those')),
                ('holiday_multiplier', models.DecimalField(decimal_places=2, default=1, max_digits=4, verbose_name='public holidays')),
                ('special_days', models.JSONField(blank=True, default=list, verbose_name='special days')),
                ('time_zone', models.CharField(max_length=64, verbose_name='time zone')),
                ('country', models.CharField(blank=True, max_length=2, verbose_name='country')),
                ('response_hours_assistant', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='the assistant answers within')),
                ('response_hours_entrepreneur', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='the entrepreneur answers within')),
                ('channels', models.TextField(blank=True, verbose_name='channels')),
                ('responsibilities', models.TextField(blank=True, verbose_name='who is responsible for what')),
                ('input_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='input may take (working days)')),
                ('input_late', models.TextField(blank=True, verbose_name='and what happens after that')),
                ('escalation', models.JSONField(blank=True, default=list, verbose_name='escalation steps')),
                ('risks', models.JSONField(blank=True, default=list, verbose_name='risks')),
                ('liability', models.TextField(blank=True, verbose_name='liability')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('assistant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to=settings.AUTH_USER_MODEL, verbose_name='assistant')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='agreements', to='accounts.team', verbose_name='team')),
            ],
            options={
                'verbose_name': 'agreement',
                'verbose_name_plural': 'agreements',
                'constraints': [models.UniqueConstraint(fields=('team', 'assistant', 'version'), name='agreement_version_once'), models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('team', 'assistant'), name='agreement_one_proposed'), models.UniqueConstraint(condition=models.Q(('state', 'agreed')), fields=('team', 'assistant', 'valid_from'), name='agreement_one_a_day'), models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'agreed', 'declined', 'withdrawn'])), name='agreement_known_state'), models.CheckConstraint(condition=models.Q(('rate__gte', 0)), name='agreement_rate_not_negative'), models.CheckConstraint(condition=models.Q(('increment__range', (1, 60))), name='agreement_increment'), models.CheckConstraint(condition=models.Q(('holiday_multiplier__gte', 1), ('out_of_hours_multiplier__gte', 1), ('rush_multiplier__gte', 1)), name='agreement_multipliers'), models.CheckConstraint(condition=models.Q(('regular_until__gt', models.F('regular_from'))), name='agreement_regular_hours'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'agreed'), _negated=True), models.Q(('answered_by__isnull', False), models.Q(('answered_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='agreement_of_two')],
            },
        ),
    ]
