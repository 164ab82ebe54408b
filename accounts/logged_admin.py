"""What an administrator changes is written down twice: in Django's own history, and in what happened."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone

from accounts.audit import Happened, note
from accounts.audit_words import DEEDS
from accounts.models import Team, User
from accounts.signing_in import address_of


def administrator(request: HttpRequest) -> User:
    """Who is at work here."""
    assert isinstance(request.user, User)  # noqa: S101 - the admin is behind the login
    return request.user


def fields_changed(request: HttpRequest) -> list[str]:
    """The names of the fields that this press changed, once `construct_change_message` has been asked."""
    return getattr(request, "fields_of_admin", [])


class LoggedAdmin:
    """Mixed in where something can be changed. It comes before Django's own class."""

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """As Django does; the names of the fields are kept, as its message has them in words only."""
        request.fields_of_admin = list(form.changed_data)  # type: ignore[attr-defined]
        return super().construct_change_message(request, form, formsets, add)  # type: ignore[misc]

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        note_change(request, obj, verb="added")
        return super().log_addition(request, obj, message)  # type: ignore[misc]

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        fields = fields_changed(request)
        if "password" in fields:
            note_change(request, obj, verb="did", deed="password-set")
        elif fields:  # what became of rows below it is noted by whoever saves those
            note_change(request, obj, verb="changed", fields=",".join(fields))
        return super().log_change(request, obj, message)  # type: ignore[misc]


def log_deed(request: HttpRequest, obj: Model, deed: str, *, noted: bool = False) -> None:
    """Something else was done with one row: `deed` is a key of audit_words.DEEDS.

    `noted`: the action itself has written it down in what happened already.
    """
    LogEntry.objects.log_actions(
        administrator(request).pk, [obj], CHANGE, change_message=str(DEEDS[deed]), single_object=True
    )
    if not noted:
        note_change(request, obj, verb="did", deed=deed)


def note_change(request: HttpRequest, obj: Model, **values: str) -> None:
    """Write it down in what happened, with the team and the person that it has to do with, where those are known."""
    team = obj if isinstance(obj, Team) else getattr(obj, "team", None)
    about = obj if isinstance(obj, User) else getattr(obj, "user", None) or getattr(obj, "recipient", None)
    note(
        Happened.ADMIN_CHANGED,
        now=timezone.now(),
        actor=administrator(request),
        team=team,
        about=about,
        ip=address_of(request),
        model=obj._meta.label,
        name=_name(obj),
        **values,
    )


def _name(obj: Model) -> str:
    """Which one, without an address or a name of a person: those are where the entry points."""
    return obj.name if isinstance(obj, Team) else ""
