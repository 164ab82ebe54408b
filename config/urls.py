"""Every address of the house. Errors (400, 403, 404, 500) are Django's own views with our templates of that name."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from accounts.views.logging_in import remove_app, remove_passkey
from config.health import healthz, readyz
from config.security_txt import security_txt

# One login for all, with its limit on guesses, instead of the admin's own without one.
admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# Too many attempts: the page says when to try again.
handler429 = "accounts.too_fast.answer"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="now"), name="home"),
    path("", include("accounts.urls")),
    path("", include("tasks.urls")),
    path("accounts/", include("allauth.account.urls")),
    # Before allauth's own of these names, which could take away the last factor while a team asks for one.
    path("accounts/second-step/totp/deactivate/", remove_app, name="mfa_deactivate_totp"),
    path("accounts/second-step/webauthn/keys/<int:pk>/remove/", remove_passkey, name="mfa_remove_webauthn"),
    path("accounts/second-step/", include("allauth.mfa.urls")),
    path("admin/", admin.site.urls),
    path("language/", login_not_required(set_language), name="set_language"),
    path(".well-known/security.txt", security_txt, name="security_txt"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
