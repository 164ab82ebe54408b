"""What the admin pages share: what may be looked at and not changed."""

from typing import Any

from django.http import HttpRequest


class KeptAdmin:
    """Mixed in where nothing may be deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(KeptAdmin):
    """Mixed in where there is only something to look at."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
