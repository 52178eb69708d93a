"""The project without its admin theme."""

from servicenet.settings_test import *  # noqa: F403
from servicenet.settings_test import INSTALLED_APPS as THEMED_APPS

INSTALLED_APPS = [name for name in THEMED_APPS if not name.startswith("unfold")]
