"""Walking through all addresses: what was written meanwhile, and what stands in the forms of a page."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

# Kept about a visit, whatever the visit is for.
ABOUT_VISITS = ("django_session", "usersessions_usersession", "handover_cache")
CHANGES = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)
UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")


@dataclass
class Change:
    """One statement that changes rows, with the ids that it carries."""

    table: str
    sql: str
    ids: set[str]


@contextmanager
def undone() -> Iterator[list[Change]]:
    """Collects what the database is asked to change, and takes it back afterwards."""
    seen: list[Change] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = CHANGES.match(sql)
        if found and found[1] not in ABOUT_VISITS:
            seen.append(Change(found[1], sql, {plain(id) for id in UUID.findall(str(params))}))
        return execute(sql, params, many, context)

    with transaction.atomic():
        with connection.execute_wrapper(note):
            yield seen
        transaction.set_rollback(True)


def plain(id: object) -> str:
    """An id as both databases and all pages can be compared by."""
    return str(id).replace("-", "").lower()


def all_ids() -> dict[str, type[models.Model]]:
    """Every row that has a UUID, and of what it is."""
    return {
        plain(id): model
        for model in apps.get_models()
        if isinstance(model._meta.pk, models.UUIDField)
        for id in model._default_manager.values_list("pk", flat=True)
    }


def body(response: Any) -> str:
    """The text of an answer, also of one that is streamed."""
    found: bytes = b"".join(response.streaming_content) if response.streaming else response.content
    return found.decode(errors="replace")


@dataclass
class Form:
    """A form of a page: where it goes, and each of its fields with the values that can be chosen or stand in it."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    filled: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """The forms and links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._apart: dict[str, Form] = {}  # by their id, for fields that stand elsewhere
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
            self._apart[given.get("id", "")] = self.forms[-1]
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option":
            self._add(self._select, given, chosen="selected" in given)
        elif tag in {"input", "button", "textarea"}:
            chosen = "checked" in given or (tag == "input" and given.get("type") not in {"radio", "checkbox", "submit"})
            self._add(given.get("name", ""), given, chosen=chosen)

    def _add(self, name: str, given: dict[str, str], *, chosen: bool) -> None:
        form = self._apart.get(given["form"]) if "form" in given else self.forms and self.forms[-1]
        if not form or not name:
            return
        form.fields.setdefault(name, []).append(given.get("value", ""))
        if chosen:
            form.filled[name] = given.get("value", "")
