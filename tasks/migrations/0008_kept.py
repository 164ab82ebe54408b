"""The database refuses to change or remove anything in a timeline."""

from importlib import import_module

from django.db import migrations

kept = import_module("accounts.migrations.0005_kept")


def keep(apps, schema_editor):
    kept.keep_table(schema_editor, "tasks_event")


def let_go(apps, schema_editor):
    kept.let_go_of_table(schema_editor, "tasks_event")


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_kept'),
        ('tasks', '0007_trust'),
    ]

    operations = [
        migrations.RunPython(keep, let_go),
    ]
