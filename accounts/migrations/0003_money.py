"""News of limits is a kind of message of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_reach_and_preferences'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='messagepreference',
            name='preference_of_a_kind_to_choose',
        ),
        migrations.AlterField(
            model_name='message',
            name='kind',
            field=models.CharField(choices=[('your_turn', 'your turn'), ('checkin', 'check-in'), ('answer', 'answer'), ('mention', 'mention'), ('limit', 'limit'), ('digest', 'summary'), ('account', 'account')], max_length=12),
        ),
        migrations.AlterField(
            model_name='messagepreference',
            name='kind',
            field=models.CharField(choices=[('your_turn', 'your turn'), ('checkin', 'check-in'), ('answer', 'answer'), ('mention', 'mention'), ('limit', 'limit')], max_length=12),
        ),
        migrations.AlterField(
            model_name='outgoingmail',
            name='kind',
            field=models.CharField(choices=[('your_turn', 'your turn'), ('checkin', 'check-in'), ('answer', 'answer'), ('mention', 'mention'), ('limit', 'limit'), ('digest', 'summary'), ('account', 'account')], max_length=12, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='messagepreference',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['your_turn', 'checkin', 'answer', 'mention', 'limit'])), name='preference_of_a_kind_to_choose'),
        ),
    ]
