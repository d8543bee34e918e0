"""Everything that may differ between two installations, read from the environment alone.

A value that cannot be used stops the start and names the variable, what it got and what it may be. Nothing has to be
set for a trial on one machine: the private PostgreSQL and Redis of `script/services` are used, and a random key is kept
under `.run/`. With `PRODUCTION=1` nothing is guessed: what has to be chosen must be set.
"""

import re
import secrets
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit, urlunsplit

import environ
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from claims.words import ReaderKind
from factcheck import logs

BASE_DIR = Path(__file__).resolve().parent.parent
RUN_DIR = BASE_DIR / ".run"  # what this installation makes for itself: sockets, data, logs, keys

_environment = environ.Env()


def refuse(name: str, got: str, allowed: str) -> ImproperlyConfigured:
    """Say in one line which variable cannot be used, what it got and what it may be."""
    return ImproperlyConfigured(f"{name}={got!r} cannot be used: {allowed}")


def _text(name: str, default: str = "") -> str:
    return str(_environment.str(name, default)).strip()


def _switch(name: str, default: bool = False) -> bool:
    given = _text(name).lower()
    if given in ("", "0", "1", "true", "false", "yes", "no", "on", "off"):
        return given in ("1", "true", "yes", "on") if given else default
    raise refuse(name, given, "it is 1 or 0")


def _number(name: str, default: int, lowest: int, highest: int) -> int:
    given = _text(name)
    if not given:
        return default
    try:
        number = int(given)
    except ValueError:
        number = lowest - 1
    if lowest <= number <= highest:
        return number
    raise refuse(name, given, f"it is a whole number from {lowest} to {highest}")


def _list(name: str, accepts: Callable[[str], bool], allowed: str) -> list[str]:
    items = [item.strip() for item in _text(name).split(",") if item.strip()]
    for item in items:
        if not accepts(item):
            raise refuse(name, item, allowed)
    return items


# --- What kind of installation this is ---

PRODUCTION = _switch("PRODUCTION")
DEBUG = _switch("DEBUG")
if PRODUCTION and DEBUG:
    raise refuse("DEBUG", "1", "it stays 0 where PRODUCTION=1")


def _chosen(name: str, what: str) -> str:
    """A value that production must choose for itself; empty where it may be left out."""
    given = _text(name)
    if PRODUCTION and not given:
        raise refuse(name, given, f"PRODUCTION=1 needs {what}")
    return given


def _kept_key() -> str:
    """The random key of a local installation, made once and readable by its owner only."""
    kept = RUN_DIR / "secret_key"
    try:
        return kept.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        RUN_DIR.mkdir(exist_ok=True)
        made = kept.with_name(f"secret_key.{secrets.token_hex(4)}")
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(60), encoding="ascii")
        try:
            kept.hardlink_to(made)  # two processes may start at once: the first key made is the one kept
        except FileExistsError:
            pass
        finally:
            made.unlink()
        return kept.read_text(encoding="ascii").strip()


SECRET_KEY = _chosen("SECRET_KEY", "a random text of 50 characters or more") or _kept_key()
if len(SECRET_KEY) < 50:
    raise refuse("SECRET_KEY", "*" * len(SECRET_KEY), "it is a random text of 50 characters or more")

_chosen("ALLOWED_HOSTS", "the host names it answers to, with commas between them")
ALLOWED_HOSTS = _list(
    "ALLOWED_HOSTS", lambda host: "/" not in host and " " not in host, "host names with commas between them"
) or ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = _list(
    "CSRF_TRUSTED_ORIGINS",
    lambda origin: urlsplit(origin).scheme in ("http", "https") and bool(urlsplit(origin).netloc),
    "origins such as https://claims.example.org, with commas between them",
)
SITE_URL = _text("SITE_URL", "http://localhost:8000").rstrip("/")  # how feeds, webhooks and mails name this site
if urlsplit(SITE_URL).scheme not in ("http", "https") or not urlsplit(SITE_URL).netloc:
    raise refuse("SITE_URL", SITE_URL, "it is an address such as https://claims.example.org")

# --- The database ---

DATABASE_URL = _chosen("DATABASE_URL", "postgres://user:password@host:5432/name")


