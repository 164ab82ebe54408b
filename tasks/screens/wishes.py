"""The screens for the tray, as far as they are actions on a task."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from delegation.workflow import Action
from tasks.actions import wishes
from tasks.forms.actions import ActionForm, NoteForm
from tasks.forms.wishes import SwapWishForm
from tasks.models import Task
from tasks.screens.base import Screen


def swap_wish(form: ActionForm, common: dict[str, Any]) -> Task:
    data = form.cleaned_data
    return wishes.swap_wish(
        wish_id=data["wish"], drop=data["drop"], must=data["place"] == "must", text=data["text"], **common
    )


def to_tray(form: ActionForm, common: dict[str, Any]) -> Task:
    common.pop("revision")  # it answers one question by its id, whatever else has changed meanwhile
    return wishes.to_tray(turn_id=form.cleaned_data["turn"], text=form.cleaned_data["text"], **common)


TRAY: dict[str, Screen] = {
    "swap-wish": Screen(
        action=Action.SWAP_WISH,
        title=_("Swap something for a wish"),
        button=_("Swap"),
        done=_("Swapped. Your assistant sees what changed."),
        run=swap_wish,
        form=SwapWishForm,
        template="tasks/swap_wish_form.html",
        quiet=True,
        lede=_("The limits and the deadline stay. What comes in takes the place of what goes out."),
    ),
    "to-tray": Screen(
        action=Action.ANSWER,
        title=_("Not agreed: into the tray"),
        button=_("Into the tray"),
        done=_("In the tray. Whoever asked knows."),
        run=to_tray,
        form=NoteForm,
        quiet=True,
        lede=_("Nobody has to say no: it is kept, and decided on later."),
    ),
}
