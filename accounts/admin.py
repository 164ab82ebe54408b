"""What an administrator sees. People are switched off, not deleted: their work and their words stay."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import actions, braking, mail_admin, refusals, second_factor, trust_admin
from accounts.actions import locked_out
from accounts.audit import Happened, note
from accounts.logged_admin import LoggedAdmin, log_deed
from accounts.models import AuditEntry, Invitation, Membership, Role, Team, User
from accounts.read_only import KeptAdmin, ReadOnlyAdmin
from accounts.signing_in import address_of
from accounts.templatetags.moments import day_and_time
from accounts.too_fast import in_words
from accounts.what_happened import own_entries

if TYPE_CHECKING:  # generic in the stubs only
    BaseUserAdmin = UserAdmin[User]
    BaseTeamAdmin = admin.ModelAdmin[Team]
    BaseInvitationAdmin = admin.ModelAdmin[Invitation]
    MembershipTabular = admin.TabularInline[Membership, Team]
    MembershipModelForm = forms.ModelForm[Membership]
    MembershipInlineFormSet = forms.BaseInlineFormSet[Membership, Team, MembershipModelForm]
else:
    BaseUserAdmin = UserAdmin
    BaseTeamAdmin = BaseInvitationAdmin = admin.ModelAdmin
    MembershipTabular = admin.TabularInline
    MembershipModelForm = forms.ModelForm
    MembershipInlineFormSet = forms.BaseInlineFormSet


__all__ = ["mail_admin", "trust_admin"]  # Django looks for this module only

admin.site.site_header = admin.site.site_title = _("Handover administration")
# Roles are memberships here, and addresses go with their user: neither is to be changed beside our own pages.
# And nobody looks into second factors and sessions: who has the secret of one or the key of the other is that person.
admin.site.unregister([Group, EmailAddress, Authenticator, UserSession])


def administrator(request: HttpRequest) -> User:
    """Who is at work here."""
    assert isinstance(request.user, User)  # noqa: S101 - the admin is behind the login
    return request.user


class RefusingFilter(admin.SimpleListFilter):
    """Those whose address is not tried any more."""

    title = _("mail")
    parameter_name = "mail"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("refused", _("Address refuses mail"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        return refusals.refusing(queryset) if self.value() == "refused" else queryset


class TriedFilter(admin.SimpleListFilter):
    """Those at whose account somebody lately tried a wrong password."""

    title = _("signing in")
    parameter_name = "tried"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("failed", _("Wrong passwords in the last day"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.value() != "failed":
            return queryset
        since = timezone.now() - timedelta(days=1)
        failed = AuditEntry.objects.filter(about=OuterRef("pk"), kind=Happened.SIGN_IN_FAILED.value, at__gt=since)
        return queryset.filter(Exists(failed))


@admin.register(User)
class PersonAdmin(LoggedAdmin, KeptAdmin, BaseUserAdmin):
    list_display = ("email", "name", "language", "is_active", "is_staff", "gets_mail", "date_joined")
    list_filter = (RefusingFilter, TriedFilter, "is_active", "is_staff", "language")
    actions = ("try_address_again", "let_try_again", "remove_second_factor", "sign_out_everywhere")
    search_fields = ("email", "name")
    ordering = ("email",)
    readonly_fields = (
        *("last_login", "date_joined", "closed_at", "refused_address", "refused_at", "refused_reason", "refusals"),
        *("slowed_down", "has_second_factor", "what_happened"),
    )
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "password", "name")}),
        (_("Language and time"), {"fields": ("language", "time_zone", "country")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (_("Signing in"), {"fields": ("slowed_down", "has_second_factor", "what_happened")}),
        (_("Mail"), {"fields": ("refused_address", "refused_at", "refused_reason", "refusals")}),
        (_("Dates"), {"fields": ("last_login", "date_joined", "closed_at")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("email", "name", "language", "time_zone", "usable_password", "password1", "password2"),
            },
        ),
    )

    @admin.display(description=_("gets mail"), boolean=True)
    def gets_mail(self, person: User) -> bool:
        return not person.refuses_mail

    @admin.action(description=_("Try the address again"), permissions=["change"])
    def try_address_again(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        with transaction.atomic():
            for person in queryset.filter(refusals__gt=0):
                log_deed(request, person, "address-tried-again")
            count = refusals.forgive(queryset)
        said = ngettext("%(count)d address is tried again.", "%(count)d addresses are tried again.", count)
        messages.success(request, said % {"count": count})

    @admin.action(description=_("Let them try again now: forget the wrong passwords"), permissions=["change"])
    def let_try_again(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for person in queryset:
            braking.let_try_again(request, person)
            log_deed(request, person, "let-try-again")
        count = len(queryset)
        said = ngettext("%(count)d person can try again.", "%(count)d people can try again.", count)
        messages.success(request, said % {"count": count})

    @admin.action(description=_("Remove the second factor, and tell them by mail"), permissions=["change"])
    def remove_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        by, now, ip = administrator(request), timezone.now(), address_of(request)
        done = [one for one in queryset if locked_out.remove_second_factor(person=one, by=by, now=now, ip=ip)]
        for person in done:
            log_deed(request, person, "second-factor-removed", noted=True)
        said = ngettext(
            "The second factor of %(count)d person is removed.",
            "The second factor of %(count)d people is removed.",
            len(done),
        )
        messages.success(request, said % {"count": len(done)})

    @admin.action(description=_("Sign them out everywhere"), permissions=["change"])
    def sign_out_everywhere(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        by, now, ip = administrator(request), timezone.now(), address_of(request)
        done = [one for one in queryset if locked_out.sign_out(person=one, by=by, now=now, ip=ip)]
        for person in done:
            log_deed(request, person, "signed-out", noted=True)
        said = ngettext("%(count)d person is signed out.", "%(count)d people are signed out.", len(done))
        messages.success(request, said % {"count": len(done)})

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> User | None:
        person = super().get_object(request, object_id, from_field)
        if person:  # asked here, as the lines of the page are not handed the request
            person.brake = braking.seconds_left(request, person)  # type: ignore[attr-defined]
        return person

    @admin.display(description=_("slowed down"))
    def slowed_down(self, person: User) -> str:
        seconds = getattr(person, "brake", 0)
        if not seconds:
            return str(_("No"))
        return _("Yes, after wrong passwords: they can try again in %(time)s") % {"time": in_words(seconds)}

    @admin.display(description=_("second factor"), boolean=True)
    def has_second_factor(self, person: User) -> bool:
        return second_factor.has_one(person)

    @admin.display(description=_("lately"))
    def what_happened(self, person: User) -> SafeString:
        lines = [(day_and_time(line.at), line.sentence, line.ip or "") for line in own_entries(person)]
        return format_html_join("\n", "<div>{} · {} {}</div>", lines or [("-", "", "")])

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """An address that is changed here takes the place of the old one everywhere: it no longer logs in."""
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if "email" in form.changed_data:
                actions.replace_address(user=obj)
                if change:
                    by, now, ip = administrator(request), timezone.now(), address_of(request)
                    note(Happened.ADDRESS_CHANGED, now=now, actor=by, about=obj, ip=ip)


class MembershipFormSet(MembershipInlineFormSet):
    """The members of a team, of whom exactly one is the owner."""

    def clean(self) -> None:
        super().clean()
        rows = [form.cleaned_data for form in self.forms if form.is_valid()]
        owners = sum(row.get("role") == Role.OWNER for row in rows)
        if len(rows) == len(self.forms) and owners != 1:
            raise ValidationError(_("A team has one owner."))


class MembershipForm(MembershipModelForm):
    """One member of a team."""

    def validate_constraints(self) -> None:
        """Left to the formset, which sees all rows: one by one, the owner could never be changed in one go."""


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

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Who stops being the owner goes first: two at once are refused by the database."""
        rows = [row for row in formset.forms if row.initial.get("role") == Role.OWNER and "role" in row.changed_data]
        stepping_down = [row.instance.pk for row in rows]
        before = dict(Membership.objects.filter(team=form.instance.pk).values_list("pk", "role"))
        Membership.objects.filter(pk__in=stepping_down).update(role=Role.ENTREPRENEUR)
        super().save_formset(request, form, formset, change)
        self._note_members(request, form.instance, before)
        second_factor.recount(form.instance.members.all())

    def _note_members(self, request: HttpRequest, team: Team, before: dict[UUID, str]) -> None:
        """What became of whom, as if the owner had done it."""
        values: dict[str, Any] = {"now": timezone.now(), "actor": administrator(request), "team": team}
        values["ip"] = address_of(request)
        for member in Membership.objects.filter(team=team).select_related("user"):
            was = before.get(member.pk)
            if was is None:
                note(Happened.JOINED, **{**values, "actor": member.user}, role=member.role)
            elif was != member.role:
                roles: dict[str, Any] = {} if member.owns else {"role": member.role, "was": was}
                happened = Happened.OWNER_CHANGED if member.owns else Happened.ROLE_CHANGED
                note(happened, about=member.user, **values, **roles)


