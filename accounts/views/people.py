"""My own account."""

from copy import copy

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST

from accounts import actions
from accounts.forms import ProfileForm
from accounts.http import PersonRequest


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: PersonRequest) -> HttpResponse:
    """Name, language and time zone. The form works on a copy: a refused value must not show up in the menu."""
    form = ProfileForm(request.POST or None, instance=copy(request.user))
    if form.is_valid():
        actions.save_profile(user=request.user, **form.cleaned_data)
        with override(request.user.language):
            messages.success(request, _("Saved."))
        return redirect("profile")
    return render(request, "accounts/profile.html", {"form": form})


@require_POST
def address_again(request: PersonRequest) -> HttpResponse:
    """My address refused mail; try it again."""
    actions.try_address_again(user=request.user)
    messages.success(request, _("Your address is tried again from now on."))
    return redirect("profile")
