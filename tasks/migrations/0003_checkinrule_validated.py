"""The old check-in rules are looked at too: on PostgreSQL, while they are read and written as always."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class ValidateOnPostgres(ValidateConstraint):
    """Elsewhere the constraint was checked when it was put up."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == 'postgresql':
            super().database_forwards(app_label, schema_editor, from_state, to_state)


class Migration(migrations.Migration):

    dependencies = [
        ('tasks', '0002_checkin_engine'),
    ]

    operations = [
        ValidateOnPostgres(model_name='checkinrule', name='checkinrule_complete'),
    ]
