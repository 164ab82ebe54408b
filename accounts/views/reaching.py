"""When I work, when I am left alone, and which messages reach me how."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import actions
from accounts.access import days_off_for_removal
from accounts.http import PersonRequest
from accounts.models import USUALLY
from accounts.reach_forms import DaysOffForm, MessageChoicesForm, WorkingTimeForm
from accounts.timing import readers


@require_http_methods(["GET", "HEAD", "POST"])
def working_time(request: PersonRequest) -> HttpResponse:
    """Hours for each day of the week, public holidays, and days off."""
    form = WorkingTimeForm(request.POST or None, user=request.user)
    if form.is_valid():
        hours, country = form.cleaned_data["hours"], form.cleaned_data["country"]
        actions.save_working_time(user=request.user, hours=hours, country=country, now=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("profile_working_time")
    return _working_time_page(request, form=form)


@require_POST
def add_days_off(request: PersonRequest) -> HttpResponse:
    """Days on which nobody asks me anything; refused ones come back with what was typed."""
    form = DaysOffForm(request.POST, user=request.user, today=timezone.localdate())
    if not form.is_valid():
        return _working_time_page(request, days_off_form=form)
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    actions.add_days_off(user=request.user, first=first, last=last, now=timezone.now())
    messages.success(request, _("Enjoy your days off."))
    return redirect("profile_working_time")


@require_POST
def remove_days_off(request: PersonRequest, days_off_id: UUID) -> HttpResponse:
    """I am there after all."""
    actions.remove_days_off(days_off=days_off_for_removal(request.user, days_off_id), now=timezone.now())
    messages.success(request, _("Removed."))
    return redirect("profile_working_time")


@require_http_methods(["GET", "HEAD", "POST"])
def message_choices(request: PersonRequest) -> HttpResponse:
    """Which messages come by mail, how and when."""
    reader = readers([request.user])[request.user.pk]
    how = {kind: reader.how(kind) for kind in USUALLY}
    form = MessageChoicesForm(request.POST or None, user=request.user, how=how)
    if form.is_valid():
        data = {name: form.cleaned_data[name] for name in ("how", "digest_at", "quiet_from", "quiet_until")}
        urgent_passes = form.cleaned_data["urgent_passes"]
        actions.save_message_choices(user=request.user, urgent_passes=urgent_passes, now=timezone.now(), **data)
        messages.success(request, _("Saved."))
        return redirect("profile_messages")
    return render(request, "accounts/profile_messages.html", {"form": form})


def _working_time_page(
    request: PersonRequest, *, form: WorkingTimeForm | None = None, days_off_form: DaysOffForm | None = None
) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "form": form or WorkingTimeForm(user=request.user),
        "days_off_form": days_off_form or DaysOffForm(user=request.user, today=today),
        "days_off": request.user.days_off.filter(last__gte=today),
    }
    return render(request, "accounts/profile_working_time.html", context)
