"""All settings, read from the environment, with defaults that are safe on a laptop.

`docs/operations.md` lists every variable. Two kinds of start are meant: with DEBUG=1 everything has a default;
with DEBUG=0 (the default) `SECRET_KEY` and `ALLOWED_HOSTS` must be given, and their absence is an error that
says so.
"""

import os
import tempfile
from pathlib import Path
from typing import Any

import environ
from corsheaders.defaults import default_headers
from csp.constants import NONCE, NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from servicenet import __version__

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", False)

# django-environ reads a value that starts with "$" as a reference to another variable: not for secrets.
SECRET_KEY = os.environ.get("SECRET_KEY", "")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Set it to a long random string, or set DEBUG=1 on a laptop (make run does)."
        )
    SECRET_KEY = "only-for-debug-" + "0" * 50

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "servicenet",  # before those whose commands it has otherwise
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.import_export",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "rest_framework",
    "rest_framework_api_key",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "corsheaders",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "import_export",
    "django_tasks",
    "django_tasks_db",
    "regions",
]

# What of this a request to the API without a session passes by is said in servicenet.ways.
MIDDLEWARE = [
    "servicenet.ways.LeanWay",
    "servicenet.health.HealthMiddleware",
    "servicenet.logs.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "regions.api.cors.CorsMiddleware",
    "regions.web.caching.without_cookies",
    "regions.api.throttling.LimitMiddleware",
    "regions.api.spending.SpendingMiddleware",
    "regions.api.caching.ApiCacheMiddleware",
    "regions.web.caching.PageCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "regions.web.language.LanguageMiddleware",
    "regions.api.methods.ApiMethodMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "regions.admin.second_step.SecondStepMiddleware",
    "regions.api.spending.CredentialsMiddleware",
    "regions.admin.login.LoginMiddleware",
    "regions.admin.kept.KeptFormMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "servicenet.policy.PolicyMiddleware",
    "regions.admin.csp.AdminPolicyMiddleware",
    "regions.web.errors.told_in_the_admin",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "servicenet.urls"
WSGI_APPLICATION = "servicenet.runserver.application"  # gunicorn is told servicenet.wsgi
ASGI_APPLICATION = "servicenet.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Data -------------------------------------------------------------------------------------------------------

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# A list's action names each of its rows in a field of its own, and its page asks again.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}")}
_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: a writer waits for its turn at BEGIN instead of failing in the middle; WAL: readers go on meanwhile.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-64000;"
        "PRAGMA journal_size_limit=67108864;",
    }
    _database["CONN_MAX_AGE"] = None
