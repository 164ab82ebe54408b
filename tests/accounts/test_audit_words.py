"""What happened in words: a sentence for everything, in the language of the reader."""

import ast
from datetime import datetime
from pathlib import Path

import pytest
from django.utils import translation

from accounts import audit_words
from accounts.audit import Happened, note
from accounts.audit_words import SENTENCES, TOPICS, VARIANTS, sentence_of
from accounts.models import AuditEntry, Role
from tests.conftest import Cast

ROOT = Path(__file__).parents[2]


def told(cast: Cast, now: datetime, happened: Happened, **changes: object) -> str:
    """The sentence about something that Eva did, to Sam where somebody is concerned."""
    fields = {"actor": cast.owner, "team": cast.team, "about": cast.assistant, **changes}
    note(happened, now=now, **fields)  # type: ignore[arg-type]
    return sentence_of(AuditEntry.objects.latest("id"))


@pytest.mark.parametrize("happened", Happened)
def test_everything_that_happens_has_a_sentence_also_without_its_values(
    cast: Cast, now: datetime, happened: Happened
) -> None:
    sentence = told(cast, now, happened)
    assert "Eva Evers" in sentence or "Sam Smit" in sentence
    assert "%" not in sentence
    assert sentence != happened.value


def test_every_sentence_belongs_to_something_that_happens() -> None:
    assert {key.partition(", ")[0] for key in SENTENCES} == set(Happened)
    variants = {f"{kind}, {name}" for kind, choices in VARIANTS.items() for name, _holds in choices}
    assert {key for key in SENTENCES if ", " in key} == variants


def test_everything_that_happens_belongs_to_one_topic() -> None:
    listed = [kind for _words, kinds in TOPICS.values() for kind in kinds]
    assert sorted(listed) == sorted(Happened)


@pytest.mark.parametrize(
    ("happened", "values", "sentence"),
    [
        (
            Happened.INVITED,
            {"address": "jan@example.com", "role": "guest"},
            "Eva Evers invited jan@example.com as guest assistant",
        ),
        (
            Happened.ROLE_CHANGED,
            {"role": "guest", "was": "assistant"},
            "Eva Evers made Sam Smit guest assistant instead of assistant",
        ),
        (
            Happened.CEILING_CHANGED,
            {"level": "propose"},
            "Eva Evers lets Sam Smit work up to “You decide, I approve first”",
        ),
        (Happened.CEILING_CHANGED, {"level": ""}, "Eva Evers lets Sam Smit work at any level"),
        (
            Happened.SECRET_SHOWN,
            {"resource": "Shop", "part": "password", "reason": "refund"},
            "Eva Evers looked at the password of “Shop”: refund",
        ),
        (
            Happened.SECRET_COPIED,
            {"resource": "Shop", "part": "one_time_code"},
            "Eva Evers copied the one-time code of “Shop”",
        ),
        (
            Happened.SECRET_COPIED,
            {"resource": "Shop", "part": "password", "task": "Lunch"},
            "Eva Evers copied the password of “Shop”, for “Lunch”",
        ),
        (
            Happened.DEPUTY_ARRANGED,
            {"first": "2026-12-01", "last": "2026-12-03"},
            "Eva Evers is away from Dec. 1, 2026 to Dec. 3, 2026, and Sam Smit answers",
        ),
        (
            Happened.TEAM_CHANGED,
            {"fields": "name,time_zone"},
            "Eva Evers changed the settings of the team: name, time zone",
        ),
        (
            Happened.ADMIN_CHANGED,
            {"model": "accounts.invitation", "name": "jan", "verb": "did", "deed": "invitation-withdrawn"},
            "Eva Evers did something as administrator: withdrew an invitation (Invitation “jan”)",
        ),
        (Happened.LEFT, {}, "Eva Evers ended the access of Sam Smit"),
        (
            Happened.SECRET_CHANGED,
            {"resource": "Shop", "part": "password", "removed": False, "differs": True},
            "Eva Evers gave “Shop” another password",
        ),
        (
            Happened.SECRET_CHANGED,
            {"resource": "Shop", "part": "password", "removed": False, "differs": False},
            "Eva Evers filled in the password of “Shop”",
        ),
        (
            Happened.SECRET_CHANGED,
            {"resource": "Shop", "part": "password", "removed": True, "differs": False},
            "Eva Evers removed the password of “Shop”",
        ),
        (
            Happened.EXPORT_DOWNLOADED,
            {"what": "money-records"},
            "Eva Evers downloaded an export of what is kept for the books",
        ),
        (
            Happened.EXPORT_DOWNLOADED,
            {"what": "timesheet", "month": "2026-11"},
            "Eva Evers downloaded the timesheet of Sam Smit for November 2026",
        ),
    ],
)
def test_the_values_stand_in_the_sentence(
    cast: Cast, now: datetime, happened: Happened, values: dict[str, str], sentence: str
) -> None:
    assert told(cast, now, happened, **values) == sentence


