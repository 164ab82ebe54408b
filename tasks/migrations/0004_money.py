"""Limits, flags, money and time: timers, corrections, receipts, tolerance, milestones, wishes, usual limits.

While it runs, the code of before goes on: each new column that can't be empty has a default in the database. The
constraints on tasks and turns are put up without looking at the old rows (0006 does that without holding anybody up;
0005 adds up what was logged before).
"""

from importlib import import_module

import accounts.locales
import delegation.workflow
import django.core.serializers.json
import django.db.models.constraints
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


AddConstraintUnchecked = import_module('tasks.migrations.0002_checkin_engine').AddConstraintUnchecked


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_money'),
        ('delegation', '0001_money'),
        ('tasks', '0003_checkinrule_validated'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EntryCorrection',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('was', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('now', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('reason', models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name='Milestone',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField(help_text='from 1')),
                ('title', models.CharField(max_length=200)),
                ('working_days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('due_on', models.DateField(blank=True, null=True)),
                ('planned_on', models.DateField(blank=True, null=True)),
                ('state', models.CharField(choices=[('locked', 'Not yet'), ('open', 'Under way'), ('delivered', 'Delivered'), ('accepted', 'Accepted')], default='locked', max_length=10)),
                ('delivered_at', models.DateTimeField(blank=True, null=True)),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Timer',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='timer', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('started_at', models.DateTimeField()),
                ('look_at', models.DateTimeField(db_index=True)),
                ('confirmed_at', models.DateTimeField(blank=True, help_text='said to be still at it', null=True)),
                ('asked_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ToleranceUse',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('amount', models.DecimalField(decimal_places=2, max_digits=10)),
                ('cap', models.DecimalField(decimal_places=2, max_digits=10)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='UsualLimits',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('level', models.CharField(blank=True, choices=[('just_do_it', 'Just do it'), ('within_limits', 'Stay within my limits'), ('propose', 'You decide, I approve first'), ('advise', 'Advise me, I decide'), ('research', 'Research only'), ('instructions', 'Follow my instructions')], max_length=20)),
                ('money_limit', models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True)),
                ('time_limit', models.PositiveIntegerField(blank=True, help_text='minutes', null=True)),
                ('ask_above', models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True)),
                ('guidelines', models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name='Wish',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('text', models.CharField(max_length=300)),
                ('minutes', models.PositiveIntegerField(blank=True, null=True)),
                ('amount', models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True)),
                ('state', models.CharField(choices=[('open', 'In the tray'), ('task', 'Made a task'), ('swapped', 'Swapped'), ('dropped', 'Dropped')], default='open', max_length=10)),
                ('created_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('swapped_for', models.CharField(blank=True, max_length=500)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='turn',
            name='turn_kind_known',
        ),
        migrations.AddField(
            model_name='briefversion',
            name='reason',
            field=models.TextField(blank=True, db_default=''),
        ),
        migrations.AddField(
            model_name='expense',
            name='approved_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='expense',
            name='approved_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='expense',
            name='day',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='expense',
            name='original_amount',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True),
        ),
        migrations.AddField(
            model_name='expense',
            name='original_currency',
            field=models.CharField(blank=True, choices=accounts.locales.currencies, db_default='', max_length=3),
        ),
        migrations.AddField(
            model_name='expense',
            name='rate',
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=12, null=True),
        ),
        migrations.AddField(
            model_name='expense',
            name='receipt',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='expenses', to='tasks.storedfile'),
        ),
        migrations.AddField(
            model_name='expense',
            name='state',
            field=models.CharField(choices=[('counted', 'Counted'), ('waiting', 'Waits for a yes'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn')], db_default='counted', default='counted', max_length=10),
        ),
        migrations.AddField(
            model_name='storedfile',
            name='agreement',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='files', to='delegation.agreement'),
        ),
        migrations.AddField(
            model_name='task',
            name='could_items',
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name='task',
            name='handed_over_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='task',
            name='milestone_count',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='task',
            name='milestones_open',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='task',
            name='minutes_billed',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='task',
            name='minutes_logged',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='task',
            name='minutes_unpaid',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='task',
            name='money_spent',
            field=models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=12),
        ),
        migrations.AddField(
            model_name='task',
            name='money_told',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='task',
            name='must_items',
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name='task',
            name='time_told',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='timeentry',
            name='approved_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='timeentry',
            name='approved_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='timeentry',
            name='billed',
            field=models.PositiveIntegerField(db_default=0, default=0, help_text='minutes'),
        ),
        migrations.AddField(
            model_name='timeentry',
            name='ended_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='timeentry',
            name='is_rush',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='timeentry',
            name='source',
            field=models.CharField(choices=[('hand', 'By hand'), ('timer', 'Timer')], db_default='hand', default='hand', max_length=8),
        ),
        migrations.AddField(
            model_name='timeentry',
            name='started_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='timeentry',
            name='state',
            field=models.CharField(choices=[('counted', 'Counted'), ('waiting', 'To be confirmed'), ('struck', 'Struck out')], db_default='counted', default='counted', max_length=8),
        ),
        migrations.AlterField(
            model_name='turn',
            name='kind',
            field=models.CharField(choices=[('offer', 'Offer'), ('amendment', 'Changed brief'), ('returned', 'Handed back'), ('question', 'Question'), ('proposal', 'Proposal'), ('options', 'Options'), ('deviation', 'Question about deviating'), ('flag', 'Flag'), ('delivery', 'Delivery'), ('expense', 'Expense'), ('milestone', 'Milestone')], max_length=20),
        ),
        migrations.AddIndex(
            model_name='expense',
            index=models.Index(fields=['by', 'day', 'id'], name='expense_by_day'),
        ),
        migrations.AddIndex(
            model_name='expense',
            index=models.Index(fields=['task', '-day', '-id'], name='expense_task_day'),
        ),
        migrations.AddIndex(
            model_name='timeentry',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['user', 'day', 'id'], name='timeentry_waiting'),
        ),
        migrations.AddIndex(
            model_name='timeentry',
            index=models.Index(fields=['user', 'day', 'id'], name='timeentry_user_day'),
        ),
        migrations.AddIndex(
            model_name='timeentry',
            index=models.Index(fields=['task', '-day', '-id'], name='timeentry_task_day'),
        ),
        migrations.AddConstraint(
            model_name='expense',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['counted', 'refused', 'waiting', 'withdrawn'])), name='expense_state_known'),
        ),
        AddConstraintUnchecked(
            model_name='task',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', [delegation.workflow.State['DELIVERED'], delegation.workflow.State['DONE']]), ('milestones_open__gt', 0), _negated=True), name='task_milestones_accepted_before_delivery'),
        ),
        migrations.AddConstraint(
            model_name='timeentry',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['counted', 'struck', 'waiting'])), name='timeentry_state_known'),
        ),
        migrations.AddConstraint(
            model_name='timeentry',
            constraint=models.CheckConstraint(condition=models.Q(('billed__lte', models.F('minutes'))), name='timeentry_billed_was_worked'),
        ),
        migrations.AddConstraint(
            model_name='timeentry',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'counted'), ('billed', 0), _connector='OR'), name='timeentry_billed_is_counted'),
        ),
        migrations.AddConstraint(
            model_name='timeentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('started_at__isnull', True)), models.Q(('ended_at__gt', models.F('started_at')), ('ended_at__isnull', False), ('started_at__isnull', False)), _connector='OR'), name='timeentry_ends_after_start'),
        ),
        AddConstraintUnchecked(
            model_name='turn',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['amendment', 'delivery', 'deviation', 'expense', 'flag', 'milestone', 'offer', 'options', 'proposal', 'question', 'returned'])), name='turn_kind_known'),
        ),
        migrations.AddField(
            model_name='entrycorrection',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='entrycorrection',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='corrections', to='tasks.timeentry'),
        ),
        migrations.AddField(
            model_name='milestone',
            name='task',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='milestones', to='tasks.task'),
        ),
        migrations.AddField(
            model_name='timer',
            name='task',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='timers', to='tasks.task'),
        ),
        migrations.AddField(
            model_name='toleranceuse',
            name='task',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tolerance_uses', to='tasks.task'),
        ),
        migrations.AddField(
            model_name='usuallimits',
            name='assistant',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='usuallimits',
            name='team',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='usual_limits', to='accounts.team'),
        ),
        migrations.AddField(
            model_name='wish',
            name='became',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='tasks.task'),
        ),
        migrations.AddField(
            model_name='wish',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='wish',
            name='closed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='wish',
            name='task',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='wishes', to='tasks.task'),
        ),
        migrations.AddField(
            model_name='wish',
            name='team',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='wishes', to='accounts.team'),
        ),
        migrations.AddConstraint(
            model_name='milestone',
            constraint=models.UniqueConstraint(fields=('task', 'position'), name='milestone_position_once'),
        ),
        migrations.AddConstraint(
            model_name='milestone',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['accepted', 'delivered', 'locked', 'open'])), name='milestone_state_known'),
        ),
        migrations.AddConstraint(
            model_name='milestone',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_on__isnull', False), ('position', 1)), models.Q(('position__gt', 1), ('working_days__gte', 1)), _connector='OR'), name='milestone_has_its_day'),
        ),
        migrations.AddConstraint(
            model_name='milestone',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['open', 'delivered'])), fields=('task',), name='milestone_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='toleranceuse',
            constraint=models.UniqueConstraint(fields=('task', 'day'), name='tolerance_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='toleranceuse',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('amount__lte', models.F('cap'))), name='tolerance_within_cap'),
        ),
        migrations.AddConstraint(
            model_name='usuallimits',
            constraint=models.UniqueConstraint(condition=models.Q(('assistant__isnull', True)), fields=('team', 'level'), name='usual_limits_once_a_level'),
        ),
        migrations.AddConstraint(
            model_name='usuallimits',
            constraint=models.UniqueConstraint(condition=models.Q(('level', '')), fields=('team', 'assistant'), name='usual_limits_once_an_assistant'),
        ),
        migrations.AddConstraint(
            model_name='usuallimits',
            constraint=models.CheckConstraint(condition=models.Q(('level', ''), ('assistant__isnull', True), _connector='OR'), name='usual_limits_for_level_or_assistant'),
        ),
        migrations.AddIndex(
            model_name='wish',
            index=models.Index(fields=['team', 'state', '-created_at', '-id'], name='wish_team_state'),
        ),
        migrations.AddConstraint(
            model_name='wish',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['dropped', 'open', 'swapped', 'task'])), name='wish_state_known'),
        ),
    ]
