"""How money, hours, moments, levels and changes are written on a page."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaultfilters import linebreaksbr, urlize
from django.template.loader import render_to_string
from django.templatetags.i18n import TranslateNode, do_translate
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import number_format, time_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext, ngettext

from accounts.models import Team, User
from accounts.templatetags.moments import day, day_and_time, moment
from delegation.checkins import MONDAY_TO_FRIDAY, NINE, Rule, Trigger
from delegation.levels import LEVELS, LevelKey
from tasks.brief import LABELS
from tasks.models import Checkin, CheckinRule, CheckinState, ResourceKind, Task, TurnKind
from tasks.models.task import STATE_CHOICES
from tasks.templatetags.milestones import milestone_words
from tasks.upcoming import RuleLine

register = template.Library()
register.filter(day)
register.filter(moment)

STATE_NAMES = dict(STATE_CHOICES)
# What a text must have before urlize can find an address in it.
MAYBE_ADDRESS = re.compile(r"\w\.\w|[@:]")
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£"}


@register.filter
def money(amount: Decimal | str | None, currency: str = "EUR") -> str:
    """€ 240 or € 99,50: cents only where there are any, and never broken over two lines."""
    if amount is None or amount == "":
        return ""
    value = Decimal(amount)
    decimals = 0 if value == value.to_integral() else 2
    return (
        f"{SYMBOLS.get(currency, currency)}\u00a0{number_format(value, decimals, use_l10n=True, force_grouping=True)}"
    )


@register.filter
def hours(minutes: int | None) -> str:
    """6 hours, 1 hour 30 min, 45 min."""
    if minutes is None:
        return ""
    whole, rest = divmod(minutes, 60)
    parts = []
    if whole or not rest:
        parts.append(ngettext("%(count)d hour", "%(count)d hours", whole) % {"count": whole})
    if rest:
        parts.append(gettext("%(count)d min") % {"count": rest})
    return " ".join(parts).replace(" ", "\u00a0")


@register.filter
def deadline(task: Task) -> str:
    """The deadline in the reader's time. A date alone stays the date that was written, whoever reads it."""
    if task.deadline_date is None:
        return ""
    if task.deadline_time is None or task.deadline_at is None:
        return day(task.deadline_date)
    return day_and_time(task.deadline_at)


@register.simple_tag
def deadline_for(task: Task, user: User, reader: User) -> str:
    """The clock time of the deadline for somebody else, when it differs from the reader's: "23:00 for Noor".

    A date alone ends with the team's day, and says so to whose day ends at another moment: "until 07:00 for Noor".
    """
    if task.deadline_at is None or user is None:
        return ""
    if task.deadline_time is None:
        return _end_of_day_for(task, user, reader)
    if user.time_zone == reader.time_zone:
        return ""
    there = task.deadline_at.astimezone(ZoneInfo(user.time_zone))
    here = timezone.localtime(task.deadline_at)
    if there.utcoffset() == here.utcoffset():
        return ""
    clock = time_format(there, "H:i") if there.date() == here.date() else f"{day(there.date())} {there:%H:%M}"
    return gettext("%(clock)s for %(name)s") % {"clock": clock, "name": user.short_name}


def _end_of_day_for(task: Task, user: User, reader: User) -> str:
    assert task.deadline_at  # noqa: S101
    end = task.deadline_at + timedelta(seconds=1)
    for person in (reader, user):
        there, ours = end.astimezone(person.zone), end.astimezone(task.team.zone)
        if there.utcoffset() != ours.utcoffset():
            clock = time_format(there, "H:i")
            when = clock if there.date() == task.deadline_date else f"{day(there.date())} {clock}"
            if person == reader:
                return gettext("until %(clock)s for you") % {"clock": when}
            return gettext("until %(clock)s for %(name)s") % {"clock": when, "name": person.short_name}
    return ""


@cache
def _dial(key: str, language: str | None) -> SafeString:
    level = LEVELS[LevelKey(key)]
    return format_html(
        '<span class="level"><span class="dial dial-{}" aria-hidden="true"></span> {}</span>',
        level.segments,
        level.name,
    )


