"""Reads are open; writes need somebody who may. One rule for sessions and keys."""

from rest_framework.permissions import SAFE_METHODS, BasePermission

from regions.choices import KeyRole


class ReadOrRole(BasePermission):
    """Anybody reads. A write needs an active user of the staff: a session, or a key with the role "write".

    Which brands that user may write is `regions.access`, as in the admin. A view that only reads by POST, because
    its questions do not fit into an address, says so with `reads_by_post`.
    """

    def has_permission(self, request, view) -> bool:
        return request.method in SAFE_METHODS or getattr(view, "reads_by_post", False) or may_write(request)


class RoleOnly(BasePermission):
    """Reads too need somebody who may write: for what is not public (drafts of imports)."""

    def has_permission(self, request, view) -> bool:
        return may_write(request)


def may_write(request) -> bool:
    """True for a staff session, or a write key of somebody in the staff."""
    user = request.user
    if request.auth is not None and request.auth.role != KeyRole.WRITE:
        return False
    return bool(user and user.is_authenticated and user.is_active and user.is_staff)
