"""Keys with which programs identify themselves."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework_api_key.models import AbstractAPIKey, BaseAPIKeyManager

from regions.choices import KeyRole


class ApiKeyManager(BaseAPIKeyManager):
    """`create_key(name=…, owner=…)` gives (record, key); the key itself is stored nowhere."""

    def assign_key(self, obj: AbstractAPIKey) -> str:
        """Give a new record its key. Unlike the library we keep the hash out of the primary key, and so of URLs."""
        key, obj.prefix, obj.hashed_key = self.key_generator.generate()
        return key


class ApiKey(AbstractAPIKey):
    """A key for one client program. Only its hash is kept; the key is shown once, when it is made.

    A read key raises the limit and nothing else. A write key acts as its owner: it may do what the owner may
    (`regions.access`), no more, and stops when the owner's account is closed. Revoking cannot be undone.
    """

    id = models.BigAutoField(primary_key=True)  # type: ignore[assignment]  # the library keeps the hash there
    name = models.CharField(
        _("name"), max_length=50, help_text=_("Which program uses it, for example 呼叫中心坐席系统.")
    )
    revoked = models.BooleanField(
        _("revoked"), default=False, help_text=_("A revoked key is refused at once. This cannot be undone.")
    )
    expiry_date = models.DateTimeField(
        _("expires"), null=True, blank=True, help_text=_("Refused from then on; empty means never.")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="api_keys",
        verbose_name=_("owner"),
        help_text=_("Who answers for the key; a write key acts as this user."),
    )
    role = models.CharField(
        _("role"),
        max_length=5,
        choices=KeyRole,
        default=KeyRole.READ,
        help_text=_("Read raises the limit; write also acts as the owner."),
    )
    rate = models.PositiveIntegerField(
        _("requests a minute"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Its own limit; empty means the limit of all keys (RATE_KEY). For example 6000."),
    )
    last_used_at = models.DateTimeField(
        _("last used at"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("To the minute; empty when never."),
    )

    objects = ApiKeyManager()  # type: ignore[assignment,misc]  # with our way to give a key

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-created", "id"]

    @property
    def key(self) -> str:
        """How the audit trail names it: the public beginning of the key."""
        return self.prefix
