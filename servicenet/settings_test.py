"""Settings for tests: the same as in production where it can be, on a laptop where it must be."""

import os

os.environ.setdefault("DEBUG", "1")

from servicenet.settings import *  # noqa: E402, F403

DEBUG = False
ALLOWED_HOSTS = ["*"]
HTTPS = SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False
# No collected static files: served from the apps, by name.
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]  # noqa: F405
