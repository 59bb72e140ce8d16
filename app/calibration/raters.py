"""The statistics of raters, behind one door: severity, self-consistency, drift, certification.

All are pure functions of arrays with NaN for a missing score; all results are frozen, name
their method and source and say in words what the data cannot show. ``docs/raters.md`` explains
them to a supervisor.
"""

from __future__ import annotations

from typing import Literal, overload

from numpy.typing import ArrayLike

from app.calibration.attribute_agreement import (
    AttributeResult,
    RaterConsistency,
    attribute_agreement,
)
from app.calibration.certification import (
    CertificationResult,
    CriterionAgreement,
    Verdict,
    certification,
)
from app.calibration.drift import ChartPoint, Direction, DriftResult, drift
from app.calibration.facet_answers import FacetElement, FacetsResult
from app.calibration.gauge import GaugeResult, gauge_rr
from app.calibration.gauge_components import Component
from app.calibration.many_facet import facet_severity
from app.calibration.mean_squares import MeanSquare
from app.calibration.proportion import Share
from app.calibration.rater_answers import Estimate, Trouble, words_for
from app.calibration.rating_design import Group
from app.calibration.severity import FairAverage, RaterSeverity, SeverityResult, additive_severity

__all__ = [
    "AttributeResult",
    "CertificationResult",
    "ChartPoint",
    "Component",
    "CriterionAgreement",
    "Direction",
    "DriftResult",
    "Estimate",
    "FacetElement",
    "FacetsResult",
    "FairAverage",
    "GaugeResult",
    "Group",
    "MeanSquare",
    "RaterConsistency",
    "RaterSeverity",
    "SeverityResult",
    "Share",
    "Trouble",
    "Verdict",
    "attribute_agreement",
    "certification",
    "drift",
    "gauge_rr",
    "rater_severity",
    "words_for",
]

Model = Literal["additive", "rating_scale", "partial_credit"]


@overload
def rater_severity(
    ratings: ArrayLike, model: Literal["additive"] = "additive", *, level: float = 0.95
) -> SeverityResult: ...
@overload
def rater_severity(
    ratings: ArrayLike,
    model: Literal["rating_scale", "partial_credit"],
    *,
    level: float = 0.95,
) -> FacetsResult: ...
def rater_severity(
    ratings: ArrayLike, model: Model = "additive", *, level: float = 0.95
) -> SeverityResult | FacetsResult:
    """How strict each rater is, and what each unit would have got from an average one.

    ``additive``: units × raters, any scores; severity in points. ``rating_scale`` and
    ``partial_credit``: ordered scores, units × raters or units × raters × criteria; severity
    in logits, criteria sharing their thresholds or each with its own. NaN is missing.
    """
    if model == "additive":
        return additive_severity(ratings, level=level)
    return facet_severity(ratings, shared_scale=model == "rating_scale", level=level)
