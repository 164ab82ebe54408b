"""Keep proportions: which flags are about less than what talking about them costs."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db.models import F, OuterRef, Subquery

from delegation.models import Agreement, AgreementState
from delegation.proportions import Talk, difference, half_an_hour
from tasks.models import Task, Turn, TurnKind, TurnState
from tasks.payloads import FlagCause


class Rates(NamedTuple):
    """What an hour of the assistant and of the entrepreneur is worth, both in the team's currency."""

    assistant: Decimal
    own: Decimal


def talks_about(turns: Iterable[Turn], *, on: date) -> Mapping[UUID, Talk]:
    """What talking would cost, by turn, for the open flags that are about less. Where a rate is unknown: nothing.

    One query for all of them, and none when no flag is open. `on`: the day whose agreements count.
    """
    flags = _open_flags(turns)
    rates = rates_of({turn.task_id for turn in flags}, on=on)
    return _dearer({turn.pk: talk_about(turn, rates[turn.task_id]) for turn in flags if turn.task_id in rates})


def talks_of(turns: Iterable[Turn]) -> Mapping[UUID, Talk]:
    """The same for one task's turns as `queries.turns_of` reads them, with the rates beside each open flag."""
    found = {}
    for turn in _open_flags(turns):
        rate, own_rate = getattr(turn, "rate", None), getattr(turn, "own_rate", None)
        if rate is not None and own_rate is not None:
            # Read past the model, so on SQLite they are plain numbers.
            found[turn.pk] = talk_about(turn, Rates(Decimal(str(rate)), Decimal(str(own_rate))))
    return _dearer(found)


def _open_flags(turns: Iterable[Turn]) -> list[Turn]:
    return [turn for turn in turns if turn.kind == TurnKind.FLAG and turn.state == TurnState.OPEN]


def _dearer(talks: Mapping[UUID, Talk]) -> dict[UUID, Talk]:
    return {pk: talk for pk, talk in talks.items() if talk.is_dearer}


def talk_about(turn: Turn, rates: Rates) -> Talk:
    """What a flag is about, in money. A later date has no price, so one that asks for it is about more than money."""
    flag, task = turn.flag, turn.task
    about = difference(
        money=flag.money,
        money_limit=task.money_limit,
        minutes=flag.minutes,
        time_limit=task.time_limit,
        rate=rates.assistant,
        is_unpaid=flag.cause == FlagCause.ESTIMATE,
    )
    return Talk(Decimal(0) if flag.deadline else about, half_an_hour(rates.assistant, rates.own))


def rates_of(tasks: set[UUID], *, on: date) -> dict[UUID, Rates]:
    """What an hour of both sides of these tasks costs on a day, where both are known."""
    if not tasks:
        return {}
    agreed = Agreement.objects.filter(
        team=OuterRef("team"),
        assistant=OuterRef("assistant"),
        currency=OuterRef("team__currency"),
        state=AgreementState.AGREED,
        valid_from__lte=on,
    ).order_by("-valid_from")
    rows = (
        Task.objects.filter(pk__in=tasks, team__money__own_rate__isnull=False)
        .annotate(rate=Subquery(agreed.values("rate")[:1]), own_rate=F("team__money__own_rate"))
        .filter(rate__isnull=False)
    )
    return {pk: Rates(rate, own) for pk, rate, own in rows.values_list("pk", "rate", "own_rate")}
