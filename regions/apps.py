"""The one app: regions, services, hotlines, coverage and the evidence for them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegionsConfig(AppConfig):
    name = "regions"
    verbose_name = _("Service networks")
