"""The engine of check-ins: all triggers, reminders, what the work takes, default rules.

While it runs, the code of before goes on: each new column that can't be empty has a default in the database, and the
constraint on rules is widened. It is put up without looking at the old rows (0003 does that without holding anybody
up). The indexes are built in here, so `tasks_checkin` and `tasks_turn` can't be written to meanwhile: about a second for
a million rows.
"""

import delegation.levels
import django.db.models.deletion
import uuid
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class AddConstraintUnchecked(AddConstraintNotValid):
    """Only new rows have to fit yet. SQLite knows no such thing, and gets an ordinary constraint."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        ordinary = migrations.AddConstraint if schema_editor.connection.vendor != 'postgresql' else AddConstraintNotValid
        ordinary.database_forwards(self, app_label, schema_editor, from_state, to_state)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_reach_and_preferences'),
        ('tasks', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DefaultCheckinRule',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('trigger', models.CharField(choices=[('after_start', 'A number of hours after the start'), ('after_work', 'After a number of hours of logged work'), ('every_hours', 'Every so many working hours'), ('every_days', 'Every so many days at a time'), ('weekdays', 'On days of the week at a time'), ('at', 'At a date and time'), ('before_deadline', 'A number of hours before the deadline'), ('time_used', 'When part of the time is used'), ('money_used', 'When part of the money is used')], max_length=20)),
                ('hours', models.PositiveIntegerField(blank=True, null=True)),
                ('days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('percent', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('at_time', models.TimeField(blank=True, null=True)),
                ('at', models.DateTimeField(blank=True, null=True)),
                ('weekdays', models.CharField(db_default='01234', default='01234', help_text='0 is Monday', max_length=7)),
                ('any_time', models.BooleanField(db_default=False, default=False, help_text='asks outside working time too')),
                ('level', models.CharField(blank=True, choices=[('just_do_it', 'Just do it'), ('within_limits', 'Stay within my limits'), ('propose', 'You decide, I approve first'), ('advise', 'Advise me, I decide'), ('research', 'Research only'), ('instructions', 'Follow my instructions')], max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name='Expense',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=10)),
                ('what', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='TimeEntry',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('minutes', models.PositiveIntegerField()),
                ('day', models.DateField()),
                ('note', models.TextField(blank=True)),
                ('created_at', models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='checkinrule',
            name='checkinrule_complete',
        ),
        migrations.RemoveIndex(
            model_name='checkin',
            name='checkin_asked',
        ),
        migrations.RemoveIndex(
            model_name='checkin',
            name='checkin_due',
        ),
        migrations.AddField(
            model_name='checkin',
            name='escalated_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='checkin',
            name='finish_at',
            field=models.DateField(blank=True, help_text='when the assistant expects to be ready', null=True),
        ),
        migrations.AddField(
            model_name='checkin',
            name='next_step_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='checkin',
            name='reminded_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='checkinrule',
            name='any_time',
            field=models.BooleanField(db_default=False, default=False, help_text='asks outside working time too'),
        ),
        migrations.AddField(
            model_name='checkinrule',
            name='days',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='checkinrule',
            name='paused_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='checkinrule',
            name='percent',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='checkinrule',
            name='weekdays',
            field=models.CharField(db_default='01234', default='01234', help_text='0 is Monday', max_length=7),
        ),
        migrations.AddField(
            model_name='turn',
            name='nudge_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='turn',
            name='nudges',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name='checkin',
            name='rule',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='checkins', to='tasks.checkinrule'),
        ),
        migrations.AlterField(
            model_name='checkin',
            name='state',
            field=models.CharField(choices=[('due', 'Due'), ('asked', 'Asked'), ('reminded', 'Reminded'), ('escalated', 'No answer'), ('answered', 'Answered'), ('missed', 'Missed'), ('withdrawn', 'Withdrawn')], default='due', max_length=20, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='checkin',
            name='task',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='checkins', to='tasks.task'),
        ),
        migrations.AlterField(
            model_name='checkinrule',
            name='trigger',
            field=models.CharField(choices=[('after_start', 'A number of hours after the start'), ('after_work', 'After a number of hours of logged work'), ('every_hours', 'Every so many working hours'), ('every_days', 'Every so many days at a time'), ('weekdays', 'On days of the week at a time'), ('at', 'At a date and time'), ('before_deadline', 'A number of hours before the deadline'), ('time_used', 'When part of the time is used'), ('money_used', 'When part of the money is used')], max_length=20),
        ),
        migrations.AlterField(
            model_name='event',
            name='task',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='events', to='tasks.task'),
        ),
        migrations.AddIndex(
            model_name='checkin',
            index=models.Index(condition=models.Q(('state', 'due')), fields=['due_at', 'assistant', 'id'], name='checkin_due'),
        ),
        migrations.AddIndex(
            model_name='checkin',
            index=models.Index(condition=models.Q(('state__in', ['asked', 'reminded', 'escalated'])), fields=['assistant', 'asked_at'], name='checkin_open'),
        ),
        migrations.AddIndex(
            model_name='checkin',
            index=models.Index(condition=models.Q(('state__in', ['asked', 'reminded'])), fields=['next_step_at', 'id'], name='checkin_chased'),
        ),
        migrations.AddIndex(
            model_name='checkin',
            index=models.Index(condition=models.Q(('state__in', ['missed', 'withdrawn'])), fields=['due_at'], name='checkin_over'),
        ),
        migrations.AddIndex(
            model_name='turn',
            index=models.Index(condition=models.Q(('nudges__lt', 2), ('state', 'open')), fields=['nudge_at', 'id'], name='turn_to_nudge'),
        ),
        AddConstraintUnchecked(
            model_name='checkinrule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('hours__gte', 1), ('hours__lte', 2000), ('trigger__in', ['after_start', 'after_work', 'every_hours', 'before_deadline'])), models.Q(('at_time__isnull', False), ('days__gte', 1), ('days__lte', 366), ('trigger', 'every_days')), models.Q(('at_time__isnull', False), ('trigger', 'weekdays'), models.Q(('weekdays', ''), _negated=True)), models.Q(('at__isnull', False), ('trigger', 'at')), models.Q(('percent__gte', 1), ('percent__lte', 100), ('trigger__in', ['time_used', 'money_used'])), _connector='OR'), name='checkinrule_complete'),
        ),
        migrations.AddField(
            model_name='defaultcheckinrule',
            name='team',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='default_checkin_rules', to='accounts.team'),
        ),
        migrations.AddField(
            model_name='expense',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='expense',
            name='task',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='expenses', to='tasks.task'),
        ),
        migrations.AddField(
            model_name='timeentry',
            name='task',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='time_entries', to='tasks.task'),
        ),
        migrations.AddField(
            model_name='timeentry',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='defaultcheckinrule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('hours__gte', 1), ('hours__lte', 2000), ('trigger__in', ['after_start', 'after_work', 'every_hours', 'before_deadline'])), models.Q(('at_time__isnull', False), ('days__gte', 1), ('days__lte', 366), ('trigger', 'every_days')), models.Q(('at_time__isnull', False), ('trigger', 'weekdays'), models.Q(('weekdays', ''), _negated=True)), models.Q(('at__isnull', False), ('trigger', 'at')), models.Q(('percent__gte', 1), ('percent__lte', 100), ('trigger__in', ['time_used', 'money_used'])), _connector='OR'), name='defaultcheckinrule_complete'),
        ),
        migrations.AddConstraint(
            model_name='defaultcheckinrule',
            constraint=models.CheckConstraint(condition=models.Q(('level__in', ['', delegation.levels.LevelKey['ADVISE'], delegation.levels.LevelKey['INSTRUCTIONS'], delegation.levels.LevelKey['JUST_DO_IT'], delegation.levels.LevelKey['PROPOSE'], delegation.levels.LevelKey['RESEARCH'], delegation.levels.LevelKey['WITHIN_LIMITS']])), name='defaultcheckinrule_level'),
        ),
        migrations.AddConstraint(
            model_name='expense',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='expense_above_zero'),
        ),
        migrations.AddConstraint(
            model_name='timeentry',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__gte', 1), ('minutes__lte', 1440)), name='timeentry_fits_in_a_day'),
        ),
    ]
