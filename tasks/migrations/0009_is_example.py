"""Examples are told apart by a column; until now they were by the folder in which they lie.

Safe while people work: the column has a default in the database, so nothing is rewritten, and what doesn't know of it
goes on.
"""

from django.db import migrations, models


def mark(apps, schema_editor):
    apps.get_model("tasks", "StoredFile").objects.filter(file__contains="/examples/").update(is_example=True)


class Migration(migrations.Migration):

    dependencies = [
        ('tasks', '0008_kept'),
    ]

    operations = [
        migrations.AddField(
            model_name='storedfile',
            name='is_example',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
