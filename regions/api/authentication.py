"""API keys: `Authorization: Api-Key …` or `X-API-Key: …`."""

from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled

from regions.choices import KeyRole
from regions.models import ApiKey

from .throttling import WrongKeyThrottle

KEYWORD = "api-key"
# How exact "last used" is: it costs at most one write a key in this time.
LAST_USED_STEP = timedelta(minutes=1)


class ApiKeyAuthentication(BaseAuthentication):
    """A valid key is `request.auth`; a wrong one is refused rather than ignored.

    `request.user` is the owner for a write key, nobody for a read key: a read key opens nothing that is closed.
    """

    def authenticate(self, request):
        text = key_of(request)
        if not text:
            return None
        key = None
        if text.isascii() and text.isprintable():
            key = ApiKey.objects.select_related("owner").filter(prefix=text.partition(".")[0]).first()
        if key is None or not key.is_valid(text):
            throttle = WrongKeyThrottle()
            if not throttle.allow_request(request, None):  # guessing is asking
                raise Throttled(throttle.wait())
            raise AuthenticationFailed(_("This API key is not known."))
        if key.revoked or key.has_expired or not key.owner.is_active:
            raise AuthenticationFailed(_("This API key was revoked or has expired; ask for a new one."))
        note_use(key)
        return (key.owner if key.role == KeyRole.WRITE else AnonymousUser(), key)

    def authenticate_header(self, request) -> str:
        return 'Api-Key realm="api"'


def key_of(request) -> str:
    """The key a request carries, in either header; "" when none."""
    keyword, _space, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if keyword.lower() == KEYWORD:
        return text.strip()
    return request.META.get("HTTP_X_API_KEY", "").strip()


def note_use(key: ApiKey) -> None:
    """Write down that a key was used, at most once a minute; an answer never fails because of it."""
    now = timezone.now()
    due = now - LAST_USED_STEP
    if key.last_used_at and key.last_used_at > due:
        return
    try:
        stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=due)
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
    except OperationalError:  # the database is busy or read-only: the next request tries again
        pass
