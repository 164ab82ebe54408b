"""All settings. Each one that differs between machines comes from the environment; docs/operations.md lists them."""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config.files import storage_of

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.FileAwareEnv()  # NAME or NAME_FILE, so that secrets can be mounted as files

DEBUG = env.bool("DEBUG", default=False)
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))

# Without DEBUG there is no default: a guessable key would let anyone forge sessions and invitations.
SECRET_KEY = env.str("SECRET_KEY", default="only-for-trying-out-on-this-machine") if DEBUG else env.str("SECRET_KEY")
# Older keys that what was signed before is still read with, while a new key signs (docs/operations.md, "Keys").
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# The keys that seal passwords of resources and second factors: the first seals, all open (accounts/sealing.py).
TRYING_OUT = "b25seS1mb3ItdHJ5aW5nLW91dC1vbi10aGlzLWJveCE="  # pragma: allowlist secret
# In a file they may stand one a line.
SECRETS_KEYS = env.str("SECRETS_KEYS", default=TRYING_OUT if DEBUG else "").replace(",", " ").split()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# Where people reach the app; links in e-mails start with it.
BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "template_partials",
    "accounts",
    "delegation",
    "tasks",
]

MIDDLEWARE = [
    # Those that only add headers come first, so that no refusal goes without.
    "config.hardening.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.hardening.RequestsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.account_pages.AccountPagesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tasks.context.navigation",
            ],
        },
    },
]

# --- data ---------------------------------------------------------------------------------------------------------

SQLITE_OPTIONS = {
    # IMMEDIATE takes the write lock at BEGIN, so that two writers queue instead of failing half-way with "database is
    # locked"; that is also why ATOMIC_REQUESTS stays off: each read would take that lock.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;",
}
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'handover.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["OPTIONS"] = {
        # A database host that does not answer is told about within seconds, also by /readyz.
        "connect_timeout": 5,
        # The same few statements come back all day, and planning them takes longer than running them: PostgreSQL keeps
        # the plan of what a connection has asked five times.
        "server_side_binding": True,
        "prepare_threshold": 5,
        **DATABASES["default"].get("OPTIONS", {}),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# A table, so that all processes count the same attempts; Redis where CACHE_URL names one.
CACHES = {"default": env.cache("CACHE_URL", default="dbcache://handover_cache")}
CACHES["default"]["KEY_FUNCTION"] = "accounts.cache_keys.hidden_key"
if CACHES["default"]["BACKEND"] == "django.core.cache.backends.db.DatabaseCache":
    # Room for attempts from very many addresses; what has run out goes daily (accounts/cleaning.py).
    CACHES["default"].setdefault("OPTIONS", {})["MAX_ENTRIES"] = 100_000

MEDIA_ROOT = VAR_DIR / "files"  # outside the web root: each download goes through a view that checks access
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
# A file, all files of a form, and a request with files: beyond it nothing more is kept (tasks/upload_limits.py).
MAX_UPLOAD_BYTES = 10 * 1024 * 1024
MAX_UPLOAD_BYTES_TOGETHER = 40 * 1024 * 1024
MAX_REQUEST_BYTES = 200 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "tasks.upload_limits.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # a 2 MB paste reaches the form, which answers in words
DATA_UPLOAD_MAX_NUMBER_FILES = 50
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": storage_of(env),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# --- people -------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "now"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_SIGNUP_REDIRECT_URL = "task_new"
# Nobody gets in with an address that is not theirs, and no page says whether an address is known.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = True  # with "mandatory" this is as strict as it gets: "strict" would allow twins
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_FORMS = {
    "signup": "accounts.login_forms.SignupForm",
    "change_password": "accounts.login_forms.ChangePasswordForm",
    "reset_password_from_key": "accounts.login_forms.ResetPasswordKeyForm",
}
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60  # seconds (accounts/recent_login.py)
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# How many proxies stand before this: so many of the last addresses in X-Forwarded-For are theirs and to be trusted.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
# What is in a session (a code that was mailed, a press that waits for a password) is sealed.
SESSION_ENGINE = "accounts.sealed_sessions"

# So many, per address of the device (`ip`; a /64 for IPv6), per person (`user`) or per account (`key`).
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "10/m/ip,100/h/ip,5/5m/key,20/h/key",
    "signup": "10/m/ip,60/h/ip",
    # Not per account: whoever kept that full would keep its owner out. The mail goes seldom (accounts/adapter.py).
    "reset_password": "10/m/ip,60/h/ip",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "manage_email": "10/m/user,30/h/user",
    "confirm_email": "1/10s/key,10/h/key",
    # Ours: which addresses count for which stands in RATE_LIMITED.
    "enter_code": "20/m/ip,100/h/ip",
    "invite": "20/m/user,100/d/user",
    "open_link": "60/m/ip",
    "export": "5/h/user",
    "download": "20/h/user",
}
# The name of an address -> its limit, and whether looking counts too.
RATE_LIMITED = {
    "account_email_verification_sent": ("enter_code", False),
    "mfa_authenticate": ("enter_code", False),
    "invite": ("invite", False),
    "invitation": ("open_link", True),
    "invitation_join": ("open_link", True),
    "answer_link": ("open_link", True),
    "profile_export_ask": ("export", False),
    "what_happened_download": ("download", False),
}

