"""What the many-facet model answers, with measures or with what stands in their way."""

from __future__ import annotations

from dataclasses import dataclass

from app.calibration.facet_likelihood import others
from app.calibration.rater_answers import Estimate, Flags, Trouble
from app.calibration.rating_design import Group
from app.quality.text import N_, Text, text

METHOD_SHARED = text(N_("many-facet rating-scale model, joint maximum likelihood"))
METHOD_OWN = text(N_("many-facet partial-credit model, joint maximum likelihood"))
SOURCE = "Linacre (1989), Many-Facet Rasch Measurement; extreme scores Wright (1998), 0.3 points"


def method(shared: bool) -> Text:
    return METHOD_SHARED if shared else METHOD_OWN


@dataclass(frozen=True, slots=True)
class FacetElement:
    """A unit, rater or criterion, by index.

    ``measure`` in logits: a unit's quality, a rater's severity, a criterion's difficulty.
    ``infit`` and ``outfit`` are mean squares, 1 when scores scatter as the model says, above
    about 1.5 erratic, below about 0.5 too much alike; None for an extreme element.
    """

    index: int
    measure: Estimate | None
    n: int
    infit: float | None
    outfit: float | None
    extreme: bool
    trouble: Trouble | None


@dataclass(frozen=True, slots=True)
class FacetsResult:
    """Severities and difficulties sum to zero over their measured, not extreme, elements.

    ``fair_averages`` are a unit's expected mean score from an average rater over all criteria.
    ``thresholds`` and ``categories`` by criterion; ``inflation`` is by how much joint
    likelihood stretches differences, about L / (L - 1) with L scores a unit.
    """

    raters: tuple[FacetElement, ...]
    units: tuple[FacetElement, ...]
    criteria: tuple[FacetElement, ...]
    fair_averages: tuple[float | None, ...]
    thresholds: tuple[tuple[float, ...], ...]
    categories: tuple[tuple[float, ...], ...]
    groups: tuple[Group, ...]
    inflation: float | None
    steps: int
    n: int
    missing: int
    too_few: bool
    trouble: Trouble | None
    level: float
    method: Text
    source: str = SOURCE


def without_measures(
    scored: Flags, parts: tuple[Group, ...], trouble: Trouble, level: float, shared: bool
) -> FacetsResult:
    """An answer that names what is missing, without measures."""
    elements = []
    for axis in range(3):
        counts = scored.sum(axis=others(axis))
        elements.append(
            tuple(
                FacetElement(
                    index,
                    None,
                    int(count),
                    None,
                    None,
                    False,
                    trouble if count else Trouble.NOTHING_RATED,
                )
                for index, count in enumerate(counts)
            )
        )
    return FacetsResult(
        raters=elements[1],
        units=elements[0],
        criteria=elements[2],
        fair_averages=(None,) * scored.shape[0],
        thresholds=(),
        categories=(),
        groups=parts,
        inflation=None,
        steps=0,
        n=int(scored.sum()),
        missing=int((~scored).sum()),
        too_few=True,
        trouble=trouble,
        level=level,
        method=method(shared),
    )
