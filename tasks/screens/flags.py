"""The screens for saying that it can't be done like this, and for the ways out."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from delegation.workflow import Action
from tasks.actions import flags
from tasks.forms.actions import ActionForm
from tasks.forms.flags import AnswerFlagForm, FlagForm, WayOut
from tasks.models import Task, TurnKind
from tasks.screens.base import Screen
from tasks.talks import talks_about
from tasks.templatetags.flags import about
from tasks.templatetags.handover import money

FLAGGED = _("Flagged. You hear as soon as there is a choice.")


def raise_flag(form: ActionForm, common: dict[str, Any]) -> Task:
    assert isinstance(form, FlagForm)  # noqa: S101
    task = flags.flag(text=form.cleaned_data["text"], content=form.content(), **common)
    form.raised = task.turns.filter(kind=TurnKind.FLAG, by=form.by).order_by("-created_at").first()
    return task


def said_of_flag(form: ActionForm) -> str:
    """What came of it: approved at once, or with the entrepreneur, and what talking about it would cost."""
    assert isinstance(form, FlagForm) and form.raised  # noqa: S101, PT018
    turn, currency = form.raised, form.task.team.currency
    if turn.answer == flags.TOLERATED:
        return gettext("Approved at once: the difference is within the tolerance.")
    turn.task = form.task
    talk = talks_about([turn], on=form.now.astimezone(form.task.team.zone).date()).get(turn.pk)
    if talk is None:
        return str(FLAGGED)
    difference = gettext("The difference is %(amount)s. Half an hour of talking about it costs about %(cost)s.") % {
        "amount": money(talk.difference, currency),
        "cost": about(talk.cost, currency),
    }
    return f"{FLAGGED} {difference}"


def answer_flag(form: ActionForm, common: dict[str, Any]) -> Task:
    assert isinstance(form, AnswerFlagForm)  # noqa: S101
    data = form.cleaned_data
    common = {**common, "text": data["text"], "turn_id": data["turn"]}
    match data["way"]:
        case WayOut.MORE:
            return flags.give_more(more=form.more(), **common)
        case WayOut.SWAP:
            return flags.swap(drop=data["drop"], limits=form.swapped(), **common)
        case WayOut.HOLD:
            return flags.hold(**common)
        case _:
            return flags.stop_flagged(**common)


FLAGS: dict[str, Screen] = {
    "flag": Screen(
        action=Action.FLAG,
        title=_("This can't be done like this"),
        button=_("Flag it"),
        done=FLAGGED,
        said=said_of_flag,
        run=raise_flag,
        form=FlagForm,
        template="tasks/flag_new.html",
        quiet=True,
        lede=_("Say it at once, before time or money is lost. You don't have to solve it alone."),
    ),
    "answer-flag": Screen(
        action=Action.GIVE_MORE,
        title=_("Answer the flag"),
        button=_("Answer"),
        done=_("Answered. Your assistant knows where they stand."),
        run=answer_flag,
        form=AnswerFlagForm,
        template="tasks/flag_form.html",
    ),
}
