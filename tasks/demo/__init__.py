"""The demo: two teams in the middle of their work, to try everything out with.

Nothing here writes around the actions: what stands on the pages is what the actions made of it, in the order in which
it happened.
"""

from datetime import datetime

from django.db import connection, transaction

from accounts.actions import mark_read
from accounts.models import Message, OutgoingMail
from tasks.demo import dutch, english
from tasks.demo.people import Cast, gather
from tasks.demo.stage import Clock, play
from tasks.sweeps import sweep


def make_demo(*, now: datetime) -> None:
    """Make the people, the teams and the tasks, all or nothing. Raises IntegrityError when the people exist already."""
    # The play sweeps at moments in the past; whatever is due for others must be done at the real time, so before it.
    sweep(now=now)
    with transaction.atomic():
        cast = gather(joined=Clock(now, "Europe/Amsterdam").back(30, "09:00"))
        play([*dutch.stories(cast, now), *english.stories(cast, now)], until=now)
        _read_old_news(cast, now)
        # All of it happened before anybody could get mail about it: dozens of letters at the first start of the
        # worker would help nobody. The messages stay, in the inbox.
        Message.objects.filter(recipient__in=cast.everybody).update(mail_at=None)
        OutgoingMail.objects.filter(to_address__in=[person.email for person in cast.everybody]).delete()
        # So there is nothing to wake the sender for either, and it would be woken once for each of those letters.
        connection.run_on_commit.clear()


def _read_old_news(cast: Cast, now: datetime) -> None:
    """Everybody has read what was good to know; what still asks something of them stays unread."""
    news = Message.objects.filter(recipient__in=cast.everybody, must_do=False, read_at=None)
    for message in news.filter(created_at__lte=Clock(now, "Europe/Amsterdam").back(1, "12:00")):
        mark_read(message=message, now=now)
