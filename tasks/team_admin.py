"""Teams in the admin. Who is in them, as what and whose they are changes by the actions of the pages of a team, which
look at the work as well; so this stands where both floors are known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import second_factor
from accounts.actions.members import add_member
from accounts.actions.ownership import NotGiven, give_team
from accounts.logged_admin import LoggedAdmin, administrator, note_change
from accounts.models import Membership, Role, Team, User
from accounts.read_only import KeptAdmin
from accounts.signing_in import address_of
from tasks.actions.roles import NotChanged, change_role

if TYPE_CHECKING:  # generic in the stubs only
    BaseTeamAdmin = admin.ModelAdmin[Team]
    MembershipTabular = admin.TabularInline[Membership, Team]
    MembershipModelForm = forms.ModelForm[Membership]
    MembershipInlineFormSet = forms.BaseInlineFormSet[Membership, Team, MembershipModelForm]
else:
    BaseTeamAdmin = admin.ModelAdmin
    MembershipTabular = admin.TabularInline
    MembershipModelForm = forms.ModelForm
    MembershipInlineFormSet = forms.BaseInlineFormSet

ALREADY_IN = _("They are in the team already. Open the page again to see what has changed.")


class RowRefused(Exception):
    """What was asked of one member can't be done; of all that was sent nothing is saved. The text says why."""

    def __init__(self, row: MembershipForm, text: str | Promise) -> None:
        super().__init__(str(text))
        self.prefix = row.prefix
        self.text = str(text)


class MembershipForm(MembershipModelForm):
    """One member of a team. Who it is stays: another person in their place would take over all that hangs on it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "user" in self.fields and not self.instance._state.adding:
            self.fields["user"].disabled = True

    def validate_constraints(self) -> None:
        """Left to the formset, which sees all rows: one by one, the owner could never be changed in one go."""


class MembershipFormSet(MembershipInlineFormSet):
    """The members of a team, of whom exactly one is the owner."""

    # What an action refused when this was saved a moment ago: it is said at its row.
    refused: RowRefused | None = None

    def clean(self) -> None:
        super().clean()
        rows = [form.cleaned_data for form in self.forms if form.is_valid()]
        owners = sum(row.get("role") == Role.OWNER for row in rows)
        if len(rows) == len(self.forms) and owners != 1:
            raise ValidationError(_("A team has one owner."))
        for form in self.forms:
            if self.refused and form.prefix == self.refused.prefix:
                form.add_error("role", self.refused.text)


@dataclass(frozen=True)
class Members:
    """What one press does with the members of a team, one after another; RowRefused takes all of it back."""

    request: HttpRequest
    team: Team
    now: datetime = field(default_factory=timezone.now)

    @property
    def who(self) -> dict[str, Any]:
        return {"by": administrator(self.request), "now": self.now, "ip": address_of(self.request)}

    def save(self, changed: list[MembershipForm], new: list[MembershipForm]) -> None:
        """Who is new comes in first, and whoever is to own the team owns it before its owner becomes something else."""
        owner = next((row for row in changed if row.initial["role"] == Role.OWNER), None)
        for row in sorted(new, key=lambda row: row.cleaned_data["role"] != Role.OWNER):
            role = Role(row.cleaned_data["role"])
            self._add(row, Role.ENTREPRENEUR if owner and role == Role.OWNER else role)
        if owner:
            self._give(owner.instance.user, next(row for row in [*changed, *new] if _becomes(row, Role.OWNER)))
        for row in changed:
            self._change(row, Role(row.cleaned_data["role"]))

    def _add(self, row: MembershipForm, role: Role) -> None:
        with said_at(row):
            row.instance = add_member(team=self.team, person=row.instance.user, role=role, **self.who)
        note_change(self.request, row.instance, verb="added")

    def _give(self, owner: User, heir: MembershipForm) -> None:
        """A team goes to an entrepreneur of it only, so an assistant becomes one first."""
        self._change(heir, Role.ENTREPRENEUR)
        with said_at(heir):
            give_team(team=self.team, to=heir.instance.user, owner=owner, **self.who)
        note_change(self.request, heir.instance, verb="did", deed="owner-changed")

    def _change(self, row: MembershipForm, role: Role) -> None:
        found = Membership.objects.filter(pk=row.instance.pk).values_list("role", flat=True).first()
        if found == role:
            return
        with said_at(row):
            change_role(membership_id=row.instance.pk, role=role, **self.who)
        note_change(self.request, row.instance, verb="did", deed="role-changed")


def _becomes(row: MembershipForm, role: Role) -> bool:
    return bool(row.cleaned_data["role"] == role)


@contextmanager
def said_at(row: MembershipForm) -> Iterator[None]:
    """What an action refuses, said at the row that it is about."""
    try:
        yield
    except (NotChanged, NotGiven) as refused:
        raise RowRefused(row, str(refused)) from refused
    except IntegrityError as error:  # somebody else let them in at the same moment
        raise RowRefused(row, ALREADY_IN) from error


class MembershipInline(MembershipTabular):
    """Members can be added and given a role; ending someone's access also moves their tasks, so not here."""

    model = Membership
    form = MembershipForm
    formset = MembershipFormSet
    extra = 0
    can_delete = False
    autocomplete_fields = ("user",)
    fields = ("user", "role", "created_at")
    readonly_fields = ("created_at",)

    def get_formset(self, request: HttpRequest, obj: Team | None = None, **kwargs: Any) -> Any:
        made: Any = super().get_formset(request, obj, **kwargs)
        made.refused = getattr(request, "refused_row", None)  # a class of this request only
        return made


@admin.register(Team)
class TeamAdmin(LoggedAdmin, KeptAdmin, BaseTeamAdmin):
    list_display = ("name", "language", "currency", "time_zone", "created_at", "delete_at")
    list_filter = ("language", "currency")
    search_fields = ("name", "members__email", "members__name")
    readonly_fields = ("created_at",)
    ordering = ("name",)
    inlines = (MembershipInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Team | None = None) -> tuple[str, ...]:
        """The currency is chosen once: what was spent in one would be read in the other."""
        return self.readonly_fields if obj is None else (*self.readonly_fields, "currency")

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What an action refused is said on the page, with all that was typed, once nothing of it is saved."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except RowRefused as refused:
            request.refused_row = refused  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """By the actions; what Django would save itself is only read, for its history."""
        formset.save(commit=False)
        changed = [row for row in formset.initial_forms if "role" in row.changed_data]
        Members(request, form.instance).save(changed, [row for row in formset.extra_forms if row.has_changed()])
        second_factor.recount(form.instance.members.all())  # whether one is asked is a setting of the team
