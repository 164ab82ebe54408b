"""What an administrator sees. People are switched off, not deleted: their work and their words stay."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import actions, braking, mail_admin, refusals, second_factor, trust_admin
from accounts.actions import locked_out
from accounts.audit import Happened
from accounts.logged_admin import LoggedAdmin, administrator, fields_changed, log_deed
from accounts.models import AuditEntry, Invitation, User
from accounts.read_only import KeptAdmin, ReadOnlyAdmin
from accounts.signing_in import address_of
from accounts.templatetags.moments import day_and_time
from accounts.too_fast import in_words
from accounts.what_happened import own_entries

if TYPE_CHECKING:  # generic in the stubs only
    BaseUserAdmin = UserAdmin[User]
    BaseInvitationAdmin = admin.ModelAdmin[Invitation]
else:
    BaseUserAdmin = UserAdmin
    BaseInvitationAdmin = admin.ModelAdmin

__all__ = ["mail_admin", "trust_admin"]  # Django looks for this module only

admin.site.site_header = admin.site.site_title = _("Handover administration")
# Roles are memberships here, and addresses go with their user: neither is to be changed beside our own pages.
# And nobody looks into second factors and sessions: who has the secret of one or the key of the other is that person.
admin.site.unregister([Group, EmailAddress, Authenticator, UserSession])


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

    title = _("logging in")
    parameter_name = "tried"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("failed", _("Wrong passwords in the last 24 hours"))]

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
        (_("Logging in"), {"fields": ("slowed_down", "has_second_factor", "what_happened")}),
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
            braking.let_try_again(person)
            log_deed(request, person, "let-try-again")
        count = len(queryset)
        said = ngettext("%(count)d person can try again.", "%(count)d people can try again.", count)
        messages.success(request, said % {"count": count})

    @admin.action(description=_("Remove the second step, and tell them by mail"), permissions=["change"])
    def remove_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        by, now, ip = administrator(request), timezone.now(), address_of(request)
        done = [one for one in queryset if locked_out.remove_second_factor(person=one, by=by, now=now, ip=ip)]
        for person in done:
            log_deed(request, person, "second-factor-removed", noted=True)
        said = ngettext(
            "The second step of %(count)d person is removed.",
            "The second step of %(count)d people is removed.",
            len(done),
        )
        messages.success(request, said % {"count": len(done)})

    @admin.action(description=_("Log them out everywhere"), permissions=["change"])
    def sign_out_everywhere(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        by, now, ip = administrator(request), timezone.now(), address_of(request)
        done = [one for one in queryset if locked_out.sign_out(person=one, by=by, now=now, ip=ip)]
        for person in done:
            log_deed(request, person, "signed-out", noted=True)
        said = ngettext("%(count)d person is logged out.", "%(count)d people are logged out.", len(done))
        messages.success(request, said % {"count": len(done)})

    @admin.display(description=_("slowed down"))
    def slowed_down(self, person: User) -> str:
        seconds = braking.seconds_left(person)
        if not seconds:
            return str(_("No"))
        return _("Yes, after wrong passwords: they can try again in %(time)s") % {"time": in_words(seconds)}

    @admin.display(description=_("second step"), boolean=True)
    def has_second_factor(self, person: User) -> bool:
        return second_factor.has_one(person)

    @admin.display(description=_("recently"))
    def what_happened(self, person: User) -> SafeString:
        lines = [(day_and_time(line.at), line.sentence, line.ip or "") for line in own_entries(person)]
        return format_html_join("\n", "<div>{} · {} {}</div>", lines or [("-", "", "")])

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """An address that is changed here takes the place of the old one everywhere: it no longer logs in."""
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if "email" in form.changed_data and change:
                by, now, ip = administrator(request), timezone.now(), address_of(request)
                locked_out.give_address(person=obj, was=form.initial["email"], by=by, now=now, ip=ip)
            elif not change:
                actions.replace_address(user=obj)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Another password, that it is written down and that its person is told: all of it, or nothing."""
        with transaction.atomic():
            return super().user_change_password(request, id, form_url)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Only the page for a new password changes this field."""
        if "password" in fields_changed(request):
            mine = request.session.session_key if obj == request.user else None
            locked_out.password_given(person=obj, now=timezone.now(), keep_session=mine)
        return super().log_change(request, obj, message)


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
        by, now, ip = administrator(request), timezone.now(), address_of(request)
        found = queryset.select_related("team")
        done = [one for one in found if actions.withdraw(invitation=one, by=by, now=now, ip=ip)]
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
