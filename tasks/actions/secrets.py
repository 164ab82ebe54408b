"""Giving a secret away: to who may have it, after it was written down that they got it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from accounts.audit import Happened, note
from accounts.models import Membership, Role, User
from accounts.sealing import SealError, unseal
from tasks.actions.resources import purpose_of
from tasks.models import Resource, Reveal, RevealWay, Secret, SecretPart, Task
from tasks.one_time_codes import code_at
from tasks.secrets import (
    ASKED_WHY,
    MOST_REASON,
    NOT_LENT,
    NOTHING_THERE,
    SHOWN_SECONDS,
    SHUT,
    TOO_LONG,
    NotGiven,
    ReasonAsked,
    choose_task,
)

logger = logging.getLogger("handover.secrets")

HAPPENED = {RevealWay.SHOWN: Happened.SECRET_SHOWN, RevealWay.COPIED: Happened.SECRET_COPIED}


@dataclass(frozen=True)
class Revealed:
    """A password, or the one-time code of this moment. `seconds`: for how long it is to be in sight."""

    text: str = field(repr=False)
    seconds: int


@sensitive_variables("secret", "text")
def reveal(
    *,
    resource: Resource,
    part: SecretPart,
    way: RevealWay,
    by: User,
    now: datetime,
    reason: str = "",
    task_id: UUID | None = None,
    ip: str | None = None,
) -> Revealed:
    """Give a part of a login to who hands over in its team, or to the assistant of a task that it is lent to.

    That they got it is written before anything is opened, in the same transaction that looks whether they may: nothing
    is given away without a row, and no row says more than was given. What the codes are made from is given to nobody.
    `task_id`: for which of several tasks; any that lends it does. Raises NotGiven, with words for who asked.
    """
    with transaction.atomic():
        task = _locked_task(resource, by, task_id)
        secret = Secret.objects.select_for_update(no_key=True).filter(resource=resource, part=part).first()
        if secret is None:
            raise NotGiven(NOTHING_THERE)
        # A value that was changed a moment ago is seen after that, also by who asked a moment before.
        at, why = max(now, secret.changed_at), _reason(resource, task, reason)
        _write_down(resource, part, way, by, now=at, reason=why, task=task, ip=ip)
        try:
            text = unseal(secret.sealed, purpose=purpose_of(resource, part))
        except SealError:
            logger.error("secret %s can't be opened: it was altered, or its key is not known here", secret.pk)
            raise NotGiven(SHUT) from None
    if part == SecretPart.ONE_TIME_CODE:
        return Revealed(*code_at(text, now))
    return Revealed(text, SHOWN_SECONDS)


def _locked_task(resource: Resource, by: User, wanted: UUID | None) -> Task | None:
    """The task that lends it to an assistant; None for who hands over, who needs none.

    Their place in the team and the task are locked: who is just being let go, or whose task is just being stopped, has
    either been written down in time or gets nothing.
    """
    tasks = Task.objects.filter(assistant=by, resources=resource, team_id=resource.team_id)
    ids = list(tasks.values_list("pk", flat=True))
    list(Task.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))
    places = Membership.objects.select_for_update(no_key=True).filter(user=by, team_id=resource.team_id)
    role = places.values_list("role", flat=True).first()
    if role in Role.entrepreneurs():
        return None
    if role is None:
        raise NotGiven(NOT_LENT)
    return choose_task(tasks.filter(pk__in=ids), wanted)


def _reason(resource: Resource, task: Task | None, reason: str) -> str:
    """Why, where that is asked of an assistant. Raises ReasonAsked."""
    reason = " ".join(reason.replace("\x00", "").split())
    if len(reason) > MOST_REASON:
        raise ReasonAsked(TOO_LONG)
    if task is not None and resource.asks_reason and not reason:
        raise ReasonAsked(ASKED_WHY)
    return reason


def _write_down(
    resource: Resource,
    part: SecretPart,
    way: RevealWay,
    by: User,
    *,
    now: datetime,
    reason: str,
    task: Task | None,
    ip: str | None,
) -> None:
    Reveal.objects.create(
        team_id=resource.team_id,
        resource=resource,
        resource_name=resource.name,
        part=part,
        way=way,
        person=by,
        task=task,
        reason=reason,
        at=now,
    )
    note(
        HAPPENED[way],
        now=now,
        actor=by,
        team=resource.team,
        ip=ip,
        resource=resource.name,
        resource_id=str(resource.pk),
        part=str(part),
        reason=reason,
        task=task.title if task else "",
    )
