"""Giving resources to the team, and taking them back. The secrets of a login are sealed before they are written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from accounts.audit import Happened, note
from accounts.models import Team, User
from accounts.sealing import SealError, key_of, seal, unseal
from delegation.workflow import WITH_ASSISTANT
from tasks.file_versions import earlier_of, put_in_place
from tasks.models import Resource, ResourceKind, Secret, SecretPart, SecretToRotate, StoredFile
from tasks.one_time_codes import UnreadableSecret, same_key
from tasks.uploads import remove


class ResourceInUseError(Exception):
    """The resource is lent to a task that somebody is working on."""


def purpose_of(resource: Resource, part: str) -> str:
    """What a part of a login is sealed for: moved to another row or part, it does not open."""
    return f"resource:{resource.pk}:{part}"


@sensitive_variables("secrets", "given", "text")
@transaction.atomic
def add_resource(
    *,
    team: Team,
    by: User,
    kind: str,
    name: str,
    content: str,
    stored_file: StoredFile | None,
    now: datetime,
    user_name: str = "",
    web_address: str = "",
    asks_reason: bool = False,
    secrets: Mapping[str, str] | None = None,
    ip: str | None = None,
) -> Resource:
    """Give something once, to attach to any later task. Whether `by` may has been checked by who found the team.

    `secrets`: of a login, by part; the one-time code's is an address as tasks/one_time_codes.py makes it.
    """
    resource = Resource(team=team, content=content, stored_file=stored_file, created_by=by, created_at=now)
    _fill_in(resource, kind, name, user_name, web_address, asks_reason)
    resource.save(force_insert=True)
    given = {part: text for part, text in (secrets or {}).items() if text and kind == ResourceKind.LOGIN}
    for part, text in given.items():
        _seal(resource, part, text, now)
    _note(Happened.RESOURCE_ADDED, resource, by, now, ip, kind=kind, parts=",".join(sorted(given)))
    return resource


@sensitive_variables("secrets", "wanted", "text")
@transaction.atomic
def change_resource(
    *,
    resource: Resource,
    by: User,
    now: datetime,
    kind: str,
    name: str,
    content: str,
    stored_file: StoredFile | None,
    user_name: str = "",
    web_address: str = "",
    asks_reason: bool = False,
    secrets: Mapping[str, str] | None = None,
    ip: str | None = None,
) -> Resource:
    """Correct a resource; every task that it is lent to shows it as it is now. Without a new file the old one stays;
    a new one is its next version, and the earlier ones stay for who hands over.

    `secrets`: what is new, by part; an empty text removes it, and a part that is not named stays as it is. What is no
    login any more keeps no secrets.
    """
    if stored_file and resource.stored_file:
        put_in_place(stored_file, resource.stored_file)
    resource.content, resource.stored_file = content, stored_file or resource.stored_file
    _fill_in(resource, kind, name, user_name, web_address, asks_reason)
    resource.save(update_fields=["kind", "name", "content", "stored_file", "user_name", "web_address", "asks_reason"])
    _note(Happened.RESOURCE_CHANGED, resource, by, now, ip, kind=kind)
    # In one order, as rotating the keys has it too.
    list(Secret.objects.select_for_update(no_key=True).filter(resource=resource).order_by("pk").values_list("pk"))
    wanted = secrets or {}
    if kind != ResourceKind.LOGIN:
        wanted = dict.fromkeys(SecretPart.values, "")
    for part, text in wanted.items():
        _change_secret(resource, part, text, by=by, now=now, ip=ip)
    return resource


@transaction.atomic
def remove_resource(*, resource: Resource, by: User, now: datetime, ip: str | None = None) -> None:
    """Take a resource back. Raises ResourceInUseError while an assistant has it for a task.

    Who saw its secrets stays written down, and so does what is to be given a new value because of that.
    """
    if resource.tasks.filter(state__in=sorted(WITH_ASSISTANT)).exists():
        raise ResourceInUseError
    stored = resource.stored_file
    _note(Happened.RESOURCE_REMOVED, resource, by, now, ip, kind=resource.kind)
    files = [stored, *earlier_of([stored])[stored.pk]] if stored else []
    resource.delete()
    remove(files)


def _fill_in(resource: Resource, kind: str, name: str, user_name: str, web_address: str, asks_reason: bool) -> None:
    """Only a login has a user name and the rest: of what became something else nothing stays behind unseen."""
    login = kind == ResourceKind.LOGIN
    resource.kind, resource.name = kind, name
    resource.user_name, resource.web_address = (user_name, web_address) if login else ("", "")
    resource.asks_reason = asks_reason and login


@sensitive_variables("text")
def _seal(resource: Resource, part: str, text: str, now: datetime) -> None:
    sealed = seal(text, purpose=purpose_of(resource, part))
    values = {"sealed": sealed, "key": key_of(sealed), "changed_at": now}
    # Locks the row that is there: of two who change it at once, the last one's counts, whole.
    Secret.objects.update_or_create(resource=resource, part=part, defaults=values)


@sensitive_variables("text")
def _change_secret(resource: Resource, part: str, text: str, *, by: User, now: datetime, ip: str | None) -> None:
    """Put a new value in the place of the old one, or take it away.

    Only another value than the old one is news to whoever saw that: taking it away here changes nothing outside.
    """
    kept = Secret.objects.filter(resource=resource, part=part).first()
    if text:
        differs = kept is not None and _differs(kept, text, resource)
        _seal(resource, part, text, now)
    elif kept is None:
        return
    else:
        differs = False
        kept.delete()
    _note(Happened.SECRET_CHANGED, resource, by, now, ip, part=part, removed=not text, differs=differs)
    if differs:
        SecretToRotate.objects.filter(resource=resource, part=part, done_at=None).update(done_at=now, done_by=by)


@sensitive_variables("text", "old")
def _differs(kept: Secret, text: str, resource: Resource) -> bool:
    """Whether it is another value for certain: of one that can't be opened or read nobody knows."""
    try:
        old = unseal(kept.sealed, purpose=purpose_of(resource, kept.part))
        return not same_key(old, text) if kept.part == SecretPart.ONE_TIME_CODE else old != text
    except (SealError, UnreadableSecret, ValueError):
        return False


def _note(happened: Happened, resource: Resource, by: User, now: datetime, ip: str | None, **data: str | bool) -> None:
    values: dict[str, Any] = {"resource": resource.name, "resource_id": str(resource.pk), **data}
    note(happened, now=now, actor=by, team=resource.team, ip=ip, **values)
