"""What an administrator sees of secrets, exports and what belongs to tasks. Only to look at.

Of a secret there is only who looked at it and when: what is sealed has no page here, and no field leads to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.read_only import ReadOnlyAdmin
from tasks.admin_columns import column
from tasks.models import DataExport, Expense, Milestone, MoneyRecord, Reveal, SecretToRotate, Wish

if TYPE_CHECKING:  # generic in the stubs only
    BaseRevealAdmin = admin.ModelAdmin[Reveal]
    BaseRotateAdmin = admin.ModelAdmin[SecretToRotate]
    BaseExportAdmin = admin.ModelAdmin[DataExport]
    BaseRecordAdmin = admin.ModelAdmin[MoneyRecord]
    BaseExpenseAdmin = admin.ModelAdmin[Expense]
    BaseMilestoneAdmin = admin.ModelAdmin[Milestone]
    BaseWishAdmin = admin.ModelAdmin[Wish]
else:
    BaseRevealAdmin = BaseRotateAdmin = BaseExportAdmin = BaseRecordAdmin = admin.ModelAdmin
    BaseExpenseAdmin = BaseMilestoneAdmin = BaseWishAdmin = admin.ModelAdmin


class LookedAt(ReadOnlyAdmin):
    """What all of these share: no counting of everything, nothing to press."""

    show_full_result_count = False
    actions: Any = None


@admin.register(Reveal)
class RevealAdmin(LookedAt, BaseRevealAdmin):
    """Who saw which secret, when and why; never the secret."""

    list_display = (
        column("at", _("when")),
        column("person", _("who")),
        column("resource_name", _("resource")),
        column("part", _("what")),
        column("way", _("how")),
        column("team", _("team")),
    )
    list_select_related = ("person", "team")
    search_fields = ("resource_name", "person__email", "person__name", "team__name")
    ordering = ("-at", "-id")
    fields = readonly_fields = (*list_display, column("reason", _("why")), column("task", _("task")))


@admin.register(SecretToRotate)
class SecretToRotateAdmin(LookedAt, BaseRotateAdmin):
    """Which secrets were seen by who left, and whether they are new ones by now."""

    list_display = (
        column("resource_name", _("resource")),
        column("part", _("what")),
        column("person", _("seen by")),
        column("team", _("team")),
        column("seen_at", _("seen")),
        column("done_at", _("renewed")),
    )
    list_select_related = ("person", "team")
    search_fields = ("resource_name", "person__email", "person__name", "team__name")
    ordering = ("-listed_at", "-id")
    fields = readonly_fields = (*list_display, column("done_by", _("ticked off by")))


@admin.register(DataExport)
class DataExportAdmin(LookedAt, BaseExportAdmin):
    """Who asked for an export and where it stands. The file is for who asked."""

    list_display = (
        column("asked_at", _("asked")),
        column("person", _("who")),
        column("team", _("team")),
        column("state", _("state")),
        column("percent", _("percent done")),
        column("size", _("bytes")),
        column("expires_at", _("valid until")),
    )
    list_filter = ("state",)
    list_select_related = ("person", "team")
    search_fields = ("person__email", "person__name", "team__name")
    ordering = ("-asked_at", "-id")
    fields = readonly_fields = (*list_display, column("attempts", _("attempts")), column("ready_at", _("ready")))


@admin.register(MoneyRecord)
class MoneyRecordAdmin(LookedAt, BaseRecordAdmin):
    """Hours and expenses of who or what was deleted, kept as the law asks."""

    list_display = ("day", "team_name", "person_name", "kind", "minutes", "amount", "currency", "keep_until")
    list_filter = ("kind",)
    search_fields = ("team_name", "person_name", "person_email")
    ordering = ("-day", "-id")
    fields = (
        *("kind", "day", "team_name", "person_name", "person_email", "what", "minutes", "billed", "amount"),
        *("currency", "recorded_at", "keep_until"),
    )


@admin.register(Milestone)
class MilestoneAdmin(LookedAt, BaseMilestoneAdmin):
    list_display = (
        column("title", _("milestone")),
        column("task", _("task")),
        column("state", _("state")),
        column("due_on", _("due")),
        column("delivered_at", _("delivered")),
        column("accepted_at", _("accepted")),
    )
    list_filter = ("state",)
    list_select_related = ("task",)
    search_fields = ("title", "task__title", "task__team__name")
    ordering = ("-due_on", "-id")
    fields = readonly_fields = list_display


@admin.register(Wish)
class WishAdmin(LookedAt, BaseWishAdmin):
    list_display = (
        column("text", _("wish")),
        column("team", _("team")),
        column("by", _("who")),
        column("state", _("state")),
        column("created_at", _("when")),
    )
    list_filter = ("state",)
    list_select_related = ("team", "by")
    search_fields = ("text", "team__name", "by__email", "by__name")
    ordering = ("-created_at", "-id")
    fields = readonly_fields = (
        *list_display,
        column("task", _("task")),
        column("closed_by", _("decided by")),
        column("closed_at", _("decided")),
    )


@admin.register(Expense)
class ExpenseAdmin(LookedAt, BaseExpenseAdmin):
    list_display = (
        column("day", _("day")),
        column("what", _("what")),
        column("task", _("task")),
        column("by", _("who")),
        column("amount", _("amount")),
        column("state", _("state")),
    )
    list_filter = ("state",)
    list_select_related = ("task", "by")
    search_fields = ("what", "task__title", "by__email", "by__name")
    ordering = ("-at", "-id")
    fields = readonly_fields = (
        *list_display,
        column("approved_by", _("approved by")),
        column("approved_at", _("approved")),
    )
