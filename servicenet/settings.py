"""All settings, read from the environment, with defaults that are safe on a laptop.

`docs/operations.md` lists every variable. Two kinds of start are meant: with DEBUG=1 everything has a default;
with DEBUG=0 (the default) `SECRET_KEY` and `ALLOWED_HOSTS` must be given, and their absence is an error that
says so.
"""

import os
from pathlib import Path

import environ
from corsheaders.defaults import default_headers
from csp.constants import NONCE, NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

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
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.import_export",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "rest_framework_api_key",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "corsheaders",
    "csp",
    "axes",
    "import_export",
    "regions",
]

MIDDLEWARE = [
    "servicenet.health.HealthMiddleware",
    "servicenet.logs.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "regions.api.caching.ApiCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "regions.api.methods.ApiMethodMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "regions.admin.csp.AdminPolicyMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "servicenet.urls"
WSGI_APPLICATION = "servicenet.wsgi.application"
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
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}")}
_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: a writer waits for its turn at BEGIN instead of failing in the middle; WAL: readers go on meanwhile.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-64000;",
    }
    _database["CONN_MAX_AGE"] = None
elif _database["ENGINE"] == "django.db.backends.postgresql":
    _database.setdefault("OPTIONS", {})
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
USE_I18N = True
TIME_ZONE = env.str("TIME_ZONE", "Asia/Shanghai")
USE_TZ = True

# --- Static files -----------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static-root"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# --- Who may come in --------------------------------------------------------------------------------------------

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
LOGIN_REDIRECT_URL = "admin:index"

AXES_FAILURE_LIMIT = env.int("LOGIN_FAILURE_LIMIT", 5)
AXES_COOLOFF_TIME = env.float("LOGIN_COOLOFF_HOURS", 0.5)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "admin/regions/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "regions.api.throttling.client_address"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# --- API --------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
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
# How long clients and a CDN may use an answer without asking again, in seconds.
CACHE_SECONDS = env.int("CACHE_SECONDS", 10)

SPECTACULAR_SETTINGS = {
    "TITLE": "servicenet",
    "DESCRIPTION": "Who covers my district, and whose number is this?",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
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
            "DisputeReason",
            "DisputeState",
            "Effect",
            "HotlineStatus",
            "ImportMode",
            "ImportState",
            "NameKind",
            "PhoneKind",
            "Precision",
            "PromiseKind",
            "QuestionState",
            "ReleaseState",
            "RuleKind",
            "ServiceKind",
            "Share",
            "SourceKind",
            "SuccessionKind",
            "Verdict",
            "VerificationMethod",
            "VerificationResult",
        ]
    }
    | {"NumberStateEnum": ["claimed", "unclaimed", "not_a_number"]},
}

CORS_ALLOW_ALL_ORIGINS = True
CORS_URLS_REGEX = r"^/api/.*$"
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS"]
CORS_ALLOW_HEADERS = [*default_headers, "if-none-match", "x-api-key", "x-request-id"]
CORS_EXPOSE_HEADERS = ["Directory-Position", "Directory-Release", "ETag", "Retry-After", "X-Request-ID"]

# --- Directory --------------------------------------------------------------------------------------------------

REGIONS_DIR = Path(env.str("REGIONS_DIR", str(BASE_DIR / "fixtures" / "regions")))
# A verified number is checked again after this many days.
VERIFICATION_DAYS = env.int("VERIFICATION_DAYS", 90)
# What one worker keeps of the directory to answer the main question from (docs/performance.md).
LOOKUP_MEMORY_MB = env.int("LOOKUP_MEMORY_MB", 256)
PAGE_SIZE = env.int("PAGE_SIZE", 20)
PAGE_SIZE_MAX = env.int("PAGE_SIZE_MAX", 200)
CHANGES_PAGE_MAX = 2_000

# --- Security ---------------------------------------------------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
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
    # Django's line about every 4xx says less than ours and repeats the path.
    "loggers": {"django.request": {"level": "ERROR"}},
}
# Whoever sends it as `Authorization: Bearer …` may read /metrics; without it only staff may.
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")
