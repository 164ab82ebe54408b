"""Inviting, and following an invitation's link."""

from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import actions, known_devices
from accounts.access import invitation_for_link, invitation_for_withdrawal, membership_for_inviting
from accounts.forms import InviteForm, JoinForm
from accounts.http import PersonRequest
from accounts.locales import browser_language
from accounts.models import Invitation, InvitationState, Membership, User
from accounts.recent_login import recent_login_required
from accounts.signing_in import address_of, note_sign_in
from accounts.views.teams import team_page, to_team


@require_POST
@recent_login_required
def invite(request: PersonRequest, team_id: UUID) -> HttpResponse:
    """Invite an address; a refused one comes back with what was typed and why."""
    membership = membership_for_inviting(request.user, team_id)
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            made = actions.invite(
                team=membership.team, by=request.user, now=timezone.now(), ip=address_of(request), **form.cleaned_data
            )
        except actions.InviteError as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("%(email)s gets a mail with a link.") % {"email": made.email})
            return to_team(team_id)
    return team_page(request, membership, invite_form=form)


@require_POST
def withdraw(request: PersonRequest, invitation_id: UUID) -> HttpResponse:
    """Make an invitation's link stop working."""
    found = invitation_for_withdrawal(request.user, invitation_id)
    if actions.withdraw(invitation=found, by=request.user, now=timezone.now(), ip=address_of(request)):
        messages.success(request, _("The invitation of %(email)s is withdrawn.") % {"email": found.email})
    else:
        messages.info(request, _("That invitation was used or withdrawn already."))
    return to_team(found.team_id)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What a link leads to. Looking changes nothing; the button, pressed by who was invited, takes the place."""
    found = invitation_for_link(token)
    if request.method == "POST" and found and request.user.is_authenticated and request.user.email == found.email:
        try:
            actions.accept(invitation=found, user=request.user, now=timezone.now(), ip=address_of(request))
        except actions.InvitationClosedError:
            return redirect("invitation", token=token)
        return _welcome(request, found)
    return _invitation_page(request, token, found)


@login_not_required
@never_cache
@require_POST
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Make an account for the invited address, and take the place with it."""
    found, now = invitation_for_link(token), timezone.now()
    if found is None or found.state(now) != InvitationState.OPEN or request.user.is_authenticated:
        return redirect("invitation", token=token)
    form = JoinForm(request.POST, invitation=found)
    if not form.is_valid():
        return _invitation_page(request, token, found, form=form)
    try:
        person = actions.join_as_new_user(
            invitation=found, language=browser_language(), now=now, ip=address_of(request), **form.cleaned_data
        )
    except actions.InvitationClosedError:
        return redirect("invitation", token=token)
    login(request, person)
    record_authentication(request, person, method="password")  # chosen just now
    known_devices.logged_in_here(request, person.email)
    note_sign_in(request, person, now=now, method="invitation")
    return _welcome(request, found)


def _welcome(request: HttpRequest, found: Invitation) -> HttpResponse:
    messages.success(request, _("Welcome to %(team)s.") % {"team": found.team})
    return redirect("now")


def _invitation_page(
    request: HttpRequest, token: str, found: Invitation | None, *, form: JoinForm | None = None
) -> HttpResponse:
    """The page for the state the invitation is in, and for who looks at it."""
    if found is None:
        return render(request, "accounts/invitation.html", {"state": "unknown"}, status=404)
    person = request.user if request.user.is_authenticated else None
    context = {
        "state": found.state(timezone.now()).value,
        "invitation": found,
        "token": token,
        "right_person": person is not None and person.email == found.email,
        "is_member": person is not None and Membership.objects.filter(team=found.team_id, user=person).exists(),
        "has_account": User.objects.filter(email=found.email).exists(),
        "form": form or JoinForm(invitation=found),
    }
    return render(request, "accounts/invitation.html", context)
