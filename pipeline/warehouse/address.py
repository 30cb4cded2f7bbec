"""URLs of warehouses: with the password that the keyring knows, and without any, for messages."""

from contextlib import suppress
from urllib.parse import quote, urlsplit, urlunsplit

KEYRING_SERVICE = "quarterdeck"


def resolved_url(url: str) -> str:
    """The URL with the keyring's password for its user and host, if it names a user and no password."""
    parts = urlsplit(url)
    if not url or parts.password or not parts.username or not parts.hostname:
        return url
    password = _from_keyring(f"{parts.username}@{parts.hostname}")
    if not password:
        return url
    place = parts.netloc.replace("@", f":{quote(password, safe='')}@", 1)
    return urlunsplit(parts._replace(netloc=place))


def without_password(url: str) -> str:
    """The URL as it may be shown."""
    parts = urlsplit(url)
    if not parts.password:
        return url
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username}@{place}"))


def _from_keyring(account: str) -> str:
    import keyring
    from keyring.errors import KeyringError

    with suppress(KeyringError):
        return keyring.get_password(KEYRING_SERVICE, account) or ""
    return ""
