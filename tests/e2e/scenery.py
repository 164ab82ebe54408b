"""A team in the middle of its work: every kind of thing that can wait on somebody, for looking at the screens.

Run inside the live stack, as crews.py is. Prints the path of each task by its name.
"""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from delegation.checkins import Rule
from delegation.levels import LevelKey
from delegation.workflow import State

if TYPE_CHECKING:
    from tests.conftest import Cast

LONG_TITLE = "Vergelijk de arbeidsongeschiktheidsverzekeringen en aansprakelijkheidsverzekeringsmaatschappijen"
LONG_TEXT = (
    "Zoek bij elke maatschappij de premie, het eigen risico en de wachttijd op, en zet ze naast elkaar.\n\n"
    "Zie https://example.com/een/heel/lang/adres/dat/nergens/afgebroken/kan/worden/omdat/het/zo/lang/is?en=meer "
    "en bel bij twijfel.\n- eerst de grote\n- dan de kleine 🙂"
)
BRIEF: dict[str, Any] = {
    "deliverable": LONG_TEXT,
    "purpose": "Weten waar ik aan toe ben als ik een half jaar niet kan werken.",
    "criteria": ["Ten minste vijf maatschappijen", "Elke premie heeft een bron", "Past op één bladzijde"],
    "guidelines": "Niet bellen na 18:00.",
    "example": "Zoals de tabel van vorig jaar.",
    "not_like_this": "Geen folder.",
    "when_stuck": "Een half uur zelf proberen, daarna mij appen.",
    "tags": ["verzekering", "2027"],
}


def cast_of(team_id: str) -> "Cast":
    """Who plays in a team of crews.py."""
    from accounts.models import Role, Team, User
    from tests.conftest import Cast

    team = Team.objects.get(pk=team_id)
    owner, entrepreneur, assistant = (
        User.objects.get(memberships__team=team, memberships__role=role)
        for role in (Role.OWNER, Role.ENTREPRENEUR, Role.ASSISTANT)
    )
    return Cast(
        team=team, owner=owner, entrepreneur=entrepreneur, assistant=assistant, guest=assistant,
        other_team=team, outsider=owner,
    )  # fmt: skip


def paint(team_id: str) -> None:
    """Makes the team's tasks, and prints where they are."""
    from django.urls import reverse
    from django.utils import timezone

    from tasks.actions import handing_over, talking
    from tasks.models import DefaultCheckinRule
    from tests.tasks.factories import ResourceFactory, task_in

    cast = cast_of(team_id)
    team, owner, assistant = cast.team, cast.owner, cast.assistant
    now = timezone.now()
    resource = ResourceFactory.create(team=team, name="Huisstijl", content="Blauw #1f3d99, letter Inter")
    next_week = (now + timedelta(days=9)).date()
    limits = {"money_limit": 1250, "time_limit": 390, "ask_above": 50, "deadline_date": next_week}

    def scene(state: State, level: LevelKey, **fields: Any) -> Any:
        return task_in(state, level, cast, now, resources=[resource], **{**BRIEF, **limits, **fields})

    steps = ["Zoek Hotel Zon op", "Boek de kamer voor ten hoogste € 140 met ontbijt", "Stuur mij de bevestiging"]
    tasks = {
        "draft": scene(State.DRAFT, LevelKey.RESEARCH),
        "offered": scene(State.OFFERED, LevelKey.WITHIN_LIMITS, title=LONG_TITLE, rules=every_kind_of_rule(now)),
        "proposing": scene(State.IN_PROGRESS, LevelKey.PROPOSE),
        "advising": scene(State.IN_PROGRESS, LevelKey.ADVISE),
        "searching": scene(State.IN_PROGRESS, LevelKey.RESEARCH),
        "steps": scene(State.IN_PROGRESS, LevelKey.INSTRUCTIONS, steps=steps),
        "free": scene(State.IN_PROGRESS, LevelKey.JUST_DO_IT, title=LONG_TITLE),
        "proposal": scene(State.AWAITING_APPROVAL, LevelKey.PROPOSE),
        "options": scene(State.AWAITING_DECISION, LevelKey.ADVISE),
        "deviation": scene(State.AWAITING_DECISION, LevelKey.INSTRUCTIONS, steps=steps),
        "flag": scene(State.FLAGGED, LevelKey.WITHIN_LIMITS, title=LONG_TITLE),
        "delivery": scene(State.DELIVERED, LevelKey.PROPOSE),
        "findings": scene(State.DELIVERED, LevelKey.RESEARCH),
        "done": scene(State.DONE, LevelKey.ADVISE),
        "silent": scene(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, rules=every_kind_of_rule(now)),
        "stopped": scene(State.STOPPED, LevelKey.JUST_DO_IT),
        "returned": scene(State.OFFERED, LevelKey.WITHIN_LIMITS),
    }
    returned = tasks["returned"]
    handing_over.decline(task_id=returned.pk, by=assistant, reason="time", text="Vraag het Noor eens.", now=now)
    talking.ask(task_id=tasks["searching"].pk, by=assistant, text="Alleen Nederlandse, of ook Belgische?", now=now)
    talking.ask(task_id=tasks["proposing"].pk, by=owner, text="Lukt het nog deze week?", now=now)
    amend(tasks["free"], owner, now)
    ask_how_it_goes(tasks["steps"], assistant, now)
    fall_silent(tasks["silent"], owner, now)
    DefaultCheckinRule.objects.create(team=team, level=LevelKey.ADVISE, trigger="after_work", hours=2)
    pages = {"team_checkins": reverse("team_checkins", args=[team.pk])} | agree(cast, now)
    print(json.dumps({name: task.get_absolute_url() for name, task in tasks.items()} | pages))