@register.filter
def dial(key: str) -> SafeString:
    """The level: how much is out of your hands, always with its name."""
    return _dial(key, get_language())


@cache
def _state_name(key: str, language: str | None) -> str:
    return str(STATE_NAMES[key])


@register.filter
def state_name(key: str) -> str:
    """A task's state in words. In a list `get_state_display` is slow: it asks for the words of all states each time."""
    return _state_name(key, get_language())


@cache
def _name_of(kind: TurnKind | ResourceKind, language: str | None) -> str:
    return str(kind.label)


@register.filter
def turn_name(key: str) -> str:
    """What one person puts to another, in words; for the same reason."""
    return _name_of(TurnKind(key), get_language())


@register.filter
def resource_name(key: str) -> str:
    """The kind of a resource in words; likewise."""
    return _name_of(ResourceKind(key), get_language())


@register.filter
def prose(text: str) -> SafeString:
    """A person's own words: addresses become links, and lines stay lines.

    Django's `urlize` takes its time over each word, so it is asked only when there can be an address among them.
    """
    return linebreaksbr(urlize(text) if MAYBE_ADDRESS.search(text) else escape(text))


# Under which a page being rendered keeps its language.
LANGUAGE = "the language of fixed texts"


class FixedText(template.Node):
    """A text that is the same each time, looked up once per language."""

    def __init__(self, translated: TranslateNode) -> None:
        self.translated = translated
        self.texts: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        # Asked once per page: asking for the language takes longer than all the rest of this.
        language = context.render_context.get(LANGUAGE)
        if language is None:
            language = context.render_context[LANGUAGE] = get_language()
        if language not in self.texts:
            self.texts[language] = self.translated.render(context)
        return self.texts[language]


@register.tag
def translate(parser: Parser, token: Token) -> template.Node:
    """Django's own tag (load this library after i18n). A page has some seventy fixed texts, and each took as long as
    writing a row; what is put into a variable, or is not a text in quotes, stays with Django.
    """
    node = do_translate(parser, token)
    words = token.split_contents()
    return FixedText(node) if words[1][-1] in "'\"" and "as" not in words else node


@register.simple_tag
@cache
def address(name: str) -> str:
    """The address of a page that has only one, looked up once; the menu of every page asks for a dozen of them."""
    return reverse(name)


@register.simple_tag
@cache
def page_head() -> SafeString:
    """What stands in the head of every page: the style sheets and fonts, each found among the static files once."""
    return render_to_string("parts/head.html")


@register.filter
def shortened(text: str, length: int) -> str:
    """At most so many characters. Django's `truncatechars` goes through even a short text sign by sign."""
    return text if len(text) <= length else Truncator(text).chars(length)


@register.filter
def colleague(task: Task, reader: User) -> str:
    """Who stands on the other side of the task, for one of its two people; nobody's name before it is offered."""
    if task.assistant is None:
        return ""
    return task.entrepreneur.short_name if task.assistant_id == reader.pk else task.assistant.short_name


@register.filter
def level_of(key: str) -> Any:
    """The parts of the level with this key."""
    return LEVELS[LevelKey(key)]


@register.filter
def checkin_rule(rule: CheckinRule | None) -> str:
    """A rule in words: "2 hours after the start", "every weekday at 15:00"."""
    return rule_in_words(rule.as_rule()) if rule else ""


@register.filter(name="rule_words")
def rule_in_words(rule: Rule) -> str:
    """The same for a rule that is not stored."""
    return moment(rule.at) if rule.trigger == Trigger.AT else _rule_in_words(rule, get_language())


# Kept, because a page says the same few over and over.
@lru_cache(maxsize=1024)
def _rule_in_words(rule: Rule, language: str | None) -> str:
    clock = f"{rule.at_time or NINE:%H:%M}"
    match rule.trigger:
        case Trigger.WEEKDAYS if rule.weekdays == MONDAY_TO_FRIDAY:
            return gettext("every weekday at %(time)s") % {"time": clock}
        case Trigger.WEEKDAYS:
            names = [str(WEEKDAYS[day]) for day in sorted(rule.weekdays)]
            return gettext("%(days)s at %(time)s") % {"days": ", ".join(names), "time": clock}
        case Trigger.EVERY_DAYS:
            text = ngettext("every day at %(time)s", "every %(count)d days at %(time)s", rule.days or 1)
            return text % {"count": rule.days or 1, "time": clock}
        case Trigger.TIME_USED:
            return gettext("when %(percent)d %% of the time is used") % {"percent": rule.percent or 0}
        case Trigger.MONEY_USED:
            return gettext("when %(percent)d %% of the money is used") % {"percent": rule.percent or 0}
    return _hours_in_words(rule.trigger, rule.hours or 0)


