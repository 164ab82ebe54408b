"""What an administrator sees. People are switched off, not deleted: their work and their words stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import actions, mail_admin, refusals
from accounts.models import Invitation, Membership, Role, Team, User
from accounts.read_only import KeptAdmin, ReadOnlyAdmin

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


__all__ = ["mail_admin"]  # Django looks for this module only

admin.site.site_header = admin.site.site_title = _("Handover administration")
# Roles are memberships here, and addresses go with their user: neither is to be changed beside our own pages.
admin.site.unregister([Group, EmailAddress])


class RefusingFilter(admin.SimpleListFilter):
    """Those whose address is not tried any more."""

    title = _("mail")
    parameter_name = "mail"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("refused", _("Address refuses mail"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        return refusals.refusing(queryset) if self.value() == "refused" else queryset


@admin.register(User)
class PersonAdmin(KeptAdmin, BaseUserAdmin):
    list_display = ("email", "name", "language", "is_active", "is_staff", "gets_mail", "date_joined")
    list_filter = (RefusingFilter, "is_active", "is_staff", "language")
    actions = ("try_address_again",)
    search_fields = ("email", "name")
    ordering = ("email",)
    readonly_fields = ("last_login", "date_joined", "refused_address", "refused_at", "refused_reason", "refusals")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "password", "name")}),
        (_("Language and time"), {"fields": ("language", "time_zone", "country")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (_("Mail"), {"fields": ("refused_address", "refused_at", "refused_reason", "refusals")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
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
        count = refusals.forgive(queryset)
        said = ngettext("%(count)d address is tried again.", "%(count)d addresses are tried again.", count)
        messages.success(request, said % {"count": count})

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """An address that is changed here takes the place of the old one everywhere: it no longer logs in."""
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if "email" in form.changed_data:
                actions.replace_address(user=obj)


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
    readonly_fields = ("created_at",)


@admin.register(Team)
class TeamAdmin(KeptAdmin, BaseTeamAdmin):
    list_display = ("name", "language", "currency", "time_zone", "created_at")
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
        Membership.objects.filter(pk__in=stepping_down).update(role=Role.ENTREPRENEUR)
        super().save_formset(request, form, formset, change)


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin, BaseInvitationAdmin):
    list_display = ("email", "team", "role", "state", "created_at", "expires_at")
    list_filter = ("role",)
    list_select_related = ("team",)
    search_fields = ("email", "team__name")
    ordering = ("-created_at",)

    @admin.display(description=_("state"))
    def state(self, invitation: Invitation) -> str:
        return str(invitation.state(timezone.now()).label)
