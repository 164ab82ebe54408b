"""How allauth makes users and reaches them: through our actions and our outbox."""

from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.db import IntegrityError
from django.forms import BaseForm
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.actions import sign_up
from accounts.letters import letter
from accounts.locales import browser_language
from accounts.models import User
from accounts.outbox import queue_mail


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """allauth as Handover wants it."""

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """Make the user and their team at once. A second press finds the account there and is led to it."""
        super().save_user(request, user, form, commit=False)
        user.name = form.cleaned_data["name"]
        user.language = browser_language()
        try:
            sign_up(user=user, business=form.cleaned_data["business"], now=timezone.now())
        except IntegrityError as error:
            messages.info(request, _("There is an account with this address already. Log in with it."))
            raise ImmediateHttpResponse(redirect("account_login")) from error
        return user

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the mail, in the recipient's language; so a broken mail server never fails a sign-up or a reset."""
        person = User.objects.filter(email=email).first()
        language = person.language if person else get_language() or browser_language()
        with override(language):
            mail = self.render_mail(template_prefix, email, {"request": self.request, "email": email, **context})
            footer = "" if person else _("You get this mail because somebody typed in your address.")
        paragraphs = [part.strip() for part in str(mail.body).split("\n\n") if part.strip()]
        ready = letter(subject=mail.subject, paragraphs=paragraphs, language=language, footer=footer)
        queue_mail(
            to_address=email,
            subject=ready.subject,
            text=ready.text,
            html=ready.html,
            language=language,
            dedup_key=f"account:{uuid4()}",
            now=timezone.now(),
            recipient=person,
        )
