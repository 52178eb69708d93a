import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicenet.settings")
# Whoever answers people gives up in time; commands take the time they need.
os.environ.setdefault("STATEMENT_SECONDS", "30")
os.environ.setdefault("IDLE_TRANSACTION_SECONDS", "60")
django.setup(set_prefix=False)

from .handler import Handler  # noqa: E402 (needs the settings)

application = Handler()
