"""What an administrator sees of the work. Only to look at: whatever happens to a task goes through its actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.read_only import ReadOnlyAdmin
from tasks import agreement_admin, team_admin, trust_admin
from tasks.admin_columns import column
from tasks.brief import LABELS
from tasks.models import Checkin, Event, Task, Turn
from tasks.timeline import sentence_of

if TYPE_CHECKING:  # generic in the stubs only
    BaseTaskAdmin = admin.ModelAdmin[Task]
    BaseCheckinAdmin = admin.ModelAdmin[Checkin]
    EventTabular = admin.TabularInline[Event, Task]
    TurnTabular = admin.TabularInline[Turn, Task]
else:
    BaseTaskAdmin = BaseCheckinAdmin = admin.ModelAdmin
    EventTabular = TurnTabular = admin.TabularInline

__all__ = ["agreement_admin", "team_admin", "trust_admin"]  # Django looks for this module only

TASK_COLUMNS = (
    column("title", _("task")),
    column("team", _("team")),
    column("level", _("level")),
    column("state", _("state")),
    column("assistant", _("assistant")),
    column("changed_at", _("changed")),
)
TASK_LINES = (
    *(column(name, label) for name, label in LABELS.items()),
    column("team", _("team")),
    column("entrepreneur", _("entrepreneur")),
    column("assistant", _("assistant")),
    column("level", _("level")),
    column("time_zone", _("time zone")),
    column("state", _("state")),
    column("brief_version", _("version of the brief")),
    column("gate_passed_at", _("approved or chosen")),
    column("steps_open", _("steps still open")),
    column("created_at", _("written")),
    column("started_at", _("accepted")),
    column("changed_at", _("changed")),
    column("done_at", _("done")),
)
EVENT_LINES = (column("at", _("when")), column("actor", _("who")))
TURN_LINES = (
    column("created_at", _("when")),
    column("kind", _("what")),
    column("state", _("state")),
    column("by", _("put by")),
    column("waits_on", _("put to")),
    column("text", _("text")),
    column("answered_at", _("answered")),
    column("answered_by", _("answered by")),
    column("answer_text", _("answer")),
)
CHECKIN_LINES = (
    column("task", _("task")),
    column("assistant", _("assistant")),
    column("state", _("state")),
    column("due_at", _("due")),
    column("asked_at", _("asked")),
    column("reminded_at", _("reminded")),
    column("escalated_at", _("entrepreneur told")),
    column("answered_at", _("answered")),
    column("mood", _("how it goes")),
    column("percent", _("percent done")),
)
ANSWER_LINES = (column("minutes_needed", _("minutes needed")), column("note", _("note")))


class EventInline(ReadOnlyAdmin, EventTabular):
    """The timeline, newest first."""

    model = Event
    verbose_name_plural = _("timeline")
    template = "admin/tasks/lines.html"
    extra = 0
    ordering = ("-at", "-id")
    fields = readonly_fields = (*EVENT_LINES, "sentence", "text")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        return super().get_queryset(request).select_related("actor")

    @admin.display(description=_("what happened"))
    def sentence(self, event: Event) -> str:
        return sentence_of(event)

    @admin.display(description=_("text"))
    def text(self, event: Event) -> str:
        return event.data.get("text") or ""


class TurnInline(ReadOnlyAdmin, TurnTabular):
    """What was put to whom, newest first."""

    model = Turn
    fk_name = "task"
    verbose_name_plural = _("put to somebody")
    template = "admin/tasks/lines.html"
    extra = 0
    ordering = ("-created_at",)
    fields = readonly_fields = TURN_LINES

    def get_queryset(self, request: HttpRequest) -> QuerySet[Turn]:
        return super().get_queryset(request).select_related("by", "waits_on", "answered_by")


@admin.register(Task)
class TaskAdmin(ReadOnlyAdmin, BaseTaskAdmin):
    list_display = TASK_COLUMNS
    list_filter = ("state", "level")  # no list of all teams: they are searched
    list_select_related = ("team", "assistant")
    search_fields = ("title", "team__name", "assistant__email", "assistant__name")
    ordering = ("-changed_at", "-id")
    show_full_result_count = False
    actions = None
    view_on_site = False  # the task's page is for its team
    fields = readonly_fields = TASK_LINES
    inlines = (EventInline, TurnInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Task]:
        return super().get_queryset(request).select_related("team", "assistant", "entrepreneur")


@admin.register(Checkin)
class CheckinAdmin(ReadOnlyAdmin, BaseCheckinAdmin):
    list_display = CHECKIN_LINES
    list_filter = ("state",)
    list_select_related = ("task", "assistant")
    search_fields = ("task__title", "assistant__email")
    ordering = ("-due_at", "-id")
    show_full_result_count = False
    actions = None
    fields = readonly_fields = (*CHECKIN_LINES, *ANSWER_LINES)