elif _database["ENGINE"] == "django.db.backends.postgresql":
    _database.setdefault("OPTIONS", {})
    # How long the server may work on a statement, wait for a lock, and hold a transaction in which nothing happens; 0 is no limit.
    # The web server (wsgi.py) and `migrate` (manage.py) set what is right for them.
    _waits = {
        "statement_timeout": env.int("STATEMENT_SECONDS", 0),
        "lock_timeout": env.int("LOCK_SECONDS", 0),
        "idle_in_transaction_session_timeout": env.int("IDLE_TRANSACTION_SECONDS", 0),
    }
    _database["OPTIONS"].setdefault("connect_timeout", 5)
    # Statements are short and of many parts: compiling one took 460 ms, and what it then did 90 (hotlines with their status).
    _set = ["-c jit=off", *(f"-c {name}={seconds}s" for name, seconds in _waits.items() if seconds)]
    _database["OPTIONS"].setdefault("options", " ".join(_set))
    _database["CONN_HEALTH_CHECKS"] = True
    if (pool_size := env.int("DATABASE_POOL", 0)) > 0:
        _database["OPTIONS"]["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 10}
        _database["CONN_MAX_AGE"] = 0
    else:
        _database["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", 600)

# PostgreSQL read replicas (servicenet.replicas).
REPLICAS: list[str] = []
for _number, _url in enumerate(env.list("DATABASE_REPLICA_URLS", default=[]), 1):
    _replica = env.db_url_config(_url)
    _options = {**_database.get("OPTIONS", {}), "connect_timeout": 2}
    REPLICAS.append(f"replica{_number}")
    DATABASES[REPLICAS[-1]] = {**_database, **_replica, "OPTIONS": _options, "TEST": {"MIRROR": "default"}}
if REPLICAS:
    if _database["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured("DATABASE_REPLICA_URLS needs DATABASE_URL to be PostgreSQL.")
    DATABASE_ROUTERS = ["servicenet.replicas.ReplicaRouter"]
    MIDDLEWARE.insert(
        MIDDLEWARE.index("regions.api.caching.ApiCacheMiddleware"), "servicenet.replicas.ReplicaMiddleware"
    )

# What workers share: rate limits. In memory each worker counts for itself; with Redis all of them count together.
CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://servicenet")}
_cache = CACHES["default"]
if _cache["BACKEND"] == "django_redis.cache.RedisCache":
    _cache["BACKEND"] = "django.core.cache.backends.redis.RedisCache"
if _cache["BACKEND"] == "django.core.cache.backends.redis.RedisCache":
    # Redis is near or it is down: no request waits longer for it.
    _cache["OPTIONS"] = {"socket_connect_timeout": 0.2, "socket_timeout": 0.2}
elif _cache["BACKEND"] == "django.core.cache.backends.locmem.LocMemCache":
    _cache["OPTIONS"] = {"MAX_ENTRIES": 50_000}

# --- Language, time ---------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
# Chinese for strings of other people's apps that bring none; our own stand in regions/locale.
LOCALE_PATHS = [BASE_DIR / "servicenet" / "locale"]
FORMAT_MODULE_PATH = "servicenet.formats"
USE_I18N = True
TIME_ZONE = env.str("TIME_ZONE", "Asia/Shanghai")
USE_TZ = True

# --- Static files -----------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static-root"
STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# --- Who may come in --------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "regions.admin.login.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    | ({"OPTIONS": {"min_length": 12}} if name == "MinimumLengthValidator" else {})
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

# Demand a second step (an authenticator app) of everybody who may enter the admin; without it, of those who set one up.
SECOND_FACTOR = env.bool("SECOND_FACTOR", False)
OTP_TOTP_ISSUER = "servicenet"
# Failed log-ins of one address in an hour, whatever the names.
LOGIN_ADDRESS_LIMIT = env.int("LOGIN_ADDRESS_LIMIT", 20)
# Whoever does nothing for so long is logged out (regions.admin.login).
SESSION_COOKIE_AGE = env.int("SESSION_IDLE_MINUTES", 120) * 60
AXES_FAILURE_LIMIT = env.int("LOGIN_FAILURE_LIMIT", 5)
AXES_COOLOFF_TIME = env.float("LOGIN_COOLOFF_HOURS", 0.5)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "admin/regions/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "regions.admin.login.address_to_keep"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# --- API --------------------------------------------------------------------------------------------------------

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_RENDERER_CLASSES": [
        "regions.api.renderers.JSONRenderer",
        "regions.api.renderers.BrowsableRenderer",
    ],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "regions.api.renderers.Negotiation",
    "DEFAULT_PARSER_CLASSES": ["regions.api.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "regions.api.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["regions.api.permissions.ReadOrRole"],
    "DEFAULT_FILTER_BACKENDS": ["regions.api.filters.StrictFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "regions.api.pagination.PagePagination",
    "DEFAULT_SCHEMA_CLASS": "regions.api.schema.AutoSchema",
    "EXCEPTION_HANDLER": "regions.api.errors.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "URL_FORMAT_OVERRIDE": "format",
    "COERCE_DECIMAL_TO_STRING": False,
    "DEFAULT_THROTTLE_CLASSES": ["regions.api.throttling.ReadThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "anonymous": env.str("RATE_ANONYMOUS", "600/min"),
        "key": env.str("RATE_KEY", "6000/min"),
        "dispute": env.str("RATE_DISPUTE", "10/hour"),
        "export": env.str("RATE_EXPORT", "60/hour"),
    },
}
# How many proxies of our own stand in front and append to X-Forwarded-For (regions.api.throttling.client_address).
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)
# Seconds of a processor that one anonymous address may use in any minute, through all doors; 0 is no limit.
CPU_SECONDS = env.float("CPU_SECONDS", 10)
if _cache["BACKEND"] == "django.core.cache.backends.locmem.LocMemCache":  # each process counts for itself
    CPU_SECONDS /= env.int("WORKERS", os.cpu_count() or 1)
# How long one request works on a list of questions; the rest is told "not done".
REQUEST_SECONDS = env.float("REQUEST_SECONDS", 10)
# How long clients and a CDN may use an answer without asking again, in seconds.
CACHE_SECONDS = env.int("CACHE_SECONDS", 10)

SPECTACULAR_SETTINGS = {
    "TITLE": "servicenet",
    "DESCRIPTION": "Who covers my district, and whose number is this?",
    "VERSION": __version__,
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVERS": [
        {
            "url": "{origin}",
            "description": "Where this directory is served.",
            "variables": {"origin": {"default": "http://127.0.0.1:8000"}},
        }
    ],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "POSTPROCESSING_HOOKS": [
        "regions.api.schema.named_vocabularies",
        "regions.api.schema.chapters",
        "regions.api.schema.same_on_every_database",
    ],
    # One vocabulary, one name: the fields that use it are called state, kind, status …
    "ENUM_NAME_OVERRIDES": {
        f"{name}Enum": f"regions.choices.{name}"
        for name in [
            "AnswerState",
            "Channel",
            "ChangeAction",
            "ContactType",
            "CoordinateSystem",
            "DisputeReason",
            "DisputeState",
            "Effect",
            "HotlineStatus",
            "ImportMode",
            "ImportState",
            "NameKind",
            "OutletKind",
            "OutletReach",
            "PhoneKind",
            "Precision",
            "PromiseKind",
            "QuestionState",
            "ReleaseState",
            "RuleKind",
            "ServiceKind",
            "Severity",
            "Share",
            "SourceKind",
            "SuccessionKind",
            "Verdict",
            "VerificationMethod",
            "VerificationResult",
        ]
    }
    | {
        "CountClassEnum": ["0", "1", "2", "3+"],
        "LevelEnum": ["country", "province", "prefecture", "county", "township"],
        "NumberStateEnum": ["claimed", "unclaimed", "not_a_number"],
    },
}

