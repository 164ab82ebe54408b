"""The export of a team against the database itself: which rows are of the team is read from the foreign keys of all
models, with nothing of how the export finds them."""

import uuid
from datetime import timedelta

from django.apps import apps
from django.db.models import Field, ForeignKey, Model

from accounts.models import Absence, AuditEntry, Departure, Role, Team, User
from tasks.exports.data.table import PARTS
from tasks.models import (
    CheckinRule,
    DefaultCheckinRule,
    EntryCorrection,
    MoneyRecord,
    Secret,
    SecretToRotate,
    Task,
    TimeEntry,
    Timer,
    ToleranceUse,
)
from tests.tasks.conftest import DEMO_DAY as NOW
from tests.tasks.test_data_export import made, owner_of, rows_of

Rows = dict[type[Model], set[str]]


def rows_by_foreign_keys(of: Team) -> Rows:
    """The primary keys, as text, of all that leads to this team, over as many foreign keys as it takes.

    People are in no team by themselves. What was kept when people were deleted says its team in a column without a key.
    """
    models = [model for model in apps.get_models(include_auto_created=True) if model not in {Team, User}]
    found: Rows = {Team: {str(of.pk)}}
    grown = True
    while grown:
        before = sum(map(len, found.values()))
        for model in models:
            for field in model._meta.concrete_fields:
                keys = found.get(leads_to(field), set())
                for pk, value in model._default_manager.values_list("pk", field.attname) if keys else ():
                    if str(value) in keys:
                        found.setdefault(model, set()).add(str(pk))
        grown = sum(map(len, found.values())) > before
    return found


def leads_to(field: "Field[object, object]") -> type[Model]:
    """The model that a column points at; Model itself when it points at none."""
    if field.name == "team_key":
        return Team
    related = field.related_model if isinstance(field, ForeignKey) else None
    return related if isinstance(related, type) and related is not User else Model


def people_of(rows: Rows) -> set[str]:
    """Everybody whom any of these rows names."""
    return {
        str(person)
        for model, keys in rows.items()
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey) and field.related_model is User
        for pk, person in model._default_manager.values_list("pk", field.attname)
        if str(pk) in keys and person
    }


def fill_what_the_demo_leaves_empty(team: Team) -> None:
    """A row in each other table; where it can stand without what it is about, one like that too."""
    owner, day = owner_of(team), NOW.date()
    known = User.objects.filter(memberships__team=team, memberships__role=Role.ASSISTANT)
    task, one = Task.objects.filter(team=team).order_by("pk")[0], known.order_by("pk")[0]
    gone = User.objects.create(email=f"gone-{team.currency}@example.com", name="Gone from here")
    entry = TimeEntry.objects.filter(task__team=team).order_by("pk")[0]
    rule = CheckinRule.objects.filter(task__team=team).order_by("pk")[0]
    shared = {field.attname for field in DefaultCheckinRule._meta.concrete_fields} - {"id", "team_id", "level"}
    resource = team.resources.order_by("pk")[0]
    seen = {"team": team, "person": gone, "resource_name": "Bank", "part": "password", "seen_at": NOW, "listed_at": NOW}
    rows: list[Model] = [
        Departure(team=team, person=gone, role=Role.ASSISTANT, ended_by=owner, at=NOW),
        Absence(team=team, person=owner, deputy=one, first=day, last=day, created_at=NOW),
        EntryCorrection(entry=entry, by=owner, at=NOW, was={"minutes": 5}, now={"minutes": 6}, reason="A slip"),
        Timer(user=owner, task=task, started_at=NOW, look_at=NOW + timedelta(days=1)),
        ToleranceUse(task=task, day=day, amount=1, cap=2, at=NOW),
        DefaultCheckinRule(team=team, level="", **{name: getattr(rule, name) for name in shared}),
        SecretToRotate(**seen),
        SecretToRotate(**seen, resource=resource, done_at=NOW, done_by=owner),
        MoneyRecord(
            kind="time", source=uuid.uuid4(), team_key=team.pk, team_name=team.name, person_name="x", what="x", day=day,
            currency="EUR", recorded_at=NOW, keep_until=day,
        ),
        AuditEntry(team=team, kind="left", about=gone, at=NOW),
    ]  # fmt: skip
    for row in rows:
        row.save()


def test_the_exports_of_the_teams_of_the_demo_have_all_and_only_what_leads_to_them(demo: None) -> None:
    teams = list(Team.objects.order_by("name"))
    for team in teams:
        fill_what_the_demo_leaves_empty(team)
    parts = [part for part in PARTS if part.team is not None and part.model is not User]
    looked_at: set[type[Model]] = set()
    for team in teams:
        archive = made(owner_of(team), team)
        rows = rows_by_foreign_keys(team)
        looked_at |= set(rows)
        for part in parts:
            key = part.model._meta.pk.attname
            exported = [str(row[key]) for row in rows_of(archive, part.name)]
            assert sorted(exported) == sorted(rows.get(part.model, set())), f"{part.name} of {team.name}"
        assert {row["id"] for row in rows_of(archive, "people")} == people_of(rows), team.name
    assert looked_at - {Secret} == {part.model for part in parts}, "none of them was empty"
