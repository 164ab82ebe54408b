"""What the admin pages share: what may be looked at and not changed."""

from typing import Any

from django.http import HttpRequest


class KeptAdmin:
    """Mixed in where nothing may be deleted. It comes before Django's own class."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only what the page offers as a filter: any other field could be guessed letter by letter in the address."""
        offered = {getattr(one, "parameter_name", one) for one in self.list_filter}  # type: ignore[attr-defined]
        field = lookup.partition("__")[0]
        return field in offered and bool(super().lookup_allowed(lookup, value, request))  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(KeptAdmin):
    """Mixed in where there is only something to look at."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
