"""What an administrator sees of agreements. Only to look at: nothing of it is agreed, or changed, by anybody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.read_only import ReadOnlyAdmin
from delegation.models import Agreement, TeamMoney
from tasks.agreement_words import sections

if TYPE_CHECKING:  # generic in the stubs only
    BaseAgreementAdmin = admin.ModelAdmin[Agreement]
    BaseMoneyAdmin = admin.ModelAdmin[TeamMoney]
else:
    BaseAgreementAdmin = BaseMoneyAdmin = admin.ModelAdmin


@admin.register(Agreement)
class AgreementAdmin(ReadOnlyAdmin, BaseAgreementAdmin):
    list_display = ("team", "assistant", "version", "state", "rate", "currency", "valid_from", "proposed_at")
    list_filter = ("state", "kind")  # no list of all teams: they are searched
    list_select_related = ("team", "assistant")
    search_fields = ("team__name", "assistant__email", "assistant__name")
    ordering = ("-proposed_at", "-id")
    show_full_result_count = False
    actions = None
    fields = readonly_fields = (
        *("team", "assistant", "version", "state", "proposed_by", "proposed_at"),
        *("who_answered", "when_answered", "answer", "in_words"),
    )

    @admin.display(description=_("answered by"))
    def who_answered(self, agreement: Agreement) -> str:
        return str(agreement.answered_by or "-")

    @admin.display(description=_("answered"), ordering="answered_at")
    def when_answered(self, agreement: Agreement) -> object:
        return agreement.answered_at

    @admin.display(description=_("answer"))
    def answer(self, agreement: Agreement) -> str:
        return agreement.answer_text or "-"

    @admin.display(description=_("what it says"))
    def in_words(self, agreement: Agreement) -> SafeString:
        lines = [(line.label, line.value) for section in sections(agreement) for line in section.lines]
        return format_html_join("\n", "<p><b>{}</b><br>{}</p>", lines)


@admin.register(TeamMoney)
class TeamMoneyAdmin(ReadOnlyAdmin, BaseMoneyAdmin):
    list_display = ("team", "own_rate", "tolerance_amount", "tolerance_percent")
    list_select_related = ("team",)
    search_fields = ("team__name",)
    ordering = ("team__name",)
    show_full_result_count = False
    actions = None
