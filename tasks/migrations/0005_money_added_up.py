"""What was logged before is added up, while the tables are read and written as always.

What is logged meanwhile by the code of before is added up with the next entry of the same task.
"""

from django.db import migrations, models
from django.db.models.functions import TruncDate


def add_up(apps, schema_editor):
    """What was logged before counts and is billed, as it was: there was nothing else to be done with it."""
    task, entry, expense = (apps.get_model('tasks', name) for name in ('Task', 'TimeEntry', 'Expense'))
    entry.objects.update(billed=models.F('minutes'))
    expense.objects.update(day=TruncDate('at'))
    for task_id, minutes in entry.objects.values_list('task').annotate(minutes=models.Sum('minutes')):
        task.objects.filter(pk=task_id).update(minutes_logged=minutes, minutes_billed=minutes)
    for task_id, spent in expense.objects.values_list('task').annotate(spent=models.Sum('amount')):
        task.objects.filter(pk=task_id).update(money_spent=spent)


class Migration(migrations.Migration):

    dependencies = [
        ('tasks', '0004_money'),
    ]

    operations = [
        migrations.RunPython(add_up, migrations.RunPython.noop, elidable=True),
    ]