CORS_ALLOW_ALL_ORIGINS = True
CORS_URLS_REGEX = r"^/api/.*$"
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS"]  # and POST where `regions.api.cors` says so
CORS_ALLOW_HEADERS = [*default_headers, "if-none-match", "x-api-key", "x-request-id"]
CORS_EXPOSE_HEADERS = [
    "Directory-Position",
    "Directory-Records",
    "Directory-Release",
    "ETag",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "X-Request-ID",
]

# --- Directory --------------------------------------------------------------------------------------------------

# What an upload in two steps keeps in between: where several machines or containers answer, a folder they share.
UPLOADS_DIR = Path(env.str("UPLOADS_DIR", str(Path(tempfile.gettempdir()) / "servicenet-uploads")))
STORAGES["import_export"] = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": UPLOADS_DIR, "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
}
# Long work of the admin: a worker does it (`manage.py db_worker`, docs/operations.md) where BACKGROUND=1 says that one runs.
BACKGROUND = env.bool("BACKGROUND", False)
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend"
        if BACKGROUND
        else "django_tasks.backends.immediate.ImmediateBackend"
    }
}
IMPORT_EXPORT_TMP_STORAGE_CLASS = "import_export.tmp_storages.MediaStorage"
REGIONS_DIR = Path(env.str("REGIONS_DIR", str(BASE_DIR / "fixtures" / "regions")))
# Outlines of counties that an operator installs (docs/operations.md): a GeoJSON file with our codes, the system of
# coordinates it is in, and by how many metres its lines may be wrong.
COUNTY_OUTLINES = env.str("COUNTY_OUTLINES", "")
COUNTY_OUTLINES_SYSTEM = env.str("COUNTY_OUTLINES_SYSTEM", "wgs84")
if COUNTY_OUTLINES_SYSTEM not in ("wgs84", "gcj02"):
    raise ImproperlyConfigured("COUNTY_OUTLINES_SYSTEM must be wgs84 (as GeoJSON is) or gcj02.")
