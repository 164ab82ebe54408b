"""The search for secrets in the clear finds one wherever it may lie: a search that finds nothing proves nothing."""

import base64
import html
import io
import json
import pickle
import zipfile
import zlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote, urlencode
from uuid import uuid4
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from django.contrib.sessions.backends.signed_cookies import SessionStore as SignedOnly
from django.contrib.sessions.models import Session
from django.core import signing
from django.core.cache import caches
from django.db import connection
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from fpdf import FPDF

from accounts.models import AuditEntry, User
from accounts.sealing import seal
from tests.conftest import Cast
from tests.e2e.recording import Recorder, listened_to, typed_in_the_run
from tests.leaks import Findings, Needles, parts_of_mail, search_database, search_folder, secrets_kept_here, written

SECRET = "Kanarie & <zanger> 7391!"
NEEDLES = Needles({"canary": SECRET})


def zipped(data: bytes, name: str = "resources.json") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return packed.getvalue()


def pdf() -> bytes:
    document = FPDF()
    document.add_page()
    document.set_font("helvetica")
    document.cell(text=SECRET)
    return bytes(document.output())


ENCODED: dict[str, bytes] = {
    "as it is": SECRET.encode(),
    "on a page": html.escape(SECRET).encode(),
    "in an address": f"/resources/?q={quote(SECRET)}".encode(),
    "in JSON": json.dumps({"value": SECRET}).encode(),
    "in base64": base64.b64encode(f"password {SECRET}".encode()),
    "in a signed cookie": signing.dumps({"password": SECRET}, compress=True).encode(),
    "packed": zlib.compress(SECRET.encode()),
    "in a zip": zipped(SECRET.encode()),
    "in a zip in a zip": zipped(zipped(json.dumps(SECRET).encode()), "inner.zip"),
    "as a name in a zip": zipped(b"", f"{SECRET}.txt"),
    "in a PDF": pdf(),
    "two bytes a character": SECRET.encode("utf-16-le"),
}


@pytest.mark.parametrize("way", ENCODED)
def test_it_is_found(way: str) -> None:
    assert NEEDLES.found_in(b"before " + ENCODED[way] + b" after" if way in plain_ways() else ENCODED[way]) == {
        "canary"
    }


def plain_ways() -> set[str]:
    return {"as it is", "on a page", "in an address", "in JSON"}


def test_nothing_is_found_where_nothing_is(cast: Cast) -> None:
    sealed = seal(SECRET, purpose="test")
    assert NEEDLES.found_in(sealed.encode()) == set()
    assert NEEDLES.found_in(zipped(b"Kanarie") + b"zanger") == set()


def test_a_number_is_found_only_when_it_stands_alone() -> None:
    codes = Needles({"code": "48151623"})
    assert codes.found_in(b"your code: 48151623.") == {"code"}
    assert codes.found_in(b"2048151623-4242-48151623ab") == set()


# --- in each place ------------------------------------------------------------------------------------------------


def plant_in_text(cast: Cast) -> None:
    User.objects.filter(pk=cast.owner.pk).update(refused_reason=SECRET)


def plant_in_json(cast: Cast) -> None:
    AuditEntry.objects.create(kind="secret-shown", data={"reason": SECRET}, at=datetime.now(UTC))


def plant_in_session(cast: Cast) -> None:
    data = signing.dumps({"typed": SECRET}, compress=True, serializer=SignedOnly().serializer)
    Session.objects.create(session_key="planted", session_data=data, expire_date=datetime.now(UTC))


def plant_in_cache(cast: Cast) -> None:
    caches["default"].set("planted", {"value": SECRET})


def plant_in_bytes(cast: Cast) -> None:
    kind = "bytea" if connection.vendor == "postgresql" else "blob"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE planted (held {kind})")
        cursor.execute("INSERT INTO planted VALUES (%s)", [pickle.dumps(SECRET)])


@pytest.mark.parametrize(
    ("plant", "column"),
    [
        (plant_in_text, "accounts_user.refused_reason"),
        (plant_in_json, "accounts_auditentry.data"),
        (plant_in_session, "django_session.session_data"),
        (plant_in_cache, "handover_cache.value"),
        (plant_in_bytes, "planted.held"),
    ],
)
def test_it_is_found_in_every_kind_of_column(plant: Callable[[Cast], None], column: str, cast: Cast) -> None:
    assert searched() == []
    plant(cast)
    assert searched() == [f"canary stands in the clear in database: {column}"]


def searched() -> list[str]:
    findings = Findings()
    search_database(findings, NEEDLES)
    assert findings.looked_at["database"] > 100
    return findings.found


def mail(transfer: str) -> bytes:
    message = EmailMessage()
    message["Subject"] = "Nieuws – voor jou"
    message.set_content(f"Beste Eva,\n\n{'é' * 60} {SECRET}\n", cte=transfer)
    message.add_attachment(zipped(SECRET.encode()), maintype="application", subtype="zip", filename="export.zip")
    return bytes(message)


