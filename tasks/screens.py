"""Which form goes with which action, and what is said when it is done.

One view (views/actions.py) serves them all: find the task, show the form, call the action, say what happened.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from delegation.workflow import Action
from tasks import uploads
from tasks.actions import checkins, delivery, flags, gates, handing_over, talking
from tasks.forms import actions as forms
from tasks.forms.actions import ActionForm
from tasks.models import StoredFile, Task

Run = Callable[[ActionForm, dict[str, Any]], Task]


@dataclass(frozen=True, kw_only=True)
class Screen:
    """One action as people meet it.

    `action`: what the transition table is asked about. `run`: calls the action with the form's values and with who, on
    what task, when and seeing which revision. `template`: only for forms that need a layout of their own.
    """

    action: Action
    title: Promise
    button: Promise
    done: Promise
    run: Run
    form: type[ActionForm] = forms.NoteForm
    template: str = "tasks/action.html"
    danger: bool = False
    quiet: bool = False
    lede: Promise | str = field(default="")


def _texted(action: Callable[..., Task]) -> Run:
    """For actions that take nothing but a text."""
    return lambda form, common: action(text=form.cleaned_data["text"], **common)


def _accept_task(form: ActionForm, common: dict[str, Any]) -> Task:
    data = form.cleaned_data
    return handing_over.accept_task(read_back=data["read_back"], estimate=data["estimate"], **common)


def _decline(form: ActionForm, common: dict[str, Any]) -> Task:
    return handing_over.decline(reason=form.cleaned_data["reason"], text=form.cleaned_data["text"], **common)


def _reassign(form: ActionForm, common: dict[str, Any]) -> Task:
    data = form.cleaned_data
    return handing_over.reassign(assistant=data["assistant"], text=data["text"], **common)


def _acknowledge(form: ActionForm, common: dict[str, Any]) -> Task:
    return handing_over.acknowledge(turn_id=form.cleaned_data["turn"], **_without_revision(common))


def _delegate(form: ActionForm, common: dict[str, Any]) -> Task:
    return handing_over.delegate(**common)


def _ask(form: ActionForm, common: dict[str, Any]) -> Task:
    return talking.ask(text=form.cleaned_data["text"], **_without_revision(common))


def _answer(form: ActionForm, common: dict[str, Any]) -> Task:
    data = form.cleaned_data
    return talking.answer(turn_id=data["turn"], text=data["text"], **_without_revision(common))


def _submit_options(form: ActionForm, common: dict[str, Any]) -> Task:
    assert isinstance(form, forms.OptionsForm)  # noqa: S101
    return gates.submit_options(options=form.options(), text=form.cleaned_data["text"], **common)


def _choose(form: ActionForm, common: dict[str, Any]) -> Task:
    return gates.choose(option=form.cleaned_data["option"], text=form.cleaned_data["text"], **common)


def _tick(form: ActionForm, common: dict[str, Any]) -> Task:
    return gates.tick_step(step_number=form.cleaned_data["step"], **_without_revision(common))


def _allow_deviation(form: ActionForm, common: dict[str, Any]) -> Task:
    return gates.answer_deviation(allowed=True, text=form.cleaned_data["text"], **common)


def _refuse_deviation(form: ActionForm, common: dict[str, Any]) -> Task:
    return gates.answer_deviation(allowed=False, text=form.cleaned_data["text"], **common)


def _answer_checkin(form: ActionForm, common: dict[str, Any]) -> Task:
    data = form.cleaned_data
    return checkins.answer_checkin(
        checkin_id=data["checkin"],
        mood=data["mood"],
        percent=data["percent"],
        minutes_needed=data["minutes_needed"],
        note=data["note"],
        **_without_revision(common),
    )


def _flag(form: ActionForm, common: dict[str, Any]) -> Task:
    assert isinstance(form, forms.FlagForm)  # noqa: S101
    return flags.flag(text=form.cleaned_data["text"], content=form.content(), **common)


def _answer_flag(form: ActionForm, common: dict[str, Any]) -> Task:
    assert isinstance(form, forms.AnswerFlagForm)  # noqa: S101
    text = form.cleaned_data["text"]
    match form.cleaned_data["way"]:
        case forms.WayOut.MORE:
            return flags.give_more(more=form.more(), text=text, **common)
        case forms.WayOut.SWAP:
            return flags.swap(text=text, **common)
        case forms.WayOut.HOLD:
            return flags.hold(text=text, **common)
        case _:
            return flags.stop_flagged(text=text, **common)


def _deliver(form: ActionForm, common: dict[str, Any]) -> Task:
    assert isinstance(form, forms.DeliverForm)  # noqa: S101
    data = form.cleaned_data
    return _with_files(
        form,
        common,
        lambda files: delivery.deliver(
            text=data["text"], links=data["links"], files=files, checks=form.checked(ticked_means_met=True), **common
        ),
    )


def _submit_findings(form: ActionForm, common: dict[str, Any]) -> Task:
    assert isinstance(form, forms.FindingsForm)  # noqa: S101
    return _with_files(
        form,
        common,
        lambda files: delivery.submit_findings(
            findings=form.findings(),
            text=form.cleaned_data["text"],
            files=files,
            checks=form.checked(ticked_means_met=True),
            **common,
        ),
    )


def _send_back(form: ActionForm, common: dict[str, Any]) -> Task:
    assert isinstance(form, forms.SendBackForm)  # noqa: S101
    # A tick here means "not yet".
    verdicts = form.checked(ticked_means_met=False)
    return delivery.send_back(text=form.cleaned_data["text"], verdicts=verdicts, **common)


def _with_files(form: ActionForm, common: dict[str, Any], act: Callable[[list[StoredFile]], Task]) -> Task:
    """Store the uploads and act in one transaction; what was written to disk goes again when the action is refused."""
    now: datetime = common["now"]
    stored: list[StoredFile] = []
    try:
        with transaction.atomic():
            stored = uploads.store(form.cleaned_data["files"], team=form.task.team, task=form.task, by=form.by, now=now)
            return act(stored)
    except Exception:
        uploads.discard(stored)
        raise


def _without_revision(common: dict[str, Any]) -> dict[str, Any]:
    """For what runs beside the workflow: it answers one thing by its id, whatever else has changed meanwhile."""
    return {name: value for name, value in common.items() if name != "revision"}


SCREENS: dict[str, Screen] = {
    "delegate": Screen(
        action=Action.DELEGATE, title=_("Hand over"), button=_("Hand over"), done=_("Handed over."), run=_delegate
    ),
    "accept-task": Screen(
        action=Action.ACCEPT_TASK,
        title=_("Accept this task"),
        button=_("Accept"),
        done=_("Accepted. Good luck with it."),
        run=_accept_task,
        form=forms.AcceptTaskForm,
    ),
    "decline": Screen(
        action=Action.DECLINE,
        title=_("Decline this task"),
        button=_("Decline"),
        done=_("Declined. The task is back where it came from."),
        run=_decline,
        form=forms.DeclineForm,
        quiet=True,
    ),
    "acknowledge": Screen(
        action=Action.ACKNOWLEDGE,
        title=_("The brief has changed"),
        button=_("Understood"),
        done=_("Noted. The new brief counts from now on."),
        run=_acknowledge,
        form=ActionForm,
    ),
    "ask": Screen(
        action=Action.ASK,
        title=_("Ask a question"),
        button=_("Ask"),
        done=_("Asked. The question stays open until it is answered."),
        run=_ask,
        form=forms.QuestionForm,
        quiet=True,
    ),
    "answer": Screen(
        action=Action.ANSWER,
        title=_("Answer a question"),
        button=_("Answer"),
        done=_("Answered."),
        run=_answer,
        form=forms.AnswerForm,
    ),
    "propose": Screen(
        action=Action.PROPOSE,
        title=_("Make a proposal"),
        button=_("Send the proposal"),
        done=_("Sent. You hear as soon as there is an answer."),
        run=_texted(gates.propose),
        form=forms.ProposeForm,
    ),
    "approve": Screen(
        action=Action.APPROVE,
        title=_("Approve the proposal"),
        button=_("Approve"),
        done=_("Approved. Your assistant can go on."),
        run=_texted(gates.approve),
    ),
    "ask-for-changes": Screen(
        action=Action.ASK_FOR_CHANGES,
        title=_("Ask for changes"),
        button=_("Ask for changes"),
        done=_("Sent. You get a new proposal."),
        run=_texted(gates.ask_for_changes),
        form=forms.ReasonForm,
        quiet=True,
    ),
    "submit-options": Screen(
        action=Action.SUBMIT_OPTIONS,
        title=_("Submit options"),
        button=_("Send the options"),
        done=_("Sent. You hear as soon as a choice is made."),
        run=_submit_options,
        form=forms.OptionsForm,
        template="tasks/options_form.html",
        lede=_("Two or three, each with what speaks for and against it. Say which one you would take."),
    ),
    "choose": Screen(
        action=Action.CHOOSE,
        title=_("Choose"),
        button=_("Choose"),
        done=_("Chosen. Your assistant carries it out."),
        run=_choose,
        form=forms.ChooseForm,
        template="tasks/choose_form.html",
    ),
    "ask-for-other-options": Screen(
        action=Action.ASK_FOR_OTHER_OPTIONS,
        title=_("Ask for other options"),
        button=_("Ask for other options"),
        done=_("Sent. You get other options."),
        run=_texted(gates.ask_for_other_options),
        form=forms.ReasonForm,
        quiet=True,
    ),
    "tick-step": Screen(
        action=Action.TICK_STEP,
        title=_("Tick off a step"),
        button=_("Tick off"),
        done=_("Ticked off."),
        run=_tick,
        form=forms.TickForm,
    ),
    "ask-to-deviate": Screen(
        action=Action.ASK_TO_DEVIATE,
        title=_("Ask to do a step otherwise"),
        button=_("Ask"),
        done=_("Asked. The task waits for the answer."),
        run=_texted(gates.ask_to_deviate),
        form=forms.DeviateForm,
        quiet=True,
    ),
    "allow-deviation": Screen(
        action=Action.ALLOW_DEVIATION,
        title=_("Allow the deviation"),
        button=_("Do it like that"),
        done=_("Allowed. Your assistant can go on."),
        run=_allow_deviation,
    ),
    "refuse-deviation": Screen(
        action=Action.REFUSE_DEVIATION,
        title=_("Hold to the step"),
        button=_("Hold to the step"),
        done=_("Sent. The step stays as it is."),
        run=_refuse_deviation,
        quiet=True,
    ),
    "answer-checkin": Screen(
        action=Action.ANSWER_CHECKIN,
        title=_("How is it going?"),
        button=_("Send"),
        done=_("Thank you. That is all."),
        run=_answer_checkin,
        form=forms.CheckinForm,
    ),
    "flag": Screen(
        action=Action.FLAG,
        title=_("This can't be done like this"),
        button=_("Flag it"),
        done=_("Flagged. You hear as soon as there is a choice."),
        run=_flag,
        form=forms.FlagForm,
        quiet=True,
        lede=_("Say it at once, before time or money is lost. You don't have to solve it alone."),
    ),
    "answer-flag": Screen(
        action=Action.GIVE_MORE,
        title=_("Answer the flag"),
        button=_("Answer"),
        done=_("Answered. Your assistant knows where they stand."),
        run=_answer_flag,
        form=forms.AnswerFlagForm,
        template="tasks/flag_form.html",
    ),
    "submit-findings": Screen(
        action=Action.SUBMIT_FINDINGS,
        title=_("Submit your findings"),
        button=_("Submit the findings"),
        done=_("Submitted."),
        run=_submit_findings,
        form=forms.FindingsForm,
        template="tasks/findings_form.html",
        lede=_("Facts with their sources. No advice: the decision comes later, and elsewhere."),
    ),
    "deliver": Screen(
        action=Action.DELIVER,
        title=_("Deliver the result"),
        button=_("Deliver"),
        done=_("Delivered."),
        run=_deliver,
        form=forms.DeliverForm,
        template="tasks/deliver_form.html",
    ),
    "accept-result": Screen(
        action=Action.ACCEPT_RESULT,
        title=_("Accept the result"),
        button=_("Accept"),
        done=_("Accepted. This task is done."),
        run=_texted(delivery.accept_result),
    ),
    "send-back": Screen(
        action=Action.SEND_BACK,
        title=_("Send it back"),
        button=_("Send back"),
        done=_("Sent back. Your assistant knows what is missing."),
        run=_send_back,
        form=forms.SendBackForm,
        template="tasks/send_back_form.html",
        quiet=True,
    ),
    "reopen": Screen(
        action=Action.REOPEN,
        title=_("Open this task again"),
        button=_("Open again"),
        done=_("Open again."),
        run=_texted(delivery.reopen),
        form=forms.ReopenForm,
        quiet=True,
    ),
    "hand-back": Screen(
        action=Action.HAND_BACK,
        title=_("Hand this task back"),
        button=_("Hand back"),
        done=_("Handed back."),
        run=_texted(handing_over.hand_back),
        form=forms.HandBackForm,
        quiet=True,
    ),
    "reassign": Screen(
        action=Action.REASSIGN,
        title=_("Give it to somebody else"),
        button=_("Give it to somebody else"),
        done=_("Offered to somebody else."),
        run=_reassign,
        form=forms.ReassignForm,
        quiet=True,
    ),
    "stop": Screen(
        action=Action.STOP,
        title=_("Stop this task"),
        button=_("Stop"),
        done=_("Stopped."),
        run=_texted(handing_over.stop),
        form=forms.StopForm,
        danger=True,
        quiet=True,
    ),
}