COUNTY_OUTLINES_METRES = env.float("COUNTY_OUTLINES_METRES", 100)
# A verified number is checked again after this many days.
VERIFICATION_DAYS = env.int("VERIFICATION_DAYS", 90)
# What one worker keeps of the directory to answer the main question from (docs/performance.md).
LOOKUP_MEMORY_MB = env.int("LOOKUP_MEMORY_MB", 256)
# How many whole files one process sends at once, 0 for any number; leave threads to questions (THREADS).
EXPORTS_AT_ONCE = env.int("EXPORTS_AT_ONCE", 2)
PAGE_SIZE = env.int("PAGE_SIZE", 20)
PAGE_SIZE_MAX = env.int("PAGE_SIZE_MAX", 200)
CHANGES_PAGE_MAX = 2_000

# --- Security ---------------------------------------------------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "regions.admin.kept.csrf_failure"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
HTTPS = env.bool("HTTPS", not DEBUG)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "style-src": [SELF],
        "script-src": [SELF, NONCE],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# The admin's theme evaluates expressions in its templates; only /admin/ gets this policy (regions.admin.csp).
ADMIN_CONTENT_SECURITY_POLICY = {
    "style-src": [SELF, UNSAFE_INLINE],
    "script-src": [SELF, UNSAFE_EVAL],
}

# --- Admin look -------------------------------------------------------------------------------------------------

UNFOLD = {
    "SITE_TITLE": _("Service networks"),
    "SITE_HEADER": _("Service networks"),
    "SITE_SUBHEADER": _("who covers my district, and whose number is this"),
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": True,
    "SHOW_LANGUAGES": True,
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("regions/icon.svg")}
    ],
    "SITE_ICON": lambda request: static("regions/icon.svg"),
    "SCRIPTS": [lambda request: static("regions/names.js")],
    "STYLES": [lambda request: static("regions/no-scripts.css")],
    "ACCOUNT": {
        "navigation": [
            {"title": _("Second step of the log-in"), "link": reverse_lazy("second-step")},
            {"title": _("Change password"), "link": reverse_lazy("admin:password_change")},
        ]
    },
    "SIDEBAR": {"show_search": True, "navigation": "regions.admin.navigation.sidebar"},
}
IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "change"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "view"

# --- Logs -------------------------------------------------------------------------------------------------------

# JSON, one object a line, unless a person is watching. LOG_FORMAT=line or json decides otherwise.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "servicenet.logs.JsonFormatter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": env.str("LOG_FORMAT", "line" if DEBUG else "json"),
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    # Django's line about every 4xx says less than ours and repeats the path; so does the one about a 503 that is meant (busy,
    # not the database's: that comes with an exception).
    "filters": {"faults": {"()": "servicenet.logs.FaultsOnly"}},
    "loggers": {
        "django.request": {"level": "ERROR", "filters": ["faults"]},
        # What a client does wrong (a foreign Host, too many fields) is told by our line (400); Django has an ERROR with
        # a trace, and repeat what he sent.
        "django.security": {"level": "CRITICAL"},
        # Beside the error of a COPY that broke off: that ending it failed too.
        "psycopg": {"level": "ERROR"},
    },
}
# Whoever sends it as `Authorization: Bearer …` may read /metrics; without it only staff may.
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")
