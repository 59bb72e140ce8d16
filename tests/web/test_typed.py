"""Numbers and days as forms and addresses hold them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.queries import day_begins, day_ends
from app.typed import whole, wholes


@pytest.mark.parametrize("text", ["", "-1", "1.5", " 1", "²", "٣", "1e3", "1234567890", "one"])
def test_what_is_no_number_was_not_said(text: str) -> None:
    assert whole(text) is None


def test_whole_numbers() -> None:
    assert [whole("0"), whole("007"), whole("999999999")] == [0, 7, 999_999_999]
    assert wholes(["3", "x", "1", "3"]) == [3, 1, 3]


def test_days_are_whole(app: Flask) -> None:
    with app.test_request_context():
        begins, ends = day_begins("2026-03-31"), day_ends("2026-03-31")
        assert begins is not None
        assert ends is not None
        assert (ends - begins).days == 1
        for text in ("", "2026-02-30", "0001-01-01", "9999-12-31", "31.3.2026"):
            assert day_begins(text) is day_ends(text) is None


@pytest.mark.parametrize(
    "address",
    [
        "/recordings/{huge}",
        "/quality/calibration/{huge}",
        "/quality/calibration/{huge}/scoring",
        "/quality/evaluations/{huge}",
    ],
)
def test_no_row_has_so_long_a_number(signed_in: Callable[[str], FlaskClient], address: str) -> None:
    assert signed_in("qa").get(address.format(huge=10**20)).status_code == 404


def test_what_an_address_asks_for_in_vain_is_left_out(
    signed_in: Callable[[str], FlaskClient],
) -> None:
    qa, huge = signed_in("qa"), 10**20
    for address in (
        f"/quality/calibration/new?card={huge}&recording={huge}",
        f"/quality/calibration?page={huge}",
        f"/quality/evaluations?agent={huge}&page={huge}",
        f"/recordings?agent={huge}&since=9999-12-31&until=9999-12-31",
        f"/quality/gaps?card={huge}",
    ):
        assert qa.get(address).status_code == 200
