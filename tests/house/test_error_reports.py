"""A page that breaks while it holds a secret tells nobody the secret: not the log, and not an error report."""

import sys

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.test import RequestFactory, override_settings
from django.urls import reverse
from django.views.debug import ExceptionReporter, get_exception_reporter_filter

from tasks.models import ResourceKind
from tests.conftest import Cast, logged_in
from tests.tasks.factories import ResourceFactory

SECRET = "Tr0ub4dor-and-3-horses"  # pragma: allowlist secret


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """What should start a team, or give a password away, breaks with a secret in a variable."""

    def act(*args: object, **typed: object) -> None:
        held = SECRET  # noqa: F841 - as an action holds it for a moment
        raise RuntimeError("it broke")

    monkeypatch.setattr("accounts.views.teams.actions.start_team", act)
    monkeypatch.setattr("tasks.views.secrets.reveal", act)


@pytest.mark.parametrize("where", ["team_new", "secret_show", "secret_copy", "secret_code"])
def test_the_log_holds_nothing_that_was_typed(
    where: str,
    cast: Cast,
    broken: None,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    login = ResourceFactory.create(team=cast.team, kind=ResourceKind.LOGIN)
    path = reverse(where, args=[] if where == "team_new" else [login.pk])
    client = logged_in(cast.owner)
    client.raise_request_exception = False

    answer = client.post(
        path, {"name": SECRET, "reason": SECRET, "language": "en", "currency": "EUR", "time_zone": "UTC"}
    )

    assert answer.status_code == 500
    assert SECRET not in answer.content.decode()
    assert "it broke" in caplog.text
    written = capsys.readouterr()
    assert SECRET not in caplog.text + written.out + written.err
    assert client.cookies[settings.SESSION_COOKIE_NAME].value not in caplog.text + written.out + written.err


@pytest.mark.parametrize("debug", [True, False])
def test_an_error_report_holds_no_variable_no_setting_and_no_cookie(debug: bool) -> None:
    request = RequestFactory().post("/resources/", {"password": SECRET}, headers={"cookie": f"sessionid={SECRET}"})
    with override_settings(DEBUG=debug, SOMETHING_OWN=SECRET, INTERNAL_IPS=["127.0.0.1"]):
        for report in reports(request):
            assert "it broke" in report
            assert SECRET not in report
            assert settings.SECRET_KEY not in report


def reports(request: HttpRequest) -> list[str]:
    try:
        held = SECRET
        raise RuntimeError("it broke" if held else "")
    except RuntimeError:
        reporter = ExceptionReporter(request, *sys.exc_info())
        assert type(get_exception_reporter_filter(request)).__name__ == "ReportsNothingTyped"
        source = (reporter.get_traceback_html(), reporter.get_traceback_text())
        return [text.replace("held = SECRET", "") for text in source]