def _database(url: str) -> dict[str, Any]:
    """Where PostgreSQL is: as the URL says, else the private one on its unix socket."""
    if not url:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": str(RUN_DIR / "pg"),
            "NAME": "factcheck",
            "USER": "factcheck",
        }
    if urlsplit(url).scheme not in ("postgres", "postgresql"):
        raise refuse("DATABASE_URL", f"{urlsplit(url).scheme}:...", "it is postgres://user:password@host:5432/name")
    try:
        found: dict[str, Any] = environ.Env.db_url_config(url)
    except ValueError:
        found = {}
    if not found.get("NAME"):
        raise refuse("DATABASE_URL", "postgres:...", "it is postgres://user:password@host:5432/name")
    return found


# A statement that waits or runs longer than this is a fault, not work: better an error and a retry than a pile-up.
_limits = {
    "lock_timeout": _number("DB_LOCK_TIMEOUT_MS", 5_000, 0, 600_000),
    "statement_timeout": _number("DB_STATEMENT_TIMEOUT_MS", 30_000, 0, 3_600_000),
    "idle_in_transaction_session_timeout": _number("DB_IDLE_TIMEOUT_MS", 60_000, 0, 3_600_000),
    "jit": "off",  # our reads are short; compiling them costs more than it saves
}
_default = _database(DATABASE_URL)
_default["OPTIONS"] = {
    # A statement bound on the server is planned once it was sent so often, and then no more (claims/models/writing.py).
    "prepare_threshold": 3,
    **_default.get("OPTIONS", {}),
    # What the URL asks for comes last, and wins.
    "options": " ".join(
        [*(f"-c {name}={value}" for name, value in _limits.items()), _default.get("OPTIONS", {}).get("options", "")]
    ),
}
# A connection opened per request costs six times what the query on it costs; a kept one is checked before use.
_default |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
DATABASES = {"default": _default}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis: the doorbell (Celery's broker) and, in another database of it, the cache ---

REDIS_URL = _chosen("REDIS_URL", "redis://host:6379/0") or f"unix://{quote(str(RUN_DIR / 'redis' / 'redis.sock'))}"
if urlsplit(REDIS_URL).scheme not in ("redis", "rediss", "unix"):
    raise refuse(
        "REDIS_URL", f"{urlsplit(REDIS_URL).scheme}:...", "it is redis://host:6379/0 or unix:///path/redis.sock"
    )
REDIS_CACHE_DB = _number("REDIS_CACHE_DB", 1, 0, 15)
QUEUE_PREFIX = _text("QUEUE_PREFIX", "fc:")  # of every key in Redis, so that two installations can share one


def _redis_database(url: str) -> int:
    """Which of a Redis server's numbered databases a URL means."""
    parts = urlsplit(url)
    named = parse_qs(parts.query).get("db", [""])[0] or (parts.path.strip("/") if parts.scheme != "unix" else "")
    if named and not named.isdecimal():
        raise refuse("REDIS_URL", f"{parts.scheme}:...", "its database is a number, as in redis://host:6379/0")
    return int(named or 0)


def _beside(url: str, database: int) -> str:
    """The same Redis server, another of its databases."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        query = {**parse_qs(parts.query), "db": [str(database)]}
        return f"unix://{parts.path}?{urlencode(query, doseq=True)}"
    return urlunsplit(parts._replace(path=f"/{database}"))


if _redis_database(REDIS_URL) == REDIS_CACHE_DB:
    raise refuse("REDIS_CACHE_DB", str(REDIS_CACHE_DB), "it is another database than the queue's in REDIS_URL")

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": _beside(REDIS_URL, REDIS_CACHE_DB),
        "KEY_PREFIX": f"{QUEUE_PREFIX}cache",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}

# --- The queue's limits (factcheck/celery.py refuses a set that would run a task twice at once) ---

SWEEP_SECONDS = _number("SWEEP_SECONDS", 15, 1, 3600)
RING_SECONDS = _number("RING_SECONDS", 30, 1, 600)  # until work that was rung for and is not done is rung for again
TASK_TIME_LIMIT = _number("TASK_TIME_LIMIT", 90, 2, 3600)
TASK_SOFT_TIME_LIMIT = _number("TASK_SOFT_TIME_LIMIT", TASK_TIME_LIMIT * 2 // 3, 1, 3600)
VISIBILITY_TIMEOUT = _number("VISIBILITY_TIMEOUT", 600, 1, 86_400)

# --- Who reads ---

READER = _text("READER", ReaderKind.RULES).lower()
if READER not in list(ReaderKind):
    raise refuse("READER", READER, f"it is one of {', '.join(ReaderKind)}")
READER_URL = _text("READER_URL").rstrip("/")  # an OpenAI-compatible API, chosen by whoever runs this: loopback is fine
_reader = urlsplit(READER_URL)
if READER_URL and (_reader.scheme not in ("http", "https") or not _reader.hostname or "@" in _reader.netloc):
    allowed = "it is an address such as https://models.example.org/v1; its key goes into READER_KEY"
    raise refuse("READER_URL", f"{_reader.scheme}:...", allowed)
READER_KEY = _text("READER_KEY")
if not (READER_KEY.isascii() and READER_KEY.isprintable()):
    raise refuse("READER_KEY", "*" * len(READER_KEY), "it is a key of printable ASCII characters")
READER_MODEL = _text("READER_MODEL")
for _needed, _given in (("READER_URL", READER_URL), ("READER_MODEL", READER_MODEL)):
    if READER != ReaderKind.RULES and not _given:
        raise refuse(_needed, _given, f"READER={READER} needs one")
READER_TIMEOUT = _number("READER_TIMEOUT", 20, 1, 600)  # seconds for one text, retries and all
if READER != ReaderKind.RULES and READER_TIMEOUT * 2 > TASK_SOFT_TIME_LIMIT:
    # A task may have an article's earlier edition to read, too.
    allowed = f"it is at most half of TASK_SOFT_TIME_LIMIT, which is {TASK_SOFT_TIME_LIMIT} seconds"
    raise refuse("READER_TIMEOUT", str(READER_TIMEOUT), allowed)
READER_DAILY_BUDGET = _number("READER_DAILY_BUDGET", 1_000_000, 0, 10**12)  # tokens, all workers together

# --- Who fetches ---

# Who asks, and where to complain: a publisher that is bothered must be able to say so.
FETCH_AGENT = _text("FETCH_AGENT", f"factcheck/1.0 (+{SITE_URL})")
if not (FETCH_AGENT.isascii() and FETCH_AGENT.isprintable() and ("@" in FETCH_AGENT or "://" in FETCH_AGENT)):
    allowed = "it is a name in ASCII with a contact, such as ourdesk/1.0 (+https://desk.example.org)"
    raise refuse("FETCH_AGENT", FETCH_AGENT, allowed)
if not re.match(r"[A-Za-z_-]+(/|\s|$)", FETCH_AGENT):
    allowed = "it begins with a name of letters, hyphens and underscores, by which a robots.txt can address it"
    raise refuse("FETCH_AGENT", FETCH_AGENT, allowed)


def _is_place(item: str) -> bool:
    address, colon, port = item.rpartition(":")
    try:
        ip_address(address.strip("[]"))
    except ValueError:
        return False
    return bool(colon) and port.isascii() and port.isdecimal() and 0 < int(port) < 65_536


# Exact addresses that may be asked though they are private or on another port: for tests and trials on one machine.
FETCH_ALSO = frozenset(
    (address.strip("[]"), int(port))
    for address, _colon, port in (
        item.rpartition(":")
        for item in _list("FETCH_ALSO", _is_place, "it is addresses with ports such as 127.0.0.1:8123, with commas")
    )
)
FETCH_SECONDS = _number("FETCH_SECONDS", max(TASK_SOFT_TIME_LIMIT // 3, 1), 1, 600)  # for one answer, redirects and all
if _text("FETCH_SECONDS") and FETCH_SECONDS * 2 > TASK_SOFT_TIME_LIMIT:
    # A task may have a site's robots.txt to ask for, too.
    allowed = f"it is at most half of TASK_SOFT_TIME_LIMIT, which is {TASK_SOFT_TIME_LIMIT} seconds"
    raise refuse("FETCH_SECONDS", str(FETCH_SECONDS), allowed)
FETCH_MOST_BYTES = _number("FETCH_MOST_BYTES", 5 * 1024 * 1024, 1024, 1024**3)

# --- The app ---

ROOT_URLCONF = "factcheck.urls"
WSGI_APPLICATION = "factcheck.wsgi.application"
INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # before the admin whose templates it replaces
    "unfold.contrib.filters",
    "factcheck.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.contrib.humanize",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "axes",
    "claims",
]
MIDDLEWARE = [
    "factcheck.logs.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "factcheck.admin_csp.AdminPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "factcheck.outage.OutageMiddleware",
    "axes.middleware.AxesMiddleware",  # last, as django-axes asks
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ]
        },
    }
]
# An article may be 5 MB of text; its JSON, escaped, is larger than the article.
DATA_UPLOAD_MAX_MEMORY_SIZE = _number("MAX_UPLOAD_BYTES", 16 * 1024 * 1024, 1024, 1024**3)
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# --- Who may come in ---

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "/"
AXES_FAILURE_LIMIT = _number("LOGIN_FAILURE_LIMIT", 5, 1, 1000)
AXES_COOLOFF_TIME = _number("LOGIN_COOLOFF_MINUTES", 15, 1, 10_080) / 60  # django-axes counts in hours
# Locked by name and address together, so that nobody can lock an editor out from elsewhere.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False  # whoever was locked out is let in by manage.py axes_reset_username NAME

# --- What a browser is told ---

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# The editors' desk: what its theme cannot do without, and no more. Its templates hold expressions that Alpine.js
# compiles as it goes ('unsafe-eval'); Alpine's build for strict policies reads no such expressions, so the theme does
# not work with it. One of them sizes the bar of a list's actions by a style attribute ('unsafe-inline', of these only).
# Style elements are the theme's own, by their hash (factcheck.admin_csp); scripts stand in files.
ADMIN_CONTENT_SECURITY_POLICY = {
    "script-src": [SELF, UNSAFE_EVAL],
    "script-src-attr": [NONE],
    "style-src": [SELF],
    "style-src-attr": [UNSAFE_INLINE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]  # asked by the machine next door, in plain HTTP
SECURE_HSTS_SECONDS = _number("HSTS_SECONDS", 86_400 if PRODUCTION else 0, 0, 63_072_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = _switch("HSTS_INCLUDE_SUBDOMAINS")
SECURE_HSTS_PRELOAD = _switch("HSTS_PRELOAD")
# W005 and W021 ask for promises about a whole domain, which only its owner can make, by the two switches above.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if _switch("BEHIND_PROXY"):
    # Only where a proxy of ours sets this header itself: anybody else's would be believed too.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Words, times, files ---

USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = "factcheck.formats"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French")), ("uk", _("Ukrainian")), ("ru", _("Russian"))]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
_static = "django.contrib.staticfiles.storage.StaticFilesStorage"
if not DEBUG:
    _static = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static},
}

# --- The API ---

API_ANONYMOUS_READS = _switch("API_ANONYMOUS_READS", default=True)  # off: reading takes a key with the scope `read`
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "claims.api.problems.handle",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Claims API",
    "DESCRIPTION": "Who says what about a contested fact, since when, in which words, and what follows from it.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/",
    "POSTPROCESSING_HOOKS": [],  # the words of the field stand where they are used, not as components of their own
    "TAGS": [
        {"name": "claims", "description": "What is claimed, who says what of it, and what follows."},
        {"name": "articles", "description": "Send articles to be read, and follow them."},
        {"name": "problems", "description": "What an error means. Every error is a problem document (RFC 9457)."},
    ],
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "defaultModelsExpandDepth": 0},
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- The editors' desk ---

UNFOLD = {
    "SITE_TITLE": _("Claims desk"),
    "SITE_HEADER": _("Claims desk"),
    "SITE_SYMBOL": "balance",
    "SHOW_VIEW_ON_SITE": True,
    "DASHBOARD_CALLBACK": "claims.admin.desk.lay_desk",
    "STYLES": [lambda request: static("claims/admin.css")],
    "SCRIPTS": [lambda request: static("claims/policy.js"), lambda request: static("claims/labels.js")],
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": "claims.admin.desk.draw_sidebar"},
    "COLORS": {
        "primary": {
            "50": "oklch(97% .013 236.6)",
            "100": "oklch(95.1% .026 236.8)",
            "200": "oklch(90.1% .058 230.9)",
            "300": "oklch(82.8% .111 230.3)",
            "400": "oklch(74.6% .16 232.7)",
            "500": "oklch(68.5% .169 237.3)",
            "600": "oklch(52% .13 242)",
            "700": "oklch(46% .12 243)",
            "800": "oklch(40% .1 243)",
            "900": "oklch(34% .08 243)",
            "950": "oklch(27% .06 243)",
        }
    },
}

# --- What is written down ---

LOG_LEVEL = _text("LOG_LEVEL", "INFO").upper()
if LOG_LEVEL not in logs.LEVELS:
    raise refuse("LOG_LEVEL", LOG_LEVEL, f"it is one of {', '.join(logs.LEVELS)}")
LOGGING = logs.configuration(LOG_LEVEL)
