"""API keys: `Authorization: Api-Key …` or `X-API-Key: …`. Stored hashed, shown once, revocable, may expire."""

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework_api_key.models import APIKey
from rest_framework_api_key.permissions import KeyParser


class ApiKeyAuthentication(BaseAuthentication):
    """A valid key identifies the client as `request.auth`; a wrong one is refused rather than ignored."""

    www_authenticate_realm = "api"
    parser = KeyParser()

    def authenticate(self, request):
        key = self.parser.get(request)
        if not key:
            return None
        try:
            found = APIKey.objects.get_from_key(key)
        except APIKey.DoesNotExist:
            raise AuthenticationFailed(_("This API key is not known, or was revoked.")) from None
        if found.revoked or found.has_expired or not APIKey.objects.is_valid(key):
            raise AuthenticationFailed(_("This API key was revoked or has expired; ask for a new one."))
        return (None, found)

    def authenticate_header(self, request) -> str:
        return f'Api-Key realm="{self.www_authenticate_realm}"'