MFA_ADAPTER = "accounts.mfa_adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Handover"
MFA_TOTP_TOLERANCE = 1  # clocks of phones differ; a code still works once (accounts/login_forms.py)
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# Browsers allow passkeys without https on this very machine only, and so do we.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = urlsplit(BASE_URL).hostname in {"localhost", "127.0.0.1"}
MFA_FORMS = {
    "add_webauthn": "accounts.login_forms.AddPasskeyForm",
    "edit_webauthn": "accounts.login_forms.EditPasskeyForm",
    "authenticate": "accounts.login_forms.AuthenticateForm",
    "reauthenticate": "accounts.login_forms.ReauthenticateForm",
    "activate_totp": "accounts.login_forms.ActivateTOTPForm",
}

# --- languages ----------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "Europe/Amsterdam"

# --- mail and jobs ------------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Handover <handover@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
if env.str("EMAIL_URL", default=""):
    vars().update(env.email("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_TIMEOUT = 20  # a mail server that hangs holds up one worker this long, not for ever

BROKER_DIR = VAR_DIR / "broker"
CELERY_BROKER_URL = env.str("BROKER_URL", default="filesystem://127.0.0.1")
if CELERY_BROKER_URL.startswith("filesystem"):
    for folder in ("queue", "control"):
        (BROKER_DIR / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        # One folder both ways: what the web process writes is what the worker reads.
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.2,
    }
else:
    # A broker that is away must not hold up a press on a button: publishing gives up at once, the next sweep does it.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"max_retries": 0, "socket_connect_timeout": 1}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "UTC"
CELERY_TASK_TIME_LIMIT = 600
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False

# --- safety -------------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY: dict[str, dict[str, list[str] | bool]] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap draws its form marks as data: images
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
        # Nothing of these is used, and `default-src` says so already; written out for who reads the header.
        "object-src": [NONE],
        "worker-src": [NONE],
        "frame-src": [NONE],
        "media-src": [NONE],
    },
}
# A page may fill the clipboard on a press, and use a passkey. Whatever else a browser could give, no page here needs.
PERMISSIONS_POLICY: dict[str, str | list[str]] = {
    "clipboard-write": "self",
    "publickey-credentials-create": "self",
    "publickey-credentials-get": "self",
    **{
        feature: []
        for feature in (
            *("accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "display-capture"),
            *("encrypted-media", "fullscreen", "geolocation", "gyroscope", "hid", "identity-credentials-get"),
            *("idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "otp-credentials", "payment"),
            *("picture-in-picture", "screen-wake-lock", "serial", "storage-access", "sync-xhr", "usb"),
            *("window-management", "xr-spatial-tracking"),
        )
    },
}
X_FRAME_OPTIONS = "DENY"
# Whom to tell of a hole: an e-mail address or a web address (config/security_txt.py).
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="")
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 60 * 60  # seconds since the login
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True  # no script reads it: each form carries its own token
LANGUAGE_COOKIE_SAMESITE = "Lax"
DEFAULT_EXCEPTION_REPORTER_FILTER = "config.hardening.ReportsNothingTyped"
if not DEBUG:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Off only for trying the production settings out without a certificate.
    HTTPS_ONLY = env.bool("HTTPS_ONLY", default=True)
    SECURE_SSL_REDIRECT = HTTPS_ONLY
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SESSION_COOKIE_SECURE = HTTPS_ONLY
    CSRF_COOKIE_SECURE = HTTPS_ONLY
    LANGUAGE_COOKIE_SECURE = HTTPS_ONLY
    if HTTPS_ONLY:
        # A browser takes a cookie of this name only over https and from this very host: no neighbour can plant one.
        SESSION_COOKIE_NAME = "__Host-session"
        CSRF_COOKIE_NAME = "__Host-csrf"
        CONTENT_SECURITY_POLICY["DIRECTIVES"]["upgrade-insecure-requests"] = True
    SECURE_HSTS_SECONDS = 31_536_000 if HTTPS_ONLY else 0
    SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS_ONLY
    SECURE_HSTS_PRELOAD = HTTPS_ONLY

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "handover": {"level": "INFO"},
        # Without its own handler, so that nothing is said twice; a page that was not found is no news.
        "django": {"handlers": [], "level": "INFO" if DEBUG else "WARNING"},
        "django.request": {"level": "ERROR"},
    },
}
