"""The task page: whose turn, the brief, what happened, what I can do now."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from delegation.levels import LevelKey
from delegation.workflow import UNDER_WAY, WHOSE_TURN, Action, Role, State, possible_actions
from delegation.working_time import works_at_all
from tasks.access import task_for_reading
from tasks.examples import shown_examples
from tasks.expenses import waiting_in
from tasks.milestones import milestones_of, of_no_use
from tasks.models import Resource, Task, Turn, TurnKind, TurnState
from tasks.people import hours_of
from tasks.queries import PAGE_SIZE, events_of, person_for, turns_of
from tasks.screens import SCREENS, Screen
from tasks.standing_in import covering_of
from tasks.talks import talks_of
from tasks.timeline import line_of
from tasks.upcoming import checkins_of
from tasks.versions import hidden_from, hide

# Done where the question or the step stands, so they need no button of their own among "what you can do".
IN_PLACE = {
    "answer", "acknowledge", "answer-checkin", "tick-step", "delegate", "pause-checkin-rule", "resume-checkin-rule",
    "start-timer", "swap-wish", "to-tray", "approve-expense", "refuse-expense", "accept-milestone",
    "send-back-milestone",
}  # fmt: skip
# What the answer to a turn offers in its own place already (templates/tasks/turn_answer.html).
IN_BANNER: dict[str, set[str]] = {
    TurnKind.OFFER: {"accept-task", "decline", "ask"},
    TurnKind.AMENDMENT: {"flag"},
    TurnKind.RETURNED: {"stop"},
    TurnKind.PROPOSAL: {"approve", "ask-for-changes", "ask"},
    TurnKind.OPTIONS: {"choose", "ask-for-other-options"},
    TurnKind.DEVIATION: {"allow-deviation", "refuse-deviation"},
    TurnKind.FLAG: {"answer-flag"},
    TurnKind.DELIVERY: {"accept-result", "send-back"},
    TurnKind.MILESTONE: {"accept-milestone", "send-back-milestone"},
}

# What counts most of all that was answered: it stands open on the page, the rest is folded away.
OUTCOMES = {TurnKind.DELIVERY, TurnKind.PROPOSAL, TurnKind.OPTIONS}


@require_GET
def task_page(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """One task, with everything there is to know and to do about it. At most eight queries, however long its life."""
    task, role = task_for_reading(request, task_id)
    person, now = person_for(request), timezone.now()
    turns = turns_of(task, on=now.astimezone(task.team.zone).date())
    earlier = request.GET.get("earlier", "")
    events = events_of(task, int(earlier) if earlier.isascii() and earlier.isdigit() and len(earlier) < 19 else None)
    possible = possible_actions(
        state=State(task.state),
        role=role,
        level=LevelKey(task.level),
        facts=task.facts(now=now, resume=State.IN_PROGRESS),
    )
    hide(turns, hidden_from(task, role))
    waiting = [turn for turn in turns if turn.state == TurnState.OPEN]
    mine = [turn for turn in waiting if _is_mine(turn, role, person.user.pk)]
    answered = [turn for turn in turns if turn.state == TurnState.ANSWERED]
    plan = milestones_of(task, now=now)
    outcome = next((turn for turn in answered if turn.kind in OUTCOMES), None)
    context = {
        "task": task,
        "role": role,
        "turn_role": WHOSE_TURN[State(task.state)],
        "waiting": mine,
        "waiting_on_others": [turn for turn in waiting if turn not in mine],
        "outcome": outcome,
        "covering": covering.words_for(person.user, task.entrepreneur_id) if (covering := covering_of(task)) else "",
        "answered": [turn for turn in answered if turn is not outcome],
        "screens": _screens(possible, mine, of_no_use(task, plan)),
        "plan": plan,
        "may_start_timer": Action.START_TIMER in possible,
        "may_edit": Action.EDIT in possible or Action.AMEND in possible,
        "lines": [line_of(event, reader_id=person.user.pk) for event in events[:PAGE_SIZE]],
        "earlier": events[PAGE_SIZE - 1].pk if len(events) > PAGE_SIZE else None,
        "examples": shown_examples(task),
        "resources": _resources(task, role, plan.resources),
        "late": task.is_late(now),
        "held_up": task.is_held_up(now),
        "talks": {} if role == Role.ONLOOKER else talks_of(waiting),  # rates are between the two
        "money_waiting": waiting_in(waiting),
        "sees_work": role != Role.ONLOOKER or _worked_here(turns, person.user.pk),
        **_checkins(task, role, possible),
    }
    return render(request, "tasks/task.html", context)


def _is_mine(turn: Turn, role: Role, user_id: UUID) -> bool:
    """Whether this person can answer it: it was put to them, or to a fellow entrepreneur of the team."""
    if turn.waits_on_id == user_id:
        return True
    return role == Role.ENTREPRENEUR and turn.waits_on_id != turn.task.assistant_id


def _worked_here(turns: list[Turn], user_id: UUID) -> bool:
    """Whether this person took the task on, once: what they logged stays theirs to see."""
    return any(turn.kind == TurnKind.OFFER and turn.answered_by_id == user_id for turn in turns)


def _screens(possible: list[Action], waiting: list[Turn], of_no_use: set[str]) -> list[tuple[str, Screen]]:
    """The buttons, those that matter most first, without what is offered in another place on the page."""
    elsewhere = IN_PLACE.union(of_no_use, *(IN_BANNER.get(turn.kind, set()) for turn in waiting))
    offered = [
        (slug, screen) for slug, screen in SCREENS.items() if screen.action in possible and slug not in elsewhere
    ]
    return sorted(offered, key=lambda pair: (pair[1].danger, pair[1].quiet))


def _resources(task: Task, role: Role, lent: list[Resource]) -> list[Resource]:
    """What the task is lent: for the assistant only as long as the task is open, for onlookers not at all."""
    if role == Role.ONLOOKER or (role == Role.ASSISTANT and not task.is_open):
        return []
    return lent


def _checkins(task: Task, role: Role, possible: list[Action]) -> dict[str, object]:
    """The rules with what comes next, what was asked and what was answered, and what was logged so far."""
    found = checkins_of(task)
    started = task.state in UNDER_WAY
    silent = started and any(line.asks_no_more for line in found.lines)
    return {
        "asked": found.asked if role == Role.ASSISTANT else [],
        "rules": found.lines,
        "last_answer": found.last_answer,
        "may_pause": {Action.PAUSE_CHECKIN_RULE, Action.RESUME_CHECKIN_RULE} & set(possible),
        "never_works": silent and task.assistant is not None and not works_at_all(hours_of(task.assistant)),
        "started": started,
    }
