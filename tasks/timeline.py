"""The timeline in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from delegation.checkins import Rule
from delegation.workflow import Action
from tasks.brief import LABELS
from tasks.models import Event, Mood, Task, TurnKind
from tasks.payloads import DeclineReason, FlagKind
from tasks.templatetags.handover import hours, money, rule_in_words, shortened

SENTENCES: dict[str, Promise] = {
    Action.DELEGATE: _("%(actor)s handed over to %(assistant)s"),
    Action.ACCEPT_TASK: _("%(actor)s accepted"),
    Action.DECLINE: _("%(actor)s declined: %(reason)s"),
    Action.AMEND: _("%(actor)s changed the brief"),
    Action.ACKNOWLEDGE: _("%(actor)s has seen the changed brief"),
    Action.ASK: _("%(actor)s asks"),
    Action.ANSWER: _("%(actor)s answers"),
    Action.PROPOSE: _("%(actor)s sent a proposal"),
    Action.APPROVE: _("%(actor)s approved the proposal"),
    Action.ASK_FOR_CHANGES: _("%(actor)s asked for changes"),
    Action.SUBMIT_OPTIONS: _("%(actor)s submitted options"),
    Action.CHOOSE: _("%(actor)s chose %(chosen)s"),
    Action.ASK_FOR_OTHER_OPTIONS: _("%(actor)s asked for other options"),
    Action.TICK_STEP: _("%(actor)s ticked off step %(step)s"),
    Action.ASK_TO_DEVIATE: _("%(actor)s asks to do step %(step)s otherwise"),
    Action.ALLOW_DEVIATION: _("%(actor)s allows doing step %(step)s otherwise"),
    Action.REFUSE_DEVIATION: _("%(actor)s holds to step %(step)s"),
    Action.ANSWER_CHECKIN: _("%(actor)s: %(mood)s"),
    Action.PAUSE_CHECKIN_RULE: _("%(actor)s paused a check-in: %(rule)s"),
    Action.RESUME_CHECKIN_RULE: _("%(actor)s resumed a check-in: %(rule)s"),
    Action.LOG_WORK: _("%(actor)s logged %(time)s of work"),
    Action.CORRECT_WORK: _("%(actor)s corrected an entry: %(time)s instead of %(was)s"),
    Action.START_TIMER: _("%(actor)s started the timer"),
    Action.STOP_TIMER: _("%(actor)s logged %(time)s of work"),
    Action.LOG_EXPENSE: _("%(actor)s logged an expense: %(amount)s"),
    f"{Action.LOG_EXPENSE}, asked": _("%(actor)s asks for a yes to an expense: %(amount)s"),
    Action.ADD_RECEIPT: _("%(actor)s added a receipt: %(amount)s"),
    Action.WITHDRAW_EXPENSE: _("%(actor)s took back an expense: %(amount)s"),
    Action.APPROVE_EXPENSE: _("%(actor)s approved an expense: %(amount)s"),
    Action.REFUSE_EXPENSE: _("%(actor)s refused an expense: %(amount)s"),
    Action.FLAG: _("%(actor)s flagged: %(flag)s"),
    Action.GIVE_MORE: _("%(actor)s gave more"),
    Action.SWAP: _("%(actor)s swapped"),
    Action.HOLD: _("%(actor)s holds to the limit"),
    Action.STOP_FLAGGED: _("%(actor)s stopped the task"),
    Action.DROP_SCOPE: _("%(actor)s dropped something to keep the deadline"),
    Action.SWAP_WISH: _("%(actor)s swapped: in comes “%(wish)s”, out goes “%(dropped)s”"),
    Action.DELIVER_MILESTONE: _("%(actor)s delivered a milestone: %(milestone)s"),
    Action.ACCEPT_MILESTONE: _("%(actor)s accepted a milestone: %(milestone)s"),
    Action.SEND_BACK_MILESTONE: _("%(actor)s sent a milestone back: %(milestone)s"),
    Action.SUBMIT_FINDINGS: _("%(actor)s submitted findings"),
    Action.DELIVER: _("%(actor)s delivered"),
    Action.ACCEPT_RESULT: _("%(actor)s accepted the result"),
    Action.SEND_BACK: _("%(actor)s sent it back"),
    Action.REOPEN: _("%(actor)s opened the task again"),
    Action.HAND_BACK: _("%(actor)s handed the task back"),
    Action.REASSIGN: _("%(actor)s offered it to %(assistant)s"),
    Action.TAKE_BACK: _("%(actor)s took it back from %(assistant)s"),
    Action.PASS_ON: _("%(actor)s passed it on to %(person)s"),
    Action.STOP: _("%(actor)s stopped the task"),
    "checkin-asked": _("%(assistant)s was asked how it goes"),
    "checkin-missed": _("A check-in came too late to be asked"),
    "checkin-reminded": _("%(assistant)s was reminded of the check-in"),
    "checkin-escalated": _("No answer from %(assistant)s to the check-in"),
    "checkin-unanswered": _("%(assistant)s left a check-in unanswered; the next one was asked"),
    "limit-reached": _("%(percent)s %% of the time is used"),
    "tolerance-used": _("%(amount)s more, within the team's tolerance"),
    "timer-asked": _("%(person)s was asked whether the timer should still run"),
    "milestone-opened": _("Next: %(milestone)s"),
    "wish-added": _("%(actor)s put a wish in the tray"),
    "wish-task": _("%(actor)s made a task of a wish"),
    "wish-dropped": _("%(actor)s dropped a wish: %(wish)s"),
    "to-tray": _("%(actor)s moved a question to the tray: it was not agreed"),
    "time-approved": _("%(actor)s approved %(time)s of work"),
    "time-reopened": _("%(actor)s took back the approval of %(time)s of work"),
    "expenses-approved": _("%(actor)s approved expenses on the timesheet: %(amount)s"),
    "expense-reopened": _("%(actor)s took back the approval of an expense: %(amount)s"),
    "answers-for": _("%(person)s is responsible for it from now on"),
    "turn-nudged": _("%(person)s was reminded that this waits: %(turn)s"),
    "turn-escalated": _("%(person)s was told that this still waits: %(turn)s"),
}
TOO_SHORT = _("%(actor)s stopped the timer; it was too short to log")
STILL_WAITS = _("%(actor)s stopped the timer; how long it really was is still to be said")
TAKEN_OUT = _("%(actor)s took out an entry of %(was)s")
SAME_LENGTH = _("%(actor)s corrected an entry of %(time)s")
MONEY_REACHED = _("%(percent)s %% of the money is spent")
COVERED = _("%(actor)s answered a flag: what it asks has been given already")
# Turning points, and what went wrong: the dots that stand out.
KEY = {Action.DELEGATE, Action.ACCEPT_TASK, Action.ACCEPT_RESULT, Action.SEND_BACK, Action.APPROVE, Action.CHOOSE}
BAD = {Action.FLAG, Action.STOP, Action.STOP_FLAGGED}


@dataclass(frozen=True)
class Line:
    """One line of the timeline. `fields`: the parts of the brief that changed."""

    at: datetime
    sentence: str
    text: str
    fields: list[str]
    classes: str


def line_of(event: Event, *, reader_id: object) -> Line:
    """An event in the reader's language."""
    return Line(
        at=event.at,
        sentence=sentence_of(event),
        text=event.data.get("text") or "",
        fields=[str(LABELS[change["field"]]) for change in event.data.get("changes", []) if change["field"] in LABELS],
        classes=_classes(event, reader_id),
    )


