"""Settings for tests: the same as in production where it can be, on a laptop where it must be."""

import os

os.environ.setdefault("DEBUG", "1")

from servicenet.settings import *  # noqa: F403

DEBUG = False
ALLOWED_HOSTS = ["*"]
HTTPS = SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False
# All tests come from one address.
CPU_SECONDS = EXPORTS_AT_ONCE = 0
# A busy machine is no reason to leave a list of questions undone; what happens then is tested by itself.
REQUEST_SECONDS = 600
# No collected static files: served from the apps, by name.
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]  # noqa: F405
