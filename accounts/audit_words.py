"""What happened in words: a sentence for each entry, in the language of who reads it.

What an entry carries is said beside its sentence: `%(who)s` did it, `%(whom)s` is whom it is about, the others are the
plain values that were written down with it. Values that only a floor above can put into words (the name of a level, the
part of a login) are put there by that floor: see `NAMES`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.audit import Happened
from accounts.models import AuditEntry, Role, User

SENTENCES: dict[str, Promise] = {
    Happened.SIGNED_IN: _("%(who)s logged in %(method)s"),
    Happened.SIGN_IN_FAILED: _("Somebody tried to log in as %(whom)s, with a wrong password"),
    f"{Happened.SIGN_IN_FAILED}, again": _("A wrong password was given when asked whether it was still %(whom)s"),
    Happened.PASSWORD_CHANGED: _("%(who)s changed the password"),
    f"{Happened.PASSWORD_CHANGED}, reset": _("%(who)s set a new password by a link in a mail"),
    Happened.ADDRESS_CHANGED: _("%(who)s changed the address to log in with"),
    f"{Happened.ADDRESS_CHANGED}, other": _("%(who)s changed the address with which %(whom)s logs in"),
    Happened.SECOND_FACTOR_ADDED: _("%(who)s added a second step%(factor)s"),
    Happened.SECOND_FACTOR_REMOVED: _("%(who)s removed a second step%(factor)s"),
    f"{Happened.SECOND_FACTOR_REMOVED}, other": _("%(who)s removed the second step of %(whom)s%(factor)s"),
    Happened.RECOVERY_CODES_MADE: _("%(who)s made new recovery codes"),
    Happened.SESSION_ENDED: _("%(who)s logged out on a device"),
    f"{Happened.SESSION_ENDED}, device": _("%(who)s logged out on a device: %(device)s"),
    f"{Happened.SESSION_ENDED}, others": _("%(who)s logged out on all other devices"),
    f"{Happened.SESSION_ENDED}, other": _("%(who)s logged %(whom)s out everywhere"),
    Happened.ACCOUNT_DELETED: _("%(whom)s deleted the account"),
    Happened.INVITED: _("%(who)s invited %(address)s as %(role)s"),
    Happened.INVITATION_WITHDRAWN: _("%(who)s withdrew the invitation of %(address)s"),
    Happened.JOINED: _("%(who)s joined the team as %(role)s"),
    f"{Happened.JOINED}, other": _("%(who)s added %(whom)s to the team as %(role)s"),
    Happened.ROLE_CHANGED: _("%(who)s made %(whom)s %(role)s"),
    f"{Happened.ROLE_CHANGED}, was": _("%(who)s made %(whom)s %(role)s instead of %(was)s"),
    Happened.CEILING_CHANGED: _("%(who)s lets %(whom)s work at any level"),
    f"{Happened.CEILING_CHANGED}, level": _("%(who)s lets %(whom)s work up to “%(level)s”"),
    Happened.OWNER_CHANGED: _("%(who)s made %(whom)s the owner of the team"),
    Happened.LEFT: _("%(whom)s left the team"),
    f"{Happened.LEFT}, other": _("%(who)s ended the access of %(whom)s"),
    Happened.DEPUTY_ARRANGED: _("%(who)s is away from %(first)s to %(last)s, and %(whom)s answers"),
    Happened.DEPUTY_ENDED: _("%(who)s is back, and answers again"),
    f"{Happened.DEPUTY_ENDED}, other": _("%(who)s ended the absence of %(whom)s"),
    f"{Happened.DEPUTY_ENDED}, left": _("Nobody answers for %(whom)s any more: the deputy left the team"),
    Happened.SECOND_FACTOR_ASKED: _("%(who)s asks everybody in the team for a second step"),
    Happened.SECOND_FACTOR_NOT_ASKED: _("%(who)s no longer asks the team for a second step"),
    Happened.TEAM_CHANGED: _("%(who)s changed the settings of the team: %(fields)s"),
    Happened.TEAM_DELETION_ASKED: _("%(who)s set the team to be deleted"),
    f"{Happened.TEAM_DELETION_ASKED}, on": _("%(who)s set the team to be deleted on %(on)s"),
    Happened.TEAM_DELETION_CALLED_OFF: _("%(who)s called off deleting the team"),
    Happened.RESOURCE_ADDED: _("%(who)s added “%(resource)s” to the resources"),
    Happened.RESOURCE_CHANGED: _("%(who)s changed “%(resource)s” in the resources"),
    Happened.RESOURCE_REMOVED: _("%(who)s removed “%(resource)s” from the resources"),
    Happened.SECRET_CHANGED: _("%(who)s gave “%(resource)s” another %(part)s"),
    f"{Happened.SECRET_CHANGED}, removed": _("%(who)s removed the %(part)s of “%(resource)s”"),
    f"{Happened.SECRET_CHANGED}, given": _("%(who)s filled in the %(part)s of “%(resource)s”"),
    Happened.SECRET_SHOWN: _("%(who)s looked at the %(part)s of “%(resource)s”%(task)s"),
    f"{Happened.SECRET_SHOWN}, reason": _("%(who)s looked at the %(part)s of “%(resource)s”%(task)s: %(reason)s"),
    Happened.SECRET_COPIED: _("%(who)s copied the %(part)s of “%(resource)s”%(task)s"),
    f"{Happened.SECRET_COPIED}, reason": _("%(who)s copied the %(part)s of “%(resource)s”%(task)s: %(reason)s"),
    Happened.SECRET_ROTATED: _("%(who)s ticked off that “%(resource)s” has a new %(part)s"),
    Happened.EXPORT_ASKED: _("%(who)s asked for an export of %(what)s"),
    Happened.EXPORT_DOWNLOADED: _("%(who)s downloaded an export of %(what)s"),
    f"{Happened.EXPORT_DOWNLOADED}, month": _("%(who)s downloaded the timesheet of %(whom)s for %(month)s"),
    Happened.ADMIN_CHANGED: _("%(who)s changed something as administrator: %(thing)s"),
    f"{Happened.ADMIN_CHANGED}, added": _("%(who)s added something as administrator: %(thing)s"),
    f"{Happened.ADMIN_CHANGED}, did": _("%(who)s did something as administrator: %(deed)s (%(thing)s)"),
    f"{Happened.ADMIN_CHANGED}, fields": _("%(who)s changed something as administrator: %(thing)s (%(fields)s)"),
}

# Which sentence of several fits, by what the entry carries; the first one whose condition holds.
Condition = Callable[[AuditEntry], object]


def _by_another(entry: AuditEntry) -> bool:
    return entry.about_id is not None and entry.actor_id != entry.about_id


VARIANTS: dict[str, tuple[tuple[str, Condition], ...]] = {
    Happened.ADDRESS_CHANGED: (("other", _by_another),),
    Happened.SIGN_IN_FAILED: (("again", lambda entry: entry.data.get("again")),),
    Happened.PASSWORD_CHANGED: (("reset", lambda entry: entry.data.get("reset")),),
    Happened.SECOND_FACTOR_REMOVED: (("other", _by_another),),
    Happened.SESSION_ENDED: (
        ("other", _by_another),
        ("device", lambda entry: entry.data.get("device")),
        ("others", lambda entry: entry.data.get("everywhere")),
    ),
    Happened.JOINED: (("other", _by_another),),
    Happened.ROLE_CHANGED: (("was", lambda entry: entry.data.get("was")),),
    Happened.CEILING_CHANGED: (("level", lambda entry: entry.data.get("level")),),
    Happened.LEFT: (("other", _by_another),),
    Happened.DEPUTY_ENDED: (
        ("left", lambda entry: entry.data.get("left")),
        ("other", _by_another),
    ),
    Happened.SECRET_CHANGED: (
        ("removed", lambda entry: entry.data.get("removed")),
        # Where there was none, or the same; older entries don't say which it was.
        ("given", lambda entry: entry.data.get("differs") is False),
    ),
    Happened.SECRET_SHOWN: (("reason", lambda entry: entry.data.get("reason")),),
    Happened.SECRET_COPIED: (("reason", lambda entry: entry.data.get("reason")),),
    Happened.EXPORT_DOWNLOADED: (("month", lambda entry: entry.data.get("month")),),
    Happened.TEAM_DELETION_ASKED: (("on", lambda entry: entry.data.get("on")),),
    Happened.ADMIN_CHANGED: (
        ("added", lambda entry: entry.data.get("verb") == "added"),
        ("did", lambda entry: entry.data.get("verb") == "did"),
        ("fields", lambda entry: entry.data.get("fields")),
    ),
}

# "signed in ..."
METHODS: dict[str, Promise] = {
    "password": _("with a password"),
    "passkey": _("with a passkey"),
    "second-factor": _("with a password and a second step"),
    "recovery-code": _("with a password and a recovery code"),
    "invitation": _("by the link of an invitation"),
    "reset": _("by a link for a new password"),
    "mail": _("by a code in a mail"),
}
# "an export of ..."
EXPORTS: dict[str, Promise] = {
    "team": _("everything of the team"),
    "person": _("their own data"),
    "what-happened": _("what happened in the team"),
    "money-records": _("what is kept for the books"),
    "timesheet": _("a timesheet"),
}
FACTORS: dict[str, Promise] = {
    "totp": _(": one-time codes from an app"),
    "webauthn": _(": a passkey"),
    "recovery_codes": _(": recovery codes"),
}
DEEDS: dict[str, Promise] = {
    "invitation-sent-again": _("sent an invitation again"),
    "invitation-withdrawn": _("withdrew an invitation"),
    "address-tried-again": _("had an address tried again"),
    "let-try-again": _("lifted the wait on logging in"),
    "password-set": _("set a password"),
    "role-changed": _("gave a member another role"),
    "owner-changed": _("gave a team another owner"),
    "mail-tried-again": _("had a mail tried again"),
    "absence-ended": _("ended an absence"),
    "second-factor-removed": _("removed a second step"),
    "signed-out": _("logged somebody out everywhere"),
}

# The words for values of a kind; a floor above adds those that only it knows.
NAMES: dict[str, Callable[[str], str]] = {
    "method": lambda value: str(METHODS.get(value, "")),
    "what": lambda value: str(EXPORTS.get(value, value)),
    "factor": lambda value: str(FACTORS.get(value, "")),
    "deed": lambda value: str(DEEDS.get(value, value)),
    "role": lambda value: str(Role(value).label) if value in Role.values else value,
    "was": lambda value: str(Role(value).label) if value in Role.values else value,
    "task": lambda value: gettext(", for “%(task)s”") % {"task": value} if value else "",
    "first": lambda value: _day(value),
    "last": lambda value: _day(value),
    "on": lambda value: _day(value[:10]),
    "month": lambda value: _day(f"{value}-01", "YEAR_MONTH_FORMAT"),
}

# What the page can be narrowed to, and what belongs to it.
TOPICS: dict[str, tuple[Promise, tuple[Happened, ...]]] = {
    "sign-ins": (
        pgettext_lazy("what happened", "Logging in"),
        (Happened.SIGNED_IN, Happened.SIGN_IN_FAILED, Happened.SESSION_ENDED),
    ),
    "accounts": (
        pgettext_lazy("what happened", "Passwords and second steps"),
        (
            *(Happened.PASSWORD_CHANGED, Happened.ADDRESS_CHANGED, Happened.SECOND_FACTOR_ADDED),
            *(Happened.SECOND_FACTOR_REMOVED, Happened.RECOVERY_CODES_MADE, Happened.ACCOUNT_DELETED),
        ),
    ),
    "people": (
        pgettext_lazy("what happened", "Members and roles"),
        (
            *(Happened.INVITED, Happened.INVITATION_WITHDRAWN, Happened.JOINED, Happened.ROLE_CHANGED),
            *(Happened.CEILING_CHANGED, Happened.OWNER_CHANGED, Happened.LEFT),
            *(Happened.DEPUTY_ARRANGED, Happened.DEPUTY_ENDED),
        ),
    ),
    "secrets": (
        pgettext_lazy("what happened", "Secrets"),
        (Happened.SECRET_SHOWN, Happened.SECRET_COPIED, Happened.SECRET_CHANGED, Happened.SECRET_ROTATED),
    ),
    "resources": (
        pgettext_lazy("what happened", "Resources"),
        (Happened.RESOURCE_ADDED, Happened.RESOURCE_CHANGED, Happened.RESOURCE_REMOVED),
    ),
    "team": (
        pgettext_lazy("what happened", "Settings of the team"),
        (
            *(Happened.TEAM_CHANGED, Happened.SECOND_FACTOR_ASKED, Happened.SECOND_FACTOR_NOT_ASKED),
            *(Happened.TEAM_DELETION_ASKED, Happened.TEAM_DELETION_CALLED_OFF),
        ),
    ),
    "exports": (
        pgettext_lazy("what happened", "Exports"),
        (Happened.EXPORT_ASKED, Happened.EXPORT_DOWNLOADED),
    ),
    "administrator": (pgettext_lazy("what happened", "The administrator"), (Happened.ADMIN_CHANGED,)),
}
# Worth a mark: somebody tried to get in, or got more than they had.
ALARMING = {Happened.SIGN_IN_FAILED, Happened.OWNER_CHANGED, Happened.ADMIN_CHANGED, Happened.SECOND_FACTOR_NOT_ASKED}


def sentence_of(entry: AuditEntry) -> str:
    """What happened, in the reader's language. Never raises: an entry of long ago must not take the page with it."""
    key = _key(entry)
    if key not in SENTENCES:
        return entry.kind
    values = {name: _value(name, value) for name, value in entry.data.items() if name != "fields"}
    people = {"who": _name(entry.actor), "whom": _name(entry.about or entry.actor)}
    filled = {"thing": _thing(entry.data), "fields": _fields(entry.data), **people}
    return str(SENTENCES[key]) % defaultdict(str, values | filled)


