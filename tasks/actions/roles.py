"""Another role for a member, and up to which level work may be handed to them."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import actions
from accounts.audit import Happened, note
from accounts.models import Membership, Role, User
from delegation.levels import LevelKey
from tasks.actions.leaving import forget_in_drafts, hold_for, owner_answers
from tasks.leaving import open_work

OWNER_STAYS = _("The role of the owner is fixed. Give the team to somebody else first.")
GONE = _("They are not in this team any more.")
STILL_CARRIES_OUT = _(
    "%(name)s still has tasks to carry out, and who hands over carries out nothing in the same team."
    " Give them to somebody else first."
)
STILL_ANSWERS = _("%(name)s is still responsible for open tasks. Pass them on to somebody else first.")
NO_CEILING = _("Only for who carries out work do you choose up to which level.")


class NotChanged(Exception):
    """It can't be done now; nothing was written. `text` says why; `work_left`: open tasks stand in the way."""

    def __init__(self, text: str | Promise, *, work_left: bool = False) -> None:
        super().__init__(str(text))
        self.text = text
        self.work_left = work_left


def change_role(*, membership_id: UUID, role: Role, by: User, now: datetime, ip: str | None = None) -> Membership:
    """Give a member another role. Raises NotChanged while a task would end up with somebody who can't act on it."""
    with transaction.atomic():
        found = hold_for(membership_id, now=now)
        if found is None:
            raise NotChanged(GONE)
        membership, held = found
        if membership.owns:
            raise NotChanged(OWNER_STAYS)
        team, person = membership.team, membership.user
        if membership.hands_over != (role in Role.entrepreneurs()):
            if open_work(team, person).exists():
                text = STILL_ANSWERS if membership.hands_over else STILL_CARRIES_OUT
                raise NotChanged(text % {"name": person.short_name}, work_left=True)
            if membership.hands_over:
                owner_answers(team, person, held, now=now)
                actions.drop_absences(team=team, person=person, by=by, now=now, ip=ip)
            else:
                forget_in_drafts(team, person, held)
                Membership.objects.filter(pk=membership.pk).update(ceiling="")
        actions.change_role(membership=membership, role=role, by=by, now=now, ip=ip)
    return membership


@transaction.atomic
def set_ceiling(
    *, membership: Membership, ceiling: LevelKey | None, by: User, now: datetime, ip: str | None = None
) -> bool:
    """Say up to which level work may be handed to an assistant or guest; None: any. False when it was so already.

    What is under way goes on at the level at which it was agreed. Raises NotChanged for who carries out nothing.
    """
    wanted = ceiling.value if ceiling else ""
    rows = Membership.objects.filter(pk=membership.pk, role__in=Role.assistants())
    if rows.exclude(ceiling=wanted).update(ceiling=wanted) == 1:
        team, about = membership.team, membership.user
        note(Happened.CEILING_CHANGED, now=now, actor=by, team=team, about=about, ip=ip, level=wanted)
        return True
    if not rows.exists():
        raise NotChanged(NO_CEILING)
    return False
