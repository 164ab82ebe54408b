"""A search for secrets in the clear: in a database, in folders, and in whatever stands in them packed or encoded.

Sealed texts are not in the clear, so nothing here holds a key for reading; what is looked for comes from the tests, and
from the database itself, where `secrets_kept_here` opens everything that was sealed in the run.
"""

from __future__ import annotations

import base64
import binascii
import html
import io
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

SHORTEST = 8  # anything shorter stands somewhere by chance
DEPTH = 4  # a text in base64 in a zip in an export is three deep
ENCODED = re.compile(rb"[A-Za-z0-9+/_-]{16,}={0,2}")
PDF_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
PDF_TEXT = re.compile(rb"\((?:\\.|[^()\\])*\)")


class Needles:
    """Secrets by name, and each way in which one can be written down."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self.kept = {name: secret for name, secret in secrets.items() if len(secret) >= SHORTEST}
        self._written: dict[str, list[Callable[[bytes], object]]] = {
            name: [_looker(text) for text in sorted(written(secret))] for name, secret in self.kept.items()
        }

    def found_in(self, data: bytes) -> set[str]:
        """The names of the secrets that can be read here, without a key."""
        if not data:
            return set()
        texts = list(readings(data))
        return {name for name, ways in self._written.items() if any(way(text) for way in ways for text in texts)}


def written(secret: str) -> set[bytes]:
    """The secret as it stands in a text, a page, an address, JSON, or in another width or case."""
    ways = {
        secret,
        html.escape(secret),
        html.escape(secret).replace("&#x27;", "&#39;"),
        quote(secret),
        quote(secret, ""),
    }
    ways |= {quote_plus(secret), json.dumps(secret)[1:-1], secret.lower(), secret.upper()}
    return {way.encode() for way in ways} | {secret.encode("utf-16-le"), secret.encode("utf-16-be")}


def _looker(text: bytes) -> Callable[[bytes], object]:
    """Numbers only when they stand alone: any eight digits are somewhere inside a longer row of them."""
    if text.isdigit():
        return re.compile(rb"(?<![0-9A-Za-z-])" + text + rb"(?![0-9A-Za-z-])").search
    return lambda data: text in data


def readings(data: bytes, depth: int = DEPTH) -> Iterator[bytes]:
    """The bytes themselves, and everything that anybody can make of them."""
    yield data
    if depth == 0:
        return
    for inner in (*_unpacked(data), *_decoded(data)):
        yield from readings(inner, depth - 1)


def _unpacked(data: bytes) -> Iterator[bytes]:
    if data[:2] == b"PK":
        yield from _zipped(data)
    if data[:4] == b"%PDF":
        for stream in PDF_STREAM.findall(data):
            inflated = _inflated(stream)
            yield inflated
            # Each piece of text stands in brackets, two bytes a character; between them stands how far apart they are.
            pieces = [re.sub(rb"\\(.)", rb"\1", piece[1:-1], flags=re.DOTALL) for piece in PDF_TEXT.findall(inflated)]
            yield b"".join(pieces)
    if data[:1] == b"\x78" or data[:2] == b"\x1f\x8b":
        yield _inflated(data)


def _zipped(data: bytes) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for name in packed.namelist():
                yield name.encode()
                yield packed.read(name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=47).decompress(data)  # zlib or gzip, whatever follows it
    except zlib.error:
        return b""


def _decoded(data: bytes) -> Iterator[bytes]:
    """What stands in base64; Django puts a dot before what it packed as well, which is no part of it."""
    for token in set(ENCODED.findall(data)):
        bare = token.rstrip(b"=")
        for alphabet in (b"+/", b"-_"):
            try:
                yield base64.b64decode(bare + b"=" * (-len(bare) % 4), altchars=alphabet, validate=True)
            except (binascii.Error, ValueError):
                continue
            break


# --- where it is looked for -----------------------------------------------------------------------------------------


@dataclass
class Findings:
    """What was found, where, and in how many things it was looked for, by place."""

    found: list[str] = field(default_factory=list)
    looked_at: dict[str, int] = field(default_factory=dict)

    def look(self, place: str, what: str, data: bytes, needles: Needles, allowed: frozenset[str] = frozenset()) -> None:
        """Look at one thing."""
        self.looked_at[place] = self.looked_at.get(place, 0) + 1
        names = {name for name in needles.found_in(data) if not any(name.startswith(one) for one in allowed)}
        self.found += [f"{name} stands in the clear in {place}: {what}" for name in sorted(names)]


# Each hash in its own column and nowhere else.
ALLOWED = {("accounts_user", "password"): frozenset({"hash of"})}


def search_database(findings: Findings, needles: Needles) -> None:
    """Every column of every table, whatever its type; the session table and the cache's are among them."""
    from django.db import connection

    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            for row in cursor:
                for column, value in zip(columns, row, strict=True):
                    if value is not None:
                        allowed = ALLOWED.get((table, column), frozenset())
                        findings.look("database", f"{table}.{column}", as_bytes(value), needles, allowed)


