"""What is logged once, however often its form is sent."""

from uuid import UUID, uuid4

from django.utils.translation import gettext_lazy as _

from tasks.actions.base import Refused, Step
from tasks.models import Expense, TimeEntry

LOGGED = _("This has been logged already. It is counted once.")


def new_id(model: type[TimeEntry] | type[Expense], entry_id: UUID | None, step: Step) -> UUID:
    """The id of the entry to make: the one that the form chose, if any. Raises Refused when it was made already."""
    if entry_id and model.objects.filter(pk=entry_id).exists():
        raise Refused(step.task, LOGGED)
    return entry_id or uuid4()
