"""The demo: two teams in the middle of their work, to try everything out with.

Nothing here writes around the actions: what stands on the pages is what the actions made of it, in the order in which
it happened.
"""

from datetime import datetime

from django.db import connection, transaction

from accounts.actions import mark_all_read
from accounts.models import OutgoingMail
from tasks.demo import dutch, english
from tasks.demo.people import gather
from tasks.demo.stage import Clock, play
from tasks.sweeps import ask_due_checkins


def make_demo(*, now: datetime) -> None:
    """Make the people, the teams and the tasks, all or nothing. Raises IntegrityError when the people exist already."""
    # The play sweeps at moments in the past; whatever is due for others must be asked at the real time, so before it.
    ask_due_checkins(now=now)
    with transaction.atomic():
        cast = gather(joined=Clock(now, "Europe/Amsterdam").back(30, "09:00"))
        play([*dutch.stories(cast, now), *english.stories(cast, now)], until=now)
        for person in cast.everybody:
            mark_all_read(user=person, until=Clock(now, person.time_zone).back(1, "12:00"), now=now)
        # All of it happened before anybody could get mail about it: dozens of letters at the first start of the
        # worker would help nobody. The messages stay, in the inbox.
        OutgoingMail.objects.filter(recipient__in=cast.everybody).delete()
        # So there is nothing to wake the sender for either, and it would be woken once for each of those letters.
        connection.run_on_commit.clear()