def test_what_people_typed_is_never_taken_for_a_placeholder(cast: Cast, now: datetime) -> None:
    sentence = told(cast, now, Happened.RESOURCE_ADDED, resource="100 %(who)s %s %")
    assert sentence == "Eva Evers added “100 %(who)s %s %” to the resources"


def test_what_is_about_oneself_needs_no_other_person(cast: Cast, now: datetime) -> None:
    assert told(cast, now, Happened.LEFT, about=cast.owner) == "Eva Evers left the team"
    assert told(cast, now, Happened.SESSION_ENDED, about=cast.owner, everywhere=True).endswith("all other devices")
    said = told(cast, now, Happened.SIGNED_IN, about=None, team=None, method="passkey")
    assert said == "Eva Evers logged in with a passkey"


def test_an_attempt_is_nobodys(cast: Cast, now: datetime) -> None:
    said = told(cast, now, Happened.SIGN_IN_FAILED, actor=None, team=None)
    assert said == "Somebody tried to log in as Sam Smit, with a wrong password"


def test_an_entry_of_a_kind_that_has_gone_is_no_error(cast: Cast, now: datetime) -> None:
    entry = AuditEntry(kind="juggled", actor=cast.owner, at=now, data={"balls": 3})
    assert sentence_of(entry) == "juggled"
    assert sentence_of(AuditEntry(kind="admin-changed", data={"model": "no.such"}, at=now)).startswith("Somebody")


def test_roles_are_named_in_the_language_of_the_reader(cast: Cast, now: datetime) -> None:
    said = told(cast, now, Happened.JOINED, actor=cast.assistant, role=Role.ASSISTANT.value)
    with translation.override("nl"):
        again = sentence_of(AuditEntry.objects.latest("id"))
    assert said == "Sam Smit joined the team as assistant"
    assert "Sam Smit" in again


def calls_of_note() -> list[tuple[str, str, set[str]]]:
    """Each place that writes something down: where, what, and with which values."""
    always = {"now", "actor", "team", "about", "ip", None}
    found = []
    for path in sorted([*ROOT.glob("accounts/**/*.py"), *ROOT.glob("tasks/**/*.py")]):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "note":
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Attribute) and getattr(first.value, "id", "") == "Happened":
                    values = {keyword.arg for keyword in node.keywords if keyword.arg not in always}
                    found.append((path.name, first.attr, {value for value in values if value}))
    return found


@pytest.mark.parametrize(("where", "name", "values"), calls_of_note())
def test_what_is_written_down_is_what_its_sentence_needs(where: str, name: str, values: set[str]) -> None:
    kind = Happened[name]
    sentences = " ".join(str(SENTENCES[key]) for key in SENTENCES if key.partition(", ")[0] == kind)
    known = {value for value in values if f"%({value})s" in sentences}
    # These choose the sentence instead of standing in it.
    choosing = {"again", "reset", "everywhere", "left", "removed", "verb", "model", "name", "fields"}
    kept = {"kind", "role", "by_themselves", "invitations", "task"}  # for who looks in the table
    assert values <= known | choosing | kept, f"{where} writes {values} with {kind}"


def test_names_are_given_by_the_floor_that_knows_them() -> None:
    assert audit_words.NAMES["level"]("propose") == "You decide, I approve first"
    assert audit_words.NAMES["part"]("password") == "password"