@admin.register(Invitation)
class InvitationAdmin(LoggedAdmin, ReadOnlyAdmin, BaseInvitationAdmin):
    actions = ("withdraw", "send_again")
    list_display = ("email", "team", "role", "state", "created_at", "expires_at")
    list_filter = ("role",)
    list_select_related = ("team",)
    search_fields = ("email", "team__name")
    ordering = ("-created_at",)

    @admin.action(description=_("Withdraw"), permissions=["view"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        by, now = administrator(request), timezone.now()
        found = queryset.select_related("team")
        done = [one for one in found if actions.withdraw(invitation=one, by=by, now=now)]
        for invitation in done:
            log_deed(request, invitation, "invitation-withdrawn", noted=True)
        said = ngettext("%(count)d invitation is withdrawn.", "%(count)d invitations are withdrawn.", len(done))
        messages.success(request, said % {"count": len(done)})

    @admin.action(description=_("Send the link again"), permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        now, found = timezone.now(), queryset.select_related("team", "invited_by")
        done = [one for one in found if actions.send_again(invitation=one, now=now)]
        for invitation in done:
            log_deed(request, invitation, "invitation-sent-again")
        said = ngettext("%(count)d invitation is sent again.", "%(count)d invitations are sent again.", len(done))
        messages.success(request, said % {"count": len(done)})

    @admin.display(description=_("state"))
    def state(self, invitation: Invitation) -> str:
        return str(invitation.state(timezone.now()).label)
