"""How the cache calls what it keeps: so that nobody can read addresses or codes off the names in it."""

from django.utils.crypto import salted_hmac


def hidden_key(key: str, key_prefix: str, version: int) -> str:
    """A name that says nothing, and can't be found by trying all codes or addresses: the secret key is in it."""
    return salted_hmac("accounts.cache_keys", f"{key_prefix}:{version}:{key}", algorithm="sha256").hexdigest()
