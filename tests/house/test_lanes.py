"""The lines at the end of `make test`: they say what ran, and nothing else."""

import pytest

from scripts.lanes import Lanes

BROKER_PASSED = {
    "passed": {"any": 3, "broker": 1},
    "skipped": {"browser": "no Chromium here; apt-get install chromium"},
}


@pytest.fixture
def lanes() -> Lanes:
    """After a suite in which a test of the broker passed and those of the browser were skipped."""
    lanes = Lanes()
    lanes.note(BROKER_PASSED)
    return lanes


def test_a_lane_with_a_passed_test_ran(lanes: Lanes, capsys: pytest.CaptureFixture[str]) -> None:
    lanes.close(["broker"])

    assert capsys.readouterr().out == "\nlane broker: ran\n"


def test_a_skipped_lane_says_why_and_how_to_get_it(lanes: Lanes, capsys: pytest.CaptureFixture[str]) -> None:
    lanes.close(["browser"])

    assert capsys.readouterr().out == "\nlane browser: skipped (no Chromium here; apt-get install chromium)\n"


def test_a_lane_of_which_nothing_is_known_did_not_run(lanes: Lanes, capsys: pytest.CaptureFixture[str]) -> None:
    lanes.close(["mail"])

    assert capsys.readouterr().out == "\nlane mail: skipped (no test of it passed; the run above says why)\n"


def test_a_skipped_lane_is_fine_on_a_developers_machine(lanes: Lanes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUIRE_ALL_LANES", raising=False)

    assert lanes.close(["broker", "browser"]) == 0


def test_a_skipped_lane_fails_in_ci(lanes: Lanes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUIRE_ALL_LANES", "1")

    assert lanes.close(["broker"]) == 0
    assert lanes.close(["broker", "browser"]) == 1


def test_a_failure_fails_whatever_ran(lanes: Lanes) -> None:
    lanes.failed.add("sqlite")

    assert lanes.close(["broker"]) == 1
