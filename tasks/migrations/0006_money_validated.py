"""The old tasks and turns are looked at too: on PostgreSQL, while they are read and written as always.

By itself: PostgreSQL refuses to change a table in the transaction that has written its rows.
"""

from importlib import import_module

from django.db import migrations

ValidateOnPostgres = import_module('tasks.migrations.0003_checkinrule_validated').ValidateOnPostgres


class Migration(migrations.Migration):

    dependencies = [
        ('tasks', '0005_money_added_up'),
    ]

    operations = [
        ValidateOnPostgres(model_name='task', name='task_milestones_accepted_before_delivery'),
        ValidateOnPostgres(model_name='turn', name='turn_kind_known'),
    ]
