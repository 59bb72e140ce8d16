"""How fast agreement is measured, beside a loop over the krippendorff package.

    python benchmarks/agreement.py [--rounds 3] [--rival-draws 50]

Twenty criteria, 200 calls, 8 raters, scores missing; Krippendorff's alpha (ordinal), Gwet's AC1 and
the intraclass correlation (2,1), each with 2,000 bootstrap draws, in processor seconds of one core.
The rival resamples calls and runs ``krippendorff.alpha`` on each draw, the plain way; it is slow,
so that it is timed for some draws and counted up.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

import here  # noqa: F401
import krippendorff
import numpy as np
from threadpoolctl import threadpool_limits

from app.calibration.ratings import Floats
from app.calibration.statistics import Alpha, IntraclassCorrelation, gwet, measure

CRITERIA, CALLS, RATERS, DRAWS = 20, 200, 8, 2000
AIM = 2.0


def sessions(holes: float) -> list[Floats]:
    """A table for each criterion: raters who see a call alike but for a point, on 1 to 5."""
    rng = np.random.default_rng(1)
    seen = rng.uniform(1, 5, size=(CRITERIA, CALLS, 1))
    scores = np.clip(np.round(seen + rng.normal(0, 0.8, (CRITERIA, CALLS, RATERS))), 1, 5)
    return list(np.where(rng.random(scores.shape) < holes, np.nan, scores))


def seconds(work: Callable[[], object], rounds: int) -> float:
    """Of the processor, the best of some rounds."""
    took = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return min(took)


def rival(tables: list[Floats], draws: int) -> None:
    rng = np.random.default_rng(0)
    for table in tables:
        for _ in range(draws):
            drawn = table[rng.integers(0, len(table), len(table))]
            krippendorff.alpha(drawn.T, level_of_measurement="ordinal")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rival-draws", type=int, default=50)
    options = parser.parse_args()
    print(f"{CRITERIA} criteria × {CALLS} calls × {RATERS} raters, {DRAWS} draws each")
    print(f"{'':32}{'no holes':>12}{'5 % missing':>14}")
    whole, holed = sessions(0.0), sessions(0.05)
    total, alpha = [0.0, 0.0], 0.0
    for statistic in (Alpha("ordinal"), gwet(), IntraclassCorrelation("2,1")):
        took = [
            seconds(lambda t=tables, s=statistic: [measure(s, one) for one in t], options.rounds)
            for tables in (whole, holed)
        ]
        alpha = alpha or took[1]
        total = [a + b for a, b in zip(total, took, strict=True)]
        print(f"{statistic.method.name:32}{took[0]:>10.2f} s{took[1]:>12.2f} s")
    print(f"{'all three':32}{total[0]:>10.2f} s{total[1]:>12.2f} s   aim: under {AIM:g} s")
    share = options.rival_draws / DRAWS
    slow = seconds(lambda: rival(holed, options.rival_draws), 1) / share
    print(
        f"{'krippendorff, a loop, alpha only':32}{'':12}{slow:>12.1f} s   {slow / alpha:.0f} × ours"
    )
    if max(total) >= AIM:
        sys.exit("slower than the aim")


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
