"""The people: users, teams, invitations, and how to reach someone."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        """What Django and allauth only tell by a signal."""
        from allauth.account.signals import email_changed, password_changed, password_reset
        from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
        from django.contrib.auth.signals import user_logged_in

        from accounts import factor_news
        from accounts.actions.sessions import logged_in
        from accounts.signing_in import note_new_address

        user_logged_in.connect(logged_in, dispatch_uid="accounts.logged_in")
        email_changed.connect(note_new_address, dispatch_uid="accounts.note_new_address")
        authenticator_added.connect(factor_news.note_added, dispatch_uid="accounts.note_added")
        authenticator_removed.connect(factor_news.note_removed, dispatch_uid="accounts.note_removed")
        authenticator_reset.connect(factor_news.note_codes_made, dispatch_uid="accounts.note_codes_made")
        for changed in (password_changed, password_reset):
            changed.connect(factor_news.end_other_sessions, dispatch_uid="accounts.end_other_sessions")