def sentence_of(event: Event) -> str:
    """What happened, in one short sentence."""
    asks = event.kind == Action.LOG_EXPENSE and event.data.get("asked")
    kind = f"{event.kind}, asked" if asks else event.kind
    pattern = _unusual(event.kind, event.data) or SENTENCES.get(kind)
    if pattern is None:  # an event of a later version of the app, seen while it is being rolled back
        return event.kind
    return str(pattern) % _values(event)


def _unusual(kind: str, data: dict[str, Any]) -> Promise | None:
    """What is said of a limit, a flag, a timer or a correction where it is not the usual."""
    if kind == "limit-reached":
        return MONEY_REACHED if data.get("what") == "money" else None
    if kind == Action.GIVE_MORE:
        return COVERED if data.get("covered") else None
    if kind == Action.STOP_TIMER:
        return TOO_SHORT if not data.get("minutes") else STILL_WAITS if data.get("waits") else None
    if kind != Action.CORRECT_WORK:
        return None
    if not data.get("minutes"):
        return TAKEN_OUT
    if data.get("confirmed"):
        return SENTENCES[Action.LOG_WORK]
    return SAME_LENGTH if data.get("was") == data["minutes"] else None


def last_event(task: Task) -> Event | None:
    """The newest event of a task, with who did it."""
    return Event.objects.filter(task=task).select_related("actor").order_by("-at", "-id").first()


def _values(event: Event) -> dict[str, Any]:
    data = event.data
    values = {name: data.get(name, "") for name in ("assistant", "chosen", "step", "person", "percent", "milestone")}
    values["actor"] = event.actor.short_name if event.actor else gettext("Handover")
    values["reason"] = _inside(DeclineReason(data["reason"]).label) if data.get("reason") else ""
    values["flag"] = _inside(FlagKind(data["flag"]).label) if data.get("flag") else ""
    values["mood"] = _mood(data)
    values["turn"] = _inside(TurnKind(data["turn"]).label) if data.get("turn") else ""
    values["rule"] = rule_in_words(Rule.from_code(data["rule"])) if data.get("rule") else ""
    values |= {name: shortened(data.get(name) or "", 80) for name in ("wish", "dropped")}
    values["time"] = hours(data.get("minutes"))
    values["was"] = hours(data.get("was"))
    values["amount"] = money(data.get("amount"), data.get("currency", "")) or values["time"]
    return values


def _mood(data: dict[str, Any]) -> str:
    if not data.get("mood"):
        return ""
    label = _inside(Mood(data["mood"]).label)
    return f"{label}, {data['percent']}\u00a0%" if data.get("percent") is not None else label


def _inside(label: str | Promise) -> str:
    """A label as it is written in the middle of a sentence."""
    text = str(label)
    return text[:1].lower() + text[1:]


def _classes(event: Event, reader_id: object) -> str:
    names = []
    if event.actor_id == reader_id:
        names.append("mine")
    if event.kind in KEY:
        names.append("key")
    if event.kind in BAD:
        names.append("bad")
    return " ".join(names)
