"""Limits: modest for everybody, higher with a key; counted in the shared cache."""

from rest_framework.throttling import SimpleRateThrottle


class ReadThrottle(SimpleRateThrottle):
    """One budget a client: by key where there is one, else by address (see TRUSTED_PROXIES)."""

    scope = "anonymous"

    def allow_request(self, request, view) -> bool:
        self.scope = "key" if request.auth is not None else "anonymous"
        self.rate = self.get_rate()
        self.num_requests, self.duration = self.parse_rate(self.rate)
        return super().allow_request(request, view)

    def get_cache_key(self, request, view) -> str:
        ident = f"key-{request.auth.pk}" if request.auth is not None else self.get_ident(request)
        return self.cache_format % {"scope": self.scope, "ident": ident}
