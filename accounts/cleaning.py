"""What is old goes, so that nothing grows without bound. A daily job; doing it twice, or being killed, does no harm.

- The text of a mail goes after 90 days: long enough to look up what somebody was sent. A text with a key in it (account
  mail, check-ins) is not kept at all.
- A mail's row goes after a year: long enough to answer "was it ever sent, and when?".
- A message goes a year after it was told, read or not. What happened stands in the timeline of its task, and what still
  waits on somebody stands on Now.
- Days off go a year after they ended.
- Sessions that ended go, with what was known of their devices; and attempts that count no more (accounts/too_fast.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connection

from accounts.actions.sessions import remove_gone
from accounts.models import DaysOff, MailState, Message, OutgoingMail

if TYPE_CHECKING:
    from django.db.models import QuerySet

KEEP_TEXTS = timedelta(days=90)
KEEP = timedelta(days=365)
# Rows in one statement: short enough that nobody waits for it.
BATCH = 1000
OVER = (MailState.SENT, MailState.FAILED, MailState.MISSED)


def remove_old(*, now: datetime) -> int:
    """Remove what is old, in batches. Returns how many texts, mails, messages and days off went."""
    removed = 0
    with_text = OutgoingMail.objects.filter(state=MailState.SENT, sent_at__lt=now - KEEP_TEXTS).exclude(text="")
    while ids := list(with_text.values_list("id", flat=True)[:BATCH]):
        removed += OutgoingMail.objects.filter(id__in=ids).update(text="", html="")
    removed += _delete(Message.objects.filter(created_at__lt=now - KEEP))
    removed += _delete(OutgoingMail.objects.filter(created_at__lt=now - KEEP, state__in=OVER))
    removed += remove_gone(now=now) + _remove_counted(now)
    return removed + _delete(DaysOff.objects.filter(last__lt=(now - KEEP).date()))


def _remove_counted(now: datetime) -> int:
    """What has run out in the table of the cache, if that is where attempts are counted."""
    if not isinstance(caches["default"], DatabaseCache):
        return 0
    table = connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])
    ran_out = connection.ops.adapt_datetimefield_value(now.replace(microsecond=0))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [ran_out])  # noqa: S608 - its name is a setting
        return int(cursor.rowcount)


def _delete(rows: QuerySet[Any]) -> int:
    removed = 0
    while ids := list(rows.order_by().values_list("pk", flat=True)[:BATCH]):
        removed += rows.model._default_manager.filter(pk__in=ids).delete()[0]
    return removed
