"""The worked example under "What is α?": its figures are those of its marks."""

from __future__ import annotations

import re

import numpy as np
from flask import Flask

from app.calibration.statistics import krippendorff_alpha, percent_agreement
from tests.calibration_check.room import Room
from tests.conftest import SignIn


def test_the_worked_example_says_what_its_marks_give(
    app: Flask, talk: Room, sign_in: SignIn
) -> None:
    page = sign_in(app.test_client(), talk.cast.host).get(talk.path("check")).text
    help_ = page[page.index('data-test="what-is-alpha"') :]
    examples = re.findall(r"Same mark (\d+)%, α (\S+)</h3>\s*(<table.*?</table>)", help_, re.DOTALL)
    assert len(examples) == 2
    for share, alpha, table in examples:
        marks = [
            [int(mark) for mark in re.findall(r"<td[^>]*>(\d)</td>", row)]
            for row in table.split("</tr>")[:2]
        ]
        ratings = np.array(marks).T
        assert percent_agreement(ratings).estimate == int(share) / 100
        found = krippendorff_alpha(ratings, "ordinal").estimate
        assert found is not None
        assert f"{found:.2f}".replace("-", "−") == alpha
