"""What an administrator sees of trust: what happened, who is away, who left. Nothing of it can be changed here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.actions.absences import end_absence
from accounts.audit_words import TOPICS, sentence_of
from accounts.logged_admin import log_deed
from accounts.models import Absence, AuditEntry, Departure, User
from accounts.read_only import ReadOnlyAdmin
from accounts.signing_in import address_of

if TYPE_CHECKING:  # generic in the stubs only
    BaseAuditAdmin = admin.ModelAdmin[AuditEntry]
    BaseAbsenceAdmin = admin.ModelAdmin[Absence]
    BaseDepartureAdmin = admin.ModelAdmin[Departure]
else:
    BaseAuditAdmin = BaseAbsenceAdmin = BaseDepartureAdmin = admin.ModelAdmin


class TopicFilter(admin.SimpleListFilter):
    """What it has to do with."""

    title = _("what")
    parameter_name = "topic"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(key, words) for key, (words, _kinds) in TOPICS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        topic = TOPICS.get(self.value() or "")
        return queryset.filter(kind__in=[kind.value for kind in topic[1]]) if topic else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin, BaseAuditAdmin):
    """What happened in all teams, and with all accounts."""

    list_display = ("at", "sentence", "team", "ip")
    list_display_links = ("at",)
    list_filter = (TopicFilter,)
    list_select_related = ("team", "actor", "about")
    search_fields = ("actor__email", "actor__name", "about__email", "about__name", "team__name")
    ordering = ("-id",)  # as they were written: the one order that needs no sorting
    show_full_result_count = False
    actions = None
    fields = readonly_fields = ("at", "sentence", "team", "actor", "about", "ip")

    @admin.display(description=_("what happened"))
    def sentence(self, entry: AuditEntry) -> str:
        return sentence_of(entry)


@admin.register(Absence)
class AbsenceAdmin(ReadOnlyAdmin, BaseAbsenceAdmin):
    list_display = ("person", "team", "first", "last", "deputy")
    list_select_related = ("person", "team", "deputy")
    search_fields = ("person__email", "person__name", "deputy__email", "deputy__name", "team__name")
    ordering = ("-last", "-id")
    show_full_result_count = False
    actions = ("end",)

    @admin.action(description=_("End it"), permissions=["view"])
    def end(self, request: HttpRequest, queryset: QuerySet[Absence]) -> None:
        assert isinstance(request.user, User)  # noqa: S101 - the admin is behind the login
        now, ip = timezone.now(), address_of(request)
        found = queryset.select_related("person", "deputy", "team")
        done = [one for one in found if end_absence(absence=one, by=request.user, now=now, ip=ip)]
        for absence in done:
            log_deed(request, absence, "absence-ended", noted=True)
        said = ngettext("%(count)d absence is ended.", "%(count)d absences are ended.", len(done))
        messages.success(request, said % {"count": len(done)})


@admin.register(Departure)
class DepartureAdmin(ReadOnlyAdmin, BaseDepartureAdmin):
    list_display = ("person", "team", "role", "ended_by", "at")
    list_select_related = ("person", "team", "ended_by")
    search_fields = ("person__email", "person__name", "team__name")
    ordering = ("-at", "-id")
    show_full_result_count = False
    actions = None
