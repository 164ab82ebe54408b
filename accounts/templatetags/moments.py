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
    today = timezone.localdate()
    local = timezone.localdate(value) if isinstance(value, datetime) else value
    return _day(local, this_year=local.year == today.year, language=get_language())


def day_and_time(value: datetime) -> str:
    """Fri 27 Nov 17:00: in the reader's own time."""
    local = timezone.localtime(value)
    return f"{day(local.date())} {local.hour:02}:{local.minute:02}"


@register.filter
def moment(value: datetime | None) -> str:
    """today 15:00, yesterday 9:12, Fri 27 Nov 17:00: in the reader's own time."""
    if value is None:
        return ""
    zone = timezone.get_current_timezone()
    local, today = value.astimezone(zone), timezone.now().astimezone(zone).date()
    return f"{_near_day(local.date(), today, get_language())} {local.hour:02}:{local.minute:02}"


# Kept, because a page writes the same few days over and over, and writing one takes longer than reading its row.
@lru_cache(maxsize=4096)
def _near_day(value: date, today: date, language: str | None) -> str:
    near = NEAR_DAYS.get((value - today).days)
    return gettext(near) if near else _day(value, this_year=value.year == today.year, language=language)


@lru_cache(maxsize=4096)
def _day(value: date, *, this_year: bool, language: str | None) -> str:
    # Translators: a pattern of Django's date filter; a short month is "Nov" with M and "nov" with b.
    return date_format(value, gettext("D j M") if this_year else gettext("D j M Y"))