@pytest.mark.parametrize("transfer", ["8bit", "quoted-printable", "base64"])
def test_it_is_found_in_a_mail(transfer: str, tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_bytes(mail(transfer))
    assert len([part for part in parts_of_mail(mail(transfer)) if NEEDLES.found_in(part)]) == 2
    assert found_in(tmp_path, "mails") == ["canary stands in the clear in mails: 1.eml"]


@pytest.mark.parametrize("name", ["web.log", "12.lines", "ab/cd/ef", "export.zip"])
def test_it_is_found_in_a_file(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(zipped(SECRET.encode()) if name.endswith("zip") else b"x\n" * 9 + ENCODED["on a page"] + b"\n")
    assert found_in(tmp_path, "files") == [f"canary stands in the clear in files: {name}"]


def test_it_is_found_in_the_name_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "Kanarie7391.txt").touch()
    findings = Findings()
    search_folder(findings, Needles({"name": "Kanarie7391"}), "files", tmp_path)
    assert findings.found == ["name stands in the clear in files: Kanarie7391.txt"]


def found_in(folder: Path, place: str) -> list[str]:
    findings = Findings()
    search_folder(findings, NEEDLES, place, folder)
    return sorted(set(findings.found))


# --- what is looked for -------------------------------------------------------------------------------------------


def test_whatever_is_sealed_in_the_database_is_looked_for(cast: Cast, now: datetime) -> None:
    from allauth.mfa.models import Authenticator

    from accounts.mfa_adapter import MFAAdapter
    from tasks.actions.resources import purpose_of
    from tasks.models import ResourceKind, Secret, SecretPart
    from tests.tasks.factories import ResourceFactory

    resource = ResourceFactory.create(team=cast.team, kind=ResourceKind.LOGIN)
    sealed = seal(SECRET, purpose=purpose_of(resource, SecretPart.PASSWORD))
    Secret.objects.create(resource=resource, part=SecretPart.PASSWORD, sealed=sealed, key="k", changed_at=now)
    seed = MFAAdapter().encrypt("JBSWY3DPEHPK3PXP")
    Authenticator.objects.create(user=cast.owner, type=Authenticator.Type.TOTP, data={"secret": seed})
    codes = {"seed": MFAAdapter().encrypt("5eed5eed5eed"), "used_mask": 0}
    Authenticator.objects.create(user=cast.owner, type=Authenticator.Type.RECOVERY_CODES, data=codes)

    kept = secrets_kept_here()

    assert {SECRET, "JBSWY3DPEHPK3PXP", "5eed5eed5eed", cast.owner.password} <= set(kept.values())
    assert len([name for name in kept if name.startswith("recovery code")]) >= 8
    assert any(name.startswith("key") for name in kept)


def test_a_hash_may_stand_where_it_belongs_and_nowhere_else(cast: Cast) -> None:
    needles, findings = Needles({"hash of the password of Eva": cast.owner.password}), Findings()
    search_database(findings, needles)
    assert findings.found == []

    User.objects.filter(pk=cast.guest.pk).update(refused_reason=cast.owner.password)
    search_database(findings, needles)
    where = "in the clear in database: accounts_user.refused_reason"
    assert findings.found == [f"hash of the password of Eva stands {where}"]


def test_a_secret_has_more_than_one_way_to_be_written_down() -> None:
    assert len(written(SECRET)) > 6


# --- what goes in and out of the app --------------------------------------------------------------------------------

FORM = "application/x-www-form-urlencoded"


def sent(path: str, fields: dict[str, str], folder: Path, *, answer: str = "200 OK", content_type: str = FORM) -> None:
    """A form goes to an app that says the secret back, and it is all recorded below this folder."""
    body = urlencode(fields).encode() if content_type == FORM else encode_multipart(BOUNDARY, fields)
    read: list[bytes] = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        read.append(environ["wsgi.input"].read())
        start_response(answer, [("Content-Type", "text/html")])
        return [b"<p>", html.escape(SECRET).encode(), b"</p>"]

    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "CONTENT_TYPE": content_type,
        "wsgi.input": io.BytesIO(body),
    }
    listened = listened_to(app, Recorder(folder / "answers", folder / "typed"))
    said = listened({**environ, "CONTENT_LENGTH": str(len(body))}, lambda *_said: lambda _data: None)
    assert b"".join(said) == f"<p>{html.escape(SECRET)}</p>".encode()
    assert read == [body]


@pytest.mark.parametrize("content_type", [FORM, MULTIPART_CONTENT])
def test_a_secret_that_was_typed_is_looked_for_whatever_became_of_it(content_type: str, tmp_path: Path) -> None:
    fields = {"name": "Web shop", "kind": "login", "password": SECRET, "one_time_code": "gezd gnbv gy3t qojq gezd"}
    sent("/resources/", fields, tmp_path, content_type=content_type)
    sent("/accounts/password/change/", {"oldpassword": SECRET, "password1": "another, later"}, tmp_path)
    typed = typed_in_the_run(tmp_path / "typed")
    assert sorted(typed.values()) == sorted(
        [SECRET, "gezd gnbv gy3t qojq gezd", "GEZDGNBVGY3TQOJQGEZD", "another, later"]
    )
    assert next(iter(typed)) == "password that was sent to /resources/ (0)"


def test_only_what_an_address_gives_away_is_not_searched(tmp_path: Path) -> None:
    show = reverse("secret_show", args=[uuid4()])
    for number, (path, answer, found) in enumerate(
        [
            (show, "200 OK", False),
            (show, "409 Conflict", True),
            (show, "422 Unprocessable Content", True),
            (show, "302 Found", True),
            ("/resources/", "200 OK", True),
            ("/nowhere/at/all/", "404 Not Found", True),
        ]
    ):
        folder = tmp_path / str(number)
        sent(path, {}, folder, answer=answer)
        assert bool(found_in(folder / "answers", "answers")) == found, (path, answer)