def _hours_in_words(trigger: Trigger, count: int) -> str:
    match trigger:
        case Trigger.AFTER_START:
            text = ngettext("%(count)d hour after the start", "%(count)d hours after the start", count)
        case Trigger.AFTER_WORK:
            text = ngettext("after %(count)d hour of work", "after %(count)d hours of work", count)
        case Trigger.EVERY_HOURS:
            text = ngettext("every working hour", "every %(count)d working hours", count)
        case _:
            text = ngettext("%(count)d hour before the deadline", "%(count)d hours before the deadline", count)
    return text % {"count": count}


@register.filter
def so_far(line: RuleLine, currency: str) -> str:
    """What is logged of what the rule counts: "1 hour 20 min logged so far"; nothing for a rule by the clock."""
    if line.rule is None or line.is_over or line.waits or line.due_at:
        return ""
    match line.rule.trigger:
        case Trigger.AFTER_WORK | Trigger.TIME_USED:
            return gettext("%(time)s logged so far") % {"time": hours(line.minutes)}
        case Trigger.MONEY_USED:
            return gettext("%(amount)s spent so far") % {"amount": money(line.spent, currency)}
    return ""


@register.filter
def coming(line: RuleLine | None, team: Team) -> str:
    """What Now tells of a task's check-ins: what waits for an answer, else what comes next, each with its reason."""
    if not line:
        return ""
    reason = rule_in_words(line.rule) if line.rule and line.rule.trigger != Trigger.AT else ""
    if line.waits:
        text = waiting(line.waits)
    elif line.is_paused:
        text = gettext("paused")
    elif line.due_at:
        text = moment(line.due_at)
    elif progress := so_far(line, team.currency):
        text, reason = reason, progress
    else:
        return ""
    return format_html("{} <small>{}</small>", text, reason) if reason else text


@register.filter
def waiting(checkin: Checkin) -> str:
    """How far a check-in without an answer is: asked, reminded of, or told of."""
    match checkin.state:
        case CheckinState.ESCALATED:
            return gettext("no answer since %(when)s") % {"when": moment(checkin.asked_at)}
        case CheckinState.REMINDED:
            values = {"when": moment(checkin.asked_at), "again": moment(checkin.reminded_at)}
            return gettext("asked %(when)s, reminded %(again)s") % values
    return gettext("asked %(when)s") % {"when": moment(checkin.asked_at)}


@register.filter
def field_label(name: str) -> str:
    """The name of a part of the brief."""
    return str(LABELS.get(name, name))


# Parts of the brief that are stored as codes.
CODES: dict[str, Callable[[str], str]] = {
    "milestones": milestone_words,
    "checkins": lambda code: rule_in_words(Rule.from_code(code)),
}


@register.simple_tag
def changed_value(change: dict[str, Any], side: str, currency: str) -> str:
    """One side of a difference between two versions, as people write it."""
    value = change[side]
    if value in (None, "", []):
        return gettext("nothing")
    match change["field"]:
        case "money_limit" | "ask_above":
            return money(value, currency)
        case "time_limit":
            return hours(value)
        case "deadline_date":
            return day(date.fromisoformat(value))
        case "milestones" | "checkins" as field:
            return "\n".join(CODES[field](code) for code in value)
        case "purpose_open" | "private":
            return gettext("yes") if value else gettext("no")
        case "deadline_time":
            return str(value)[:5]
    return "\n".join(value) if isinstance(value, list) else str(value)


@register.filter
def get(mapping: dict[Any, Any], key: Any) -> Any:
    """The value under a key, or nothing."""
    return mapping.get(key, "")
