"""Production's settings; files are named by their content as there, and not compressed, which takes a minute."""

from servicenet.settings import *  # noqa: F403
from servicenet.settings import STORAGES

STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
