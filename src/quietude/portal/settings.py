"""Django's settings, all derived from the installation's own (`quietude.config`)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from quietude.config import read_settings
from quietude.portal import policies
from quietude.portal.installation import database_from, mail_from, secret_key_of

QUIETUDE = read_settings(os.environ, working_dir=Path.cwd())
"""The installation's settings; everything below follows from them."""

DEBUG = QUIETUDE.is_debug
SECRET_KEY = secret_key_of(QUIETUDE)
ALLOWED_HOSTS = list(QUIETUDE.hosts)
ROOT_URLCONF = "quietude.portal.urls"
ASGI_APPLICATION = "quietude.portal.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "quietude.portal.accounts",
    "quietude.portal.oidc",
    "quietude.portal.ui",
    "quietude.portal.home",
    "quietude.portal.explore",
    "quietude.portal.search",
    "quietude.portal.saved_searches",
    "quietude.portal.catalogue",
    "quietude.portal.wizard",
    "quietude.portal.facts",
    "quietude.portal.journal",
    "quietude.portal.rights",
    "quietude.portal.services",
    "quietude.portal.people",
    "quietude.portal.rules",
    "quietude.portal.auditing",
    "quietude.portal.protection",
    "quietude.portal.logbook",
    "quietude.portal.attachments",
    "quietude.portal.links",
    "quietude.portal.shifts",
    "quietude.portal.offline",
    "quietude.portal.flows",
    "quietude.portal.rosters",
    "quietude.portal.notifications",
    "quietude.portal.measures",
    "quietude.portal.alarms",
    "quietude.portal.works",
    "quietude.portal.situations",
    "quietude.portal.alarm_editions",
    "quietude.portal.alarm_rules",
    "quietude.portal.video_gate",
    "quietude.portal.room",
    "quietude.portal.documents",
    "quietude.portal.document_sources",
    "quietude.portal.mentions",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",  # outside the parts that may refuse a request themselves
    "quietude.portal.middleware.security_headers",
    "quietude.portal.accounts.middleware.no_token_in_address",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "quietude.portal.oidc.sessions.follow_the_provider",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "quietude.portal.accounts.middleware.session_limits",
    "quietude.portal.accounts.middleware.preferences",
    "quietude.portal.middleware.town_time",
    "quietude.portal.journal.middleware.JournalMiddleware",
    "quietude.portal.noughts.NoNought",
    "quietude.portal.middleware.explained_refusals",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "quietude.portal.ui.context.shell",
                "quietude.portal.protection.context.reminder",
                "quietude.portal.shifts.context.on_duty",
                "quietude.portal.logbook.context.to_do",
                "quietude.portal.alarms.context.alarms",
                "quietude.portal.saved_searches.context.saved",
            ],
            "builtins": ["quietude.portal.ui.templatetags.ui"],
        },
    }
]

DATABASES = {"default": database_from(QUIETUDE)}
CACHES = {
    "default": {  # counts of attempts: with Django's 300 entries, whoever tries 300 names is forgotten
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "explore": {  # answers to the last selections: counts by day are up to 2 MB each, so few are kept
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "explore",
        "OPTIONS": {"MAX_ENTRIES": 64},
    },
}
globals().update(mail_from(QUIETUDE))

# Language and time: French first; the store speaks UTC, the screen the town's own time (middleware.town_time).
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [Path(__file__).parent / "locale"]
LANGUAGE_COOKIE_NAME = "__Host-language" if QUIETUDE.is_https else "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"

# Accounts. No one signs up alone: an administrator makes accounts (portal page, or `quietude user add`).
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["quietude.portal.accounts.backend.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",  # argon2id
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "quietude.portal.accounts.passwords.NotDressedUpValidator"},
    {"NAME": "quietude.portal.accounts.passwords.NotTheAccountValidator"},
    {"NAME": "quietude.portal.accounts.passwords.NotARefrainValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "quietude.portal.accounts.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "login": "quietude.portal.accounts.forms.SignInForm",
    "change_password": "quietude.portal.accounts.forms.PasswordForm",
    "reauthenticate": "quietude.portal.accounts.factor_forms.PasswordAgainForm",
}
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",  # key: account and address together
    "login_failed_anywhere": "30/h/key",  # one account, from all addresses that it does not know
    "login_failed_known": "5/5m/key",  # one browser that signed in before
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60  # sensitive acts ask who is there again after five minutes
ALLAUTH_TRUSTED_PROXY_COUNT = QUIETUDE.proxies  # X-Forwarded-For counts only behind that many proxies of ours

# The second factor. QUIETUDE_SECOND_FACTOR says who must have one; everyone may.
MFA_ADAPTER = "quietude.portal.accounts.second_factor.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # one step of 30 s either way: telephones' clocks are not quite right
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RECOVERY_CODE_DIGITS = 10  # 33 bits each: ten of them stay out of reach of the attempts that throttling leaves
MFA_ALLOW_UNVERIFIED_EMAIL = True  # administrators vouch for addresses, no one signs up alone
MFA_FORMS = {
    "authenticate": "quietude.portal.accounts.factor_forms.CodeForm",
    "reauthenticate": "quietude.portal.accounts.factor_forms.CodeAgainForm",
    "activate_totp": "quietude.portal.accounts.factor_forms.AppForm",
    "add_webauthn": "quietude.portal.accounts.factor_forms.KeyForm",
}

SESSION_COOKIE_AGE = 12 * 3600  # one long shift
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = QUIETUDE.is_https
SESSION_COOKIE_NAME = "__Host-session" if QUIETUDE.is_https else "session"
CSRF_COOKIE_HTTPONLY = True  # scripts read the token from the page
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = QUIETUDE.is_https
CSRF_COOKIE_NAME = "__Host-csrf" if QUIETUDE.is_https else "csrf"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # what a page says next stays on the server
CSRF_FAILURE_VIEW = "quietude.portal.errors.forged"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = policies.STRICT_TRANSPORT_S if QUIETUDE.is_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = QUIETUDE.is_https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if QUIETUDE.is_https else None
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = [
    "security.W008",  # the reverse proxy that ends TLS redirects from HTTP
    "security.W021",  # whether its domain joins the browsers' list of HTTPS-only names is the town's choice
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # bytes of a form; the longest holds a fact's text
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 8  # with an entry that is written without scripts; their bytes are counted together

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING"},
        "quietude.portal.oidc": {"handlers": ["stderr"], "level": "INFO"},
    },
}
