"""What an administrator sees of messages and mail: what is stuck and why, and how to try it again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import actions
from accounts.logged_admin import log_deed
from accounts.mail_letters import holds_a_key
from accounts.models import MailState, Message, OutgoingMail
from accounts.read_only import ReadOnlyAdmin

if TYPE_CHECKING:  # generic in the stubs only
    BaseMailAdmin = admin.ModelAdmin[OutgoingMail]
    BaseMessageAdmin = admin.ModelAdmin[Message]
else:
    BaseMailAdmin = BaseMessageAdmin = admin.ModelAdmin

MAIL_FIELDS = (
    *("to_address", "recipient", "kind", "state", "attempts", "next_attempt_at", "give_up_at", "sent_at"),
    *("last_error", "language", "message_id", "created_at", "subject"),
)
# Ended without being sent, or waiting after an attempt that went wrong.
STUCK = Q(state__in=[MailState.FAILED, MailState.MISSED]) | (
    Q(state__in=[MailState.QUEUED, MailState.INFLIGHT]) & ~Q(last_error="")
)


class StuckFilter(admin.SimpleListFilter):
    """What is stuck comes first; everything is one press away."""

    title = _("what")
    parameter_name = "what"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("Everything"))]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        everything = self.value() == "all"
        without = changelist.get_query_string(remove=[self.parameter_name])
        yield {"selected": not everything, "query_string": without, "display": _("What is stuck")}
        query = changelist.get_query_string({self.parameter_name: "all"})
        yield {"selected": everything, "query_string": query, "display": _("Everything")}

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> QuerySet[OutgoingMail]:
        return queryset if self.value() == "all" else queryset.filter(STUCK)


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnlyAdmin, BaseMailAdmin):
    """The outbox. A text that holds a link that opens a door is never shown."""

    list_display = ("to_address", "subject", "kind", "state", "short_error", "attempts", "created_at")
    list_filter = (StuckFilter, "state", "kind")
    search_fields = ("to_address", "subject")
    ordering = ("-created_at", "-id")
    show_full_result_count = False
    actions = ("try_again",)

    def get_fields(self, request: HttpRequest, obj: OutgoingMail | None = None) -> Any:
        shows_text = obj is not None and not holds_a_key(obj, list(obj.messages.all()))
        return (*MAIL_FIELDS, "text") if shows_text else MAIL_FIELDS

    @admin.display(description=_("why"))
    def short_error(self, mail: OutgoingMail) -> str:
        return mail.last_error[:80]

    @admin.action(description=_("Try again"), permissions=["view"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> None:
        ended = queryset.filter(state__in=(MailState.FAILED, MailState.MISSED)).select_related("recipient")
        with transaction.atomic():
            for mail in ended:
                log_deed(request, mail, "mail-tried-again")
            count = actions.try_again(mail_ids=queryset.values_list("id", flat=True), now=timezone.now())
        said = ngettext("%(count)d mail is queued again.", "%(count)d mails are queued again.", count)
        messages.success(request, said % {"count": count})


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin, BaseMessageAdmin):
    """Messages that wait for their time to go out by mail. What they say is between their reader and who wrote it."""

    list_display = ("recipient", "kind", "template", "urgent", "created_at", "mail_at")
    list_filter = ("kind", "urgent")
    list_select_related = ("recipient",)
    search_fields = ("recipient__email", "recipient__name")
    fields = ("recipient", "kind", "template", "urgent", "must_do", "created_at", "mail_at")
    ordering = ("mail_at", "id")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        return super().get_queryset(request).filter(mail_at__isnull=False, read_at__isnull=True)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = _("Messages that wait to go out by mail")
        return super().changelist_view(request, {"title": title, **(extra_context or {})})
