"""What happened: the log that the owner of a team reads. Written by the actions, in their transactions."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from accounts.models import AuditEntry, Team, User


class Happened(StrEnum):
    """What is written down. Those of a team carry it; those of somebody's own account carry no team.

    Behind each stand the values that its sentence needs (accounts/audit_words.py), beside actor, team and about.
    """

    SIGNED_IN = "signed-in"  # method: a key of audit_words.METHODS
    SIGN_IN_FAILED = "sign-in-failed"  # again: whether somebody was signed in, and asked once more
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 - a kind, not a password. reset: by a link in a mail
    ADDRESS_CHANGED = "address-changed"
    SECOND_FACTOR_ADDED = "second-factor-added"  # factor: totp, webauthn or recovery_codes
    SECOND_FACTOR_REMOVED = "second-factor-removed"  # factor
    RECOVERY_CODES_MADE = "recovery-codes-made"
    SESSION_ENDED = "session-ended"  # device: in words; everywhere: all others at once
    ACCOUNT_DELETED = "account-deleted"
    INVITED = "invited"  # address, role
    INVITATION_WITHDRAWN = "invitation-withdrawn"  # address
    JOINED = "joined"  # role; about: who was added, by an administrator
    ROLE_CHANGED = "role-changed"  # about; role, was
    CEILING_CHANGED = "ceiling-changed"  # about; level: its key, empty for any
    OWNER_CHANGED = "owner-changed"  # about: the new one
    LEFT = "left"  # about: who left
    DEPUTY_ARRANGED = "deputy-arranged"  # about: the deputy; first, last: days
    DEPUTY_ENDED = "deputy-ended"  # about: who was away; left: whether the deputy left the team
    SECOND_FACTOR_ASKED = "second-factor-asked"
    SECOND_FACTOR_NOT_ASKED = "second-factor-not-asked"
    TEAM_CHANGED = "team-changed"  # fields: names of columns, with commas between
    TEAM_DELETION_ASKED = "team-deletion-asked"  # on: the day
    TEAM_DELETION_CALLED_OFF = "team-deletion-called-off"
    RESOURCE_ADDED = "resource-added"  # resource: its name; resource_id, kind; parts: of a login, with commas between
    RESOURCE_CHANGED = "resource-changed"  # resource
    RESOURCE_REMOVED = "resource-removed"  # resource
    SECRET_CHANGED = "secret-changed"  # noqa: S105 - a kind, not a secret. resource, resource_id, part, removed, differs
    SECRET_SHOWN = "secret-shown"  # noqa: S105 - likewise. resource, part, task, reason
    SECRET_COPIED = "secret-copied"  # noqa: S105 - likewise. resource, part, task, reason
    SECRET_ROTATED = "secret-rotated"  # noqa: S105 - likewise. resource, part
    EXPORT_ASKED = "export-asked"  # what: a key of audit_words.EXPORTS
    EXPORT_DOWNLOADED = "export-downloaded"  # what; of a timesheet also about: whose it is, month: YYYY-MM
    # verb: added, changed or did; model: its label; name; fields; deed: a key of audit_words.DEEDS
    ADMIN_CHANGED = "admin-changed"


def note(
    happened: Happened,
    *,
    now: datetime,
    actor: User | None,
    team: Team | None = None,
    about: User | None = None,
    ip: str | None = None,
    **data: str | int | bool,
) -> None:
    """Write down one thing, in the caller's transaction. `data`: plain values for its sentence, never a secret.

    What somebody does with their own account is about them: that is how it is found again.
    """
    if team is None and about is None:
        about = actor
    AuditEntry.objects.create(kind=happened.value, actor=actor, team=team, about=about, ip=ip, data=data, at=now)
