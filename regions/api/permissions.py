"""Reads are open; writes need somebody who may."""

from rest_framework.permissions import SAFE_METHODS, BasePermission


class ReadOrRole(BasePermission):
    """Anybody reads. A write needs a user of the staff; which brands they may write is `regions.access`."""

    def has_permission(self, request, view) -> bool:
        if request.method in SAFE_METHODS:
            return True
        user = request.user
        return bool(user and user.is_authenticated and user.is_active and user.is_staff)