def agree(cast: "Cast", now: datetime) -> dict[str, str]:
    """What the assistant agreed on and would like to change; with a guest nothing is agreed yet."""
    from django.urls import reverse

    from accounts.models import Role
    from tests.factories import MembershipFactory
    from tests.tasks.agreed import agreed, proposed

    guest = MembershipFactory.create(
        team=cast.team, role=Role.GUEST, user__email=f"gast-{cast.team.pk}@example.com", user__name="Gijs"
    ).user
    special = [{"month": 12, "day": 24, "multiplier": "2.00"}, {"month": 12, "day": 31, "multiplier": "1.50"}]
    common: dict[str, Any] = {"rush_multiplier": Decimal("1.5"), "rush_hours": 24, "special_days": special}
    common |= {"escalation": [{"hours": 4, "to": "them"}, {"hours": 16, "to": "owner"}], "channels": "Mail, of bellen"}
    today = now.astimezone(cast.team.zone).date()
    agreed(cast, now, valid_from=today - timedelta(days=30), **common)
    proposed(cast, now, by=cast.assistant, valid_from=today, **common | {"rate": Decimal("42.50"), "channels": ""})
    return {
        "agreements": reverse("agreements", args=[cast.team.pk]),
        "agreement": reverse("agreement_pair", args=[cast.team.pk, cast.assistant.pk]),
        "agreement_new": reverse("agreement_pair", args=[cast.team.pk, guest.pk]),
        "team_money": reverse("team_money", args=[cast.team.pk]),
    }


def every_kind_of_rule(now: datetime) -> list[Rule]:
    """One rule of each kind."""
    codes = [
        "after_start 2", "after_work 4", "every_hours 12", "every_days 3 10:00", "weekdays 09:30 0124 any",
        f"at {(now + timedelta(days=3)).isoformat()}", "before_deadline 24", "time_used 80", "money_used 50",
    ]  # fmt: skip
    return [Rule.from_code(code) for code in codes]


def fall_silent(task: Any, owner: Any, now: Any) -> None:
    """No answer to one check-in though the entrepreneur was told, another asked a second time, one rule at rest."""
    from tasks.actions.checkins import pause_checkin_rule
    from tasks.actions.entries import log_work
    from tasks.models import Checkin, CheckinState

    log_work(task_id=task.pk, by=task.assistant, minutes=80, day=now.date(), now=now)
    earlier = {"due_at": now - timedelta(hours=9), "asked_at": now - timedelta(hours=9)}
    told = {"reminded_at": now - timedelta(hours=7), "escalated_at": now - timedelta(hours=5)}
    for trigger, state in (("every_days", CheckinState.ESCALATED), ("after_start", CheckinState.REMINDED)):
        Checkin.objects.filter(rule__trigger=trigger, task=task).update(state=state, **earlier, **told)
    rest = task.checkin_rules.get(trigger="weekdays")
    pause_checkin_rule(task_id=task.pk, by=owner, rule_id=rest.pk, now=now)


def amend(task: Any, owner: Any, now: Any) -> None:
    """Change the brief under the assistant's hands."""
    from tasks.actions import handing_over

    fields = {"money_limit": 1400, "criteria": [*BRIEF["criteria"], "Ook de kleine maatschappijen"]}
    handing_over.amend(task_id=task.pk, by=owner, fields=fields, now=now)


def ask_how_it_goes(task: Any, assistant: Any, now: Any) -> None:
    """A check-in that has been asked, and one still to come."""
    from tasks.models import Checkin, CheckinRule, CheckinState

    rule = CheckinRule.objects.create(task=task, trigger="weekdays", at_time="15:00")
    common = {"task": task, "rule": rule, "assistant": assistant}
    Checkin.objects.create(**common, state=CheckinState.ASKED, due_at=now, asked_at=now)
    Checkin.objects.create(**common, state=CheckinState.DUE, due_at=now + timedelta(days=2))
