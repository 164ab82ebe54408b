"""After somebody has left: what they saw is given a new value, and ticked off."""

from datetime import datetime

from django.db import transaction

from accounts.audit import Happened, note
from accounts.models import User
from tasks.models import SecretToRotate


@transaction.atomic
def tick_rotated(*, secret: SecretToRotate, by: User, now: datetime, ip: str | None = None) -> bool:
    """The new value is in place. False when it was ticked already, by hand or because the password was changed here.

    Whether `by` hands over in the team has been checked by who found the row.
    """
    if SecretToRotate.objects.filter(pk=secret.pk, done_at=None).update(done_at=now, done_by=by) != 1:
        return False
    named = {"resource": secret.resource_name, "part": secret.part}
    note(Happened.SECRET_ROTATED, now=now, actor=by, team=secret.team, about=secret.person, ip=ip, **named)
    return True
