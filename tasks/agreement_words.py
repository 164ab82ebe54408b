"""An agreement in words: what a page shows of it, and what differs between two versions."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from babel import Locale
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext

from accounts.locales import browser_language
from accounts.templatetags.moments import day
from delegation.escalation import To
from delegation.models import Agreement
from delegation.pricing import CENT
from tasks.forms.agreements import increment_name
from tasks.forms.terms import times_text
from tasks.templatetags.handover import money


@dataclass(frozen=True)
class Line:
    """One thing that was agreed: what it is about, and what was agreed; a list has one item a line."""

    label: str
    value: str


@dataclass(frozen=True)
class Section:
    """Things that belong together."""

    heading: str
    lines: list[Line]


@dataclass(frozen=True)
class Difference:
    """One thing that two versions say differently; empty for a version that says nothing about it."""

    label: str
    was: str
    now: str


def sections(agreement: Agreement, *, amounts: bool = True) -> list[Section]:
    """The whole version, without what it says nothing about. `amounts`: also what each multiplier comes to."""
    parts = (
        (gettext("What an hour costs"), _money(agreement, amounts)),
        (gettext("How we deal with each other"), _dealing(agreement)),
        (gettext("If it goes otherwise"), _otherwise(agreement)),
        (gettext("On paper"), _paper(agreement)),
    )
    found = [Section(heading, [Line(label, value) for label, value in lines if value]) for heading, lines in parts]
    return [section for section in found if section.lines]


def differences(before: Agreement, after: Agreement) -> list[Difference]:
    """What the later version says otherwise, in reading order. A multiplier that stays is none, whatever the rate."""
    was, now = _lines(before), _lines(after)
    labels = [*now, *(label for label in was if label not in now)]
    return [
        Difference(label, was.get(label, ""), now.get(label, ""))
        for label in labels
        if was.get(label, "") != now.get(label, "")
    ]


def _lines(agreement: Agreement) -> dict[str, str]:
    return {line.label: line.value for section in sections(agreement, amounts=False) for line in section.lines}


_Lines = Iterable[tuple[str, str]]


def _money(agreement: Agreement, amounts: bool) -> _Lines:
    def times(multiplier: Decimal) -> str:
        """× 1.5: € 60 an hour."""
        if multiplier == 1:
            return gettext("the same rate")
        if not amounts:
            return gettext("× %(times)s") % {"times": times_text(multiplier)}
        amount = (agreement.rate * multiplier).quantize(CENT, ROUND_HALF_UP)
        values = {"times": times_text(multiplier), "amount": money(amount, agreement.currency)}
        return gettext("× %(times)s: %(amount)s an hour") % values

    yield gettext("Rate"), gettext("%(amount)s an hour") % {"amount": money(agreement.rate, agreement.currency)}
    yield gettext("Billed"), _billed(agreement.increment)
    yield gettext("Regular hours"), _regular(agreement)
    yield gettext("Outside those"), times(agreement.out_of_hours_multiplier)
    yield gettext("Public holidays"), _holidays(agreement, times(agreement.holiday_multiplier))
    yield (
        gettext("Special days"),
        "\n".join(_special(row, times(Decimal(row["multiplier"]))) for row in agreement.special_days),
    )
    yield gettext("Rush"), _rush(agreement, times(agreement.rush_multiplier))
    yield gettext("On the clock of"), agreement.time_zone.replace("_", " ")


def _dealing(agreement: Agreement) -> _Lines:
    yield gettext("The assistant answers within"), _working_hours(agreement.response_hours_assistant)
    yield gettext("The entrepreneur answers within"), _working_hours(agreement.response_hours_entrepreneur)
    yield gettext("Channels"), agreement.channels
    yield gettext("Who is responsible for what"), agreement.responsibilities
    yield gettext("Input"), _input(agreement)


def _otherwise(agreement: Agreement) -> _Lines:
    yield gettext("Without an answer"), "\n".join(_step(row) for row in agreement.escalation)
    yield gettext("Risks"), "\n".join(f"{row['risk']}: {row['then']}" for row in agreement.risks)
    yield gettext("Liability"), agreement.liability


def _paper(agreement: Agreement) -> _Lines:
    yield gettext("Type of agreement"), str(agreement.get_kind_display())
    yield gettext("Signed on"), day(agreement.signed_on)
    yield gettext("Counts from"), day(agreement.valid_from)


def _billed(increment: int) -> str:
    if increment == 1:
        return increment_name(1)
    return gettext("%(increment)s, each entry rounded up") % {"increment": increment_name(increment)}


def _regular(agreement: Agreement) -> str:
    values = {
        "days": _days(sorted(map(int, agreement.regular_days))),
        "from": f"{agreement.regular_from:%H:%M}",
        "until": f"{agreement.regular_until:%H:%M}",
    }
    return gettext("%(days)s, %(from)s to %(until)s") % values


def _days(days: list[int]) -> str:
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return gettext("%(first)s to %(last)s") % {"first": WEEKDAYS[days[0]], "last": WEEKDAYS[days[-1]]}
    return get_text_list([str(WEEKDAYS[day]) for day in days], gettext("and"))


def _holidays(agreement: Agreement, times: str) -> str:
    if agreement.holiday_multiplier == 1:
        return times
    names = Locale.parse(browser_language()).territories
    values = {"times": times, "country": names.get(agreement.country, agreement.country)}
    return gettext("%(times)s (%(country)s)") % values


def _special(row: dict[str, Any], times: str) -> str:
    values = {"day": row["day"], "month": MONTHS[row["month"]], "times": times}
    return gettext("%(day)s %(month)s %(times)s") % values


def _rush(agreement: Agreement, times: str) -> str:
    if agreement.rush_multiplier == 1 or not agreement.rush_hours:
        return gettext("the same rate")
    text = ngettext(
        "%(times)s, when handed over less than an hour before the deadline",
        "%(times)s, when handed over less than %(count)d hours before the deadline",
        agreement.rush_hours,
    )
    return text % {"times": times, "count": agreement.rush_hours}


def _working_hours(hours: int | None) -> str:
    return ngettext("%(count)d working hour", "%(count)d working hours", hours) % {"count": hours} if hours else ""


def _input(agreement: Agreement) -> str:
    if not agreement.input_days:
        return agreement.input_late
    text = ngettext("within a working day", "within %(count)d working days", agreement.input_days)
    said = text % {"count": agreement.input_days}
    if agreement.input_late:
        return gettext("%(within)s; after that: %(late)s") % {"within": said, "late": agreement.input_late}
    return said


def _step(row: dict[str, Any]) -> str:
    texts = {
        To.THEM: gettext("who must answer is reminded"),
        To.OWNER: gettext("the owner of the team is told"),
        To.OTHER: gettext("who waits for the answer is told"),
    }
    count = int(row["hours"])
    after = ngettext("after %(count)d working hour", "after %(count)d working hours", count) % {"count": count}
    return gettext("%(after)s %(what)s") % {"after": after, "what": texts[To(row["to"])]}
