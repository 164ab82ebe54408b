"""The database refuses to change or remove what happened, and has a table in which attempts are counted."""

from django.core.management import call_command
from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION handover_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM accounts_erasure) THEN
        RAISE EXCEPTION 'What happened can''t be edited.' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$$
"""
SQLITE_TRIGGER = """
CREATE TRIGGER {table}_kept_{verb} BEFORE {verb} ON {table} WHEN NOT EXISTS (SELECT 1 FROM accounts_erasure)
BEGIN SELECT RAISE(ABORT, 'What happened can''t be edited.'); END
"""


def keep(apps, schema_editor):
    keep_table(schema_editor, "accounts_auditentry")


def let_go(apps, schema_editor):
    let_go_of_table(schema_editor, "accounts_auditentry")


def keep_table(schema_editor, table):
    """Triggers that refuse it. An exception of class 23 (SQLite: RAISE) reaches Django as an IntegrityError."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION)
        schema_editor.execute(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION handover_keep()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        schema_editor.execute(SQLITE_TRIGGER.format(table=table, verb=verb))


def let_go_of_table(schema_editor, table):
    """The way back."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER {table}_kept ON {table}")
        return
    for verb in ("UPDATE", "DELETE"):
        schema_editor.execute(f"DROP TRIGGER {table}_kept_{verb}")


def make_cache_table(apps, schema_editor):
    call_command("createcachetable", "handover_cache", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_trust'),
    ]

    operations = [
        migrations.RunPython(keep, let_go),
        migrations.RunPython(make_cache_table, migrations.RunPython.noop),
    ]
