"""The screens for milestones, and for dropping what could be in it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from delegation.workflow import Action
from tasks import uploads
from tasks.actions import milestones, scope
from tasks.forms.actions import ActionForm
from tasks.forms.milestones import DeliverMilestoneForm, DropScopeForm, SendBackMilestoneForm
from tasks.models import Task
from tasks.screens.base import Screen


def _deliver(form: ActionForm, common: dict[str, Any]) -> Task:
    data = form.cleaned_data
    given, task, now = data["attachments"], form.task, common["now"]
    before = data.get("version_of")
    with uploads.storing(given, team=task.team, task=task, by=form.by, now=now, instead_of=before) as stored:
        return milestones.deliver_milestone(
            milestone_id=data["milestone"], text=data["text"], links=data["links"], files=stored, **_by_id(common)
        )


def _accept(form: ActionForm, common: dict[str, Any]) -> Task:
    data = form.cleaned_data
    return milestones.accept_milestone(turn_id=data["turn"], text=data["text"], **_by_id(common))


def _send_back(form: ActionForm, common: dict[str, Any]) -> Task:
    data = form.cleaned_data
    return milestones.send_back_milestone(turn_id=data["turn"], text=data["text"], **_by_id(common))


def _drop_scope(form: ActionForm, common: dict[str, Any]) -> Task:
    data = form.cleaned_data
    return scope.drop_scope(items=data["items"], shorten=data.get("shorten", False), text=data["text"], **common)


def _by_id(common: dict[str, Any]) -> dict[str, Any]:
    """A milestone is told by its own id, whatever else has changed meanwhile."""
    return {name: value for name, value in common.items() if name != "revision"}


MILESTONES: dict[str, Screen] = {
    "deliver-milestone": Screen(
        action=Action.DELIVER_MILESTONE,
        title=_("Deliver the milestone"),
        button=_("Deliver"),
        done=_("Delivered. The next milestone starts when this one is accepted."),
        run=_deliver,
        form=DeliverMilestoneForm,
        template="tasks/milestone_form.html",
    ),
    "accept-milestone": Screen(
        action=Action.ACCEPT_MILESTONE,
        title=_("Accept the milestone"),
        button=_("Accept"),
        done=_("Accepted. Your assistant can go on."),
        run=_accept,
    ),
    "send-back-milestone": Screen(
        action=Action.SEND_BACK_MILESTONE,
        title=_("Send the milestone back"),
        button=_("Send back"),
        done=_("Sent back. Your assistant knows what is missing."),
        run=_send_back,
        form=SendBackMilestoneForm,
        quiet=True,
    ),
    "drop-scope": Screen(
        action=Action.DROP_SCOPE,
        title=_("Drop something"),
        button=_("Drop these"),
        done=_("Dropped. Your assistant sees what changed."),
        run=_drop_scope,
        form=DropScopeForm,
        quiet=True,
        lede=_("Keep the deadline and the limits by leaving out what was not necessary."),
    ),
}