def as_bytes(value: Any) -> bytes:
    """One cell."""
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str).encode()
    return str(value).encode()


def search_folder(findings: Findings, needles: Needles, place: str, folder: Path) -> None:
    """Every file below it, and its name. Mail is read as a mail program does."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            name = str(path.relative_to(folder))
            findings.look(place, name, name.encode(), needles)
            findings.look(place, name, data, needles)
            if path.suffix in {".eml", ".log"}:
                findings.look(place, name, b"\n".join(parts_of_mail(data)), needles)


def parts_of_mail(data: bytes) -> Iterator[bytes]:
    """Its headers and each of its parts, decoded."""
    mail = message_from_bytes(data, policy=policy.default)
    for value in mail.values():
        yield str(value).encode(errors="replace")
    for part in mail.walk():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            yield content


# --- what is looked for ---------------------------------------------------------------------------------------------


def secrets_kept_here() -> dict[str, str]:
    """All that is sealed in this database, opened; the keys; and the hash of every password, by what they are."""
    from allauth.mfa.adapter import get_adapter
    from allauth.mfa.models import Authenticator
    from django.conf import settings

    from accounts.models import User
    from accounts.sealing import unseal
    from tasks.actions.resources import purpose_of
    from tasks.models import Secret

    found = {"SECRET_KEY": settings.SECRET_KEY}
    found |= {f"key {number} of SECRETS_KEYS": key for number, key in enumerate(settings.SECRETS_KEYS)}
    for secret in Secret.objects.select_related("resource"):
        name = f"{secret.part} of resource {secret.resource_id}"
        found[name] = unseal(secret.sealed, purpose=purpose_of(secret.resource, secret.part))
    for row in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN):
        for name, sealed in row.data.items():
            if name in {"secret", "seed"}:
                found[f"{name} of {row.type} of person {row.user_id}"] = get_adapter().decrypt(sealed)
        if row.type == Authenticator.Type.RECOVERY_CODES:
            codes = row.wrap().generate_codes()
            found |= {f"recovery code {number} of {row.user_id}": code for number, code in enumerate(codes)}
    return found | {f"hash of the password of {user.pk}": user.password for user in User.objects.all()}


def main() -> None:
    """`manage.py shell -c "from tests.leaks import main; main()"`: a request in JSON comes in, findings go out.

    The request holds `secrets` (by name) and `folders` (by place). The answer is the last line.
    """
    request = json.load(sys.stdin)
    needles, findings = Needles({**request["secrets"], **secrets_kept_here()}), Findings()
    search_database(findings, needles)
    for place, folder in request["folders"].items():
        search_folder(findings, needles, place, Path(folder))
    findings.looked_at["secrets"] = len(needles.kept)
    print(json.dumps(asdict(findings)))
