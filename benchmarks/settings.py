"""The project's own settings, with what a measurement needs: no limits, and views to compare with."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-benchmarks-" + "0" * 50)
os.environ.setdefault("HTTPS", "0")
os.environ.setdefault("LOG_LEVEL", "ERROR")
os.environ.setdefault("RATE_ANONYMOUS", "1000000000/min")
os.environ.setdefault("CPU_SECONDS", "0")

from servicenet.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
# Pages name styles and scripts: nobody has collected them for a measurement.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