def _key(entry: AuditEntry) -> str:
    for variant, holds in VARIANTS.get(entry.kind, ()):
        if holds(entry):
            return f"{entry.kind}, {variant}"
    return entry.kind


def _name(person: User | None) -> str:
    return str(person) if person else gettext("Somebody")


def _value(name: str, value: Any) -> str:
    return NAMES.get(name, str)(str(value))


def _day(text: str, form: str = "DATE_FORMAT") -> str:
    try:
        return date_format(date.fromisoformat(text), form)
    except ValueError:
        return text


def _thing(data: Mapping[str, Any]) -> str:
    """What an administrator changed: the kind of thing by its name in the reader's language, and which one."""
    kind, name = str(data.get("model", "")), str(data.get("name", ""))
    try:
        words = capfirst(str(apps.get_model(kind)._meta.verbose_name))
    except (LookupError, ValueError):
        words = kind
    return f"{words} “{name}”" if name else words


def _fields(data: Mapping[str, Any]) -> str:
    """The fields that were changed, by their names in the reader's language. They stand with commas between."""
    try:
        meta = apps.get_model(str(data.get("model", "accounts.Team")))._meta
    except (LookupError, ValueError):
        return ""

    def named(names: Iterable[str]) -> Iterable[str]:
        for name in names:
            try:
                yield str(meta.get_field(name).verbose_name)
            except (FieldDoesNotExist, AttributeError):
                yield name

    return ", ".join(named(name for name in str(data.get("fields", "")).split(",") if name))
