"""From a filled-in form to the action: one function per screen, which hands the form's values over."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from tasks import uploads
from tasks.actions import checkins, delivery, gates, handing_over, passing_on, talking
from tasks.forms import actions as forms
from tasks.forms.actions import ActionForm
from tasks.models import StoredFile, Task

Run = Callable[[ActionForm, dict[str, Any]], Task]


def texted(action: Callable[..., Task]) -> Run:
    """For actions that take nothing but a text."""
    return lambda form, common: action(text=form.cleaned_data["text"], **common)


def accept_task(form: ActionForm, common: dict[str, Any]) -> Task:
    data = form.cleaned_data
    return handing_over.accept_task(read_back=data["read_back"], estimate=data["estimate"], **common)


def decline(form: ActionForm, common: dict[str, Any]) -> Task:
    return handing_over.decline(reason=form.cleaned_data["reason"], text=form.cleaned_data["text"], **common)


def reassign(form: ActionForm, common: dict[str, Any]) -> Task:
    data = form.cleaned_data
    return handing_over.reassign(assistant=data["assistant"], text=data["text"], **common)


def pass_on(form: ActionForm, common: dict[str, Any]) -> Task:
    return passing_on.pass_on(to=form.cleaned_data["to"], text=form.cleaned_data["text"], **common)


def acknowledge(form: ActionForm, common: dict[str, Any]) -> Task:
    return handing_over.acknowledge(turn_id=form.cleaned_data["turn"], **without_revision(common))


def delegate(form: ActionForm, common: dict[str, Any]) -> Task:
    return handing_over.delegate(**common)


def ask(form: ActionForm, common: dict[str, Any]) -> Task:
    return talking.ask(text=form.cleaned_data["text"], **without_revision(common))


def answer(form: ActionForm, common: dict[str, Any]) -> Task:
    data = form.cleaned_data
    return talking.answer(turn_id=data["turn"], text=data["text"], **without_revision(common))


def submit_options(form: ActionForm, common: dict[str, Any]) -> Task:
    assert isinstance(form, forms.OptionsForm)  # noqa: S101
    return gates.submit_options(options=form.options(), text=form.cleaned_data["text"], **common)


def choose(form: ActionForm, common: dict[str, Any]) -> Task:
    return gates.choose(option=form.cleaned_data["option"], text=form.cleaned_data["text"], **common)


def tick(form: ActionForm, common: dict[str, Any]) -> Task:
    return gates.tick_step(step_number=form.cleaned_data["step"], **without_revision(common))


def allow_deviation(form: ActionForm, common: dict[str, Any]) -> Task:
    return gates.answer_deviation(allowed=True, text=form.cleaned_data["text"], **common)


def refuse_deviation(form: ActionForm, common: dict[str, Any]) -> Task:
    return gates.answer_deviation(allowed=False, text=form.cleaned_data["text"], **common)


def answer_checkin(form: ActionForm, common: dict[str, Any]) -> Task:
    data = form.cleaned_data
    return checkins.answer_checkin(
        checkin_id=data["checkin"],
        mood=data["mood"],
        percent=data["percent"],
        minutes_needed=data["minutes_needed"],
        finish_at=data["finish_at"],
        note=data["note"],
        **without_revision(common),
    )


def pause_checkin_rule(form: ActionForm, common: dict[str, Any]) -> Task:
    return checkins.pause_checkin_rule(rule_id=UUID(form.cleaned_data["rule"]), **without_revision(common))


def resume_checkin_rule(form: ActionForm, common: dict[str, Any]) -> Task:
    return checkins.resume_checkin_rule(rule_id=UUID(form.cleaned_data["rule"]), **without_revision(common))


def deliver(form: ActionForm, common: dict[str, Any]) -> Task:
    assert isinstance(form, forms.DeliverForm)  # noqa: S101
    data = form.cleaned_data
    return _with_files(
        form,
        common,
        lambda files: delivery.deliver(
            text=data["text"], links=data["links"], files=files, checks=form.checked(ticked_means_met=True), **common
        ),
    )


def submit_findings(form: ActionForm, common: dict[str, Any]) -> Task:
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


def send_back(form: ActionForm, common: dict[str, Any]) -> Task:
    assert isinstance(form, forms.SendBackForm)  # noqa: S101
    # A tick here means "not yet".
    verdicts = form.checked(ticked_means_met=False)
    return delivery.send_back(text=form.cleaned_data["text"], verdicts=verdicts, **common)


def _with_files(form: ActionForm, common: dict[str, Any], act: Callable[[list[StoredFile]], Task]) -> Task:
    """Store the uploads and act in one transaction; what was written to disk goes again when the action is refused."""
    given, task, now = form.cleaned_data["attachments"], form.task, common["now"]
    before = form.cleaned_data.get("version_of")
    with uploads.storing(given, team=task.team, task=task, by=form.by, now=now, instead_of=before) as stored:
        return act(stored)


def without_revision(common: dict[str, Any]) -> dict[str, Any]:
    """For what runs beside the workflow: it answers one thing by its id, whatever else has changed meanwhile."""
    return {name: value for name, value in common.items() if name != "revision"}
