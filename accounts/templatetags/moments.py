"""How days and moments are written: in the reader's own time, near ones by their name."""

from datetime import date, datetime
from functools import lru_cache

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, gettext_noop

register = template.Library()

NEAR_DAYS = {-1: gettext_noop("yesterday"), 0: gettext_noop("today"), 1: gettext_noop("tomorrow")}


@register.filter
def day(value: date | datetime | None) -> str:
    """Fri 27 Nov; with the year when it is not this one."""
    if value is None:
        return ""
    return _day_of(timezone.localdate(value) if isinstance(value, datetime) else value, timezone.localdate())


def _day_of(value: date, today: date) -> str:
    return _day(value, this_year=value.year == today.year, language=get_language())


@lru_cache(maxsize=4096)
def _day(value: date, *, this_year: bool, language: str | None) -> str:
    # Kept, because a list writes the same few days over and over, and writing one took longer than reading its row.
    # Translators: a pattern of Django's date filter; a short month is "Nov" with M and "nov" with b.
    return date_format(value, gettext("D j M") if this_year else gettext("D j M Y"))


@register.filter
def moment(value: datetime | None) -> str:
    """today 15:00, yesterday 9:12, Fri 27 Nov 17:00: in the reader's own time."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    today = timezone.localdate(timezone=local.tzinfo)
    near = NEAR_DAYS.get((local.date() - today).days)
    return f"{gettext(near) if near else _day_of(local.date(), today)} {local:%H:%M}"
