"""What a task has taken of its limits, as a meter with words; and how time entries are written."""

from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from accounts.templatetags.moments import moment
from delegation.limits import reached_threshold
from tasks.models import EntryCorrection, EntryState, Task
from tasks.templatetags.handover import hours, money

register = template.Library()

NOTHING = mark_safe("")


@register.simple_tag
def meters(task: Task, currency: str) -> SafeString:
    """Money and time against their limits: "€ 85 of € 100". Nothing of what has no limit and took nothing.

    From the task's own columns (queries.METER), and without a template: a page shows dozens of them.
    """
    language = get_language()
    spent = _money_meter(task.money_spent, task.money_limit, currency, language)
    worked = _time_meter(task.minutes_logged, task.time_limit, language)
    if not (spent or worked):
        return NOTHING
    return format_html('<span class="meters">{}{}</span>', spent, worked)


@lru_cache(maxsize=4096)
def _money_meter(used: Decimal, limit: Decimal | None, currency: str, language: str | None) -> SafeString:
    if limit is None:
        if not used:
            return NOTHING
        return _plain(gettext("%(amount)s spent") % {"amount": money(used, currency)})
    over = money(used - limit, currency) if used > limit else ""
    return _meter(gettext("Money"), used, limit, money(used, currency), money(limit, currency), over)


@lru_cache(maxsize=4096)
def _time_meter(used: int, limit: int | None, language: str | None) -> SafeString:
    if limit is None:
        return _plain(gettext("%(time)s logged") % {"time": hours(used)}) if used else NOTHING
    over = hours(used - limit) if used > limit else ""
    return _meter(gettext("Time"), used, limit, hours(used), hours(limit), over)


def _plain(words: str) -> SafeString:
    return format_html('<span class="metered"><span class="num">{}</span></span>', words)


def _meter(
    name: str, used: Decimal | int, limit: Decimal | int, used_words: str, limit_words: str, over: str
) -> SafeString:
    """The bar, and what it says in words; beyond the limit that is said as well, not only coloured."""
    words = gettext("%(used)s of %(most)s") % {"used": used_words, "most": limit_words}
    if over:
        words = gettext("%(used_of_most)s: %(over)s over") % {"used_of_most": words, "over": over}
    level = "over" if over else {80: "high", 100: "full"}.get(reached_threshold(used, limit), "")
    # The numbers of an attribute are the same in every language. A limit of nothing is full from the start.
    most = limit or 1
    return format_html(
        '<span class="metered{}"><meter min="0" max="{}" value="{}" aria-label="{}"></meter>'
        '<span class="num">{}</span></span>',
        f" {level}" if level else "",
        f"{most:f}" if isinstance(most, Decimal) else str(most),
        str(min(used, most) if limit else most),
        name,
        words,
    )


@register.filter
def clock(value: datetime) -> str:
    """15:05, on the reader's clock."""
    return f"{timezone.localtime(value):%H:%M}"


@register.filter
def since_words(value: datetime) -> str:
    """Since when a timer runs: 10:12, or yesterday 23:50."""
    return clock(value) if timezone.localdate(value) == timezone.localdate() else moment(value)


@register.filter
def iso(value: datetime) -> str:
    """A moment as scripts read it."""
    return value.isoformat()


@register.simple_tag
def server_now() -> str:
    """What time it is here, for scripts on a computer whose clock is off."""
    return timezone.now().isoformat()


@register.filter
def correction(row: EntryCorrection) -> str:
    """What changed: "2 hours became 1 hour 30 min"."""
    was, now = row.was, row.now
    if now["state"] == EntryState.STRUCK:
        return gettext("%(was)s was taken out") % {"was": hours(was["minutes"])}
    if was["state"] == EntryState.WAITING:
        return gettext("The timer said %(was)s; confirmed: %(now)s") % {
            "was": hours(was["minutes"]),
            "now": hours(now["minutes"]),
        }
    if was["minutes"] != now["minutes"]:
        return gettext("%(was)s became %(now)s") % {"was": hours(was["minutes"]), "now": hours(now["minutes"])}
    if was["day"] != now["day"]:
        return gettext("Another day: it was on %(day)s") % {"day": was["day"]}
    if was["note"] != now["note"]:
        return gettext("Another description: it said “%(note)s”") % {"note": was["note"]}
    return gettext("Other clock times")
