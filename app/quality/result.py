"""What scoring says: plain frozen values, the same for the same call, storable as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from app.quality.card import Critical
from app.quality.text import Text

Outcome = Literal["met", "not_met", "undetermined", "not_applicable"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words or an event at a moment, that satisfied or broke a rule.

    Seconds of the call; ``speaker`` is ``trainee``, ``customer`` or empty for an event.
    """

    start: float
    end: float
    speaker: str
    words: str
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of one call."""

    outcome: Outcome
    reason: Text
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """One criterion's outcome.

    ``effective_weight`` is its percent of what could be judged in this call (0 when it
    could not); ``points`` are what it brings of 100, 0 when its section failed.
    """

    id: str
    title: str
    section: str
    weight: float
    effective_weight: float
    outcome: Outcome
    points: float
    critical: Critical
    rule: Text
    reason: Text
    evidence: tuple[Evidence, ...]
    instead: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectionResult:
    """``points`` of ``effective_weight``; ``failed`` when a failed criterion took all of them."""

    id: str
    title: str
    points: float
    effective_weight: float
    failed: bool


@dataclass(frozen=True, slots=True)
class Score:
    """A whole scored call.

    ``total`` is 0..100, one decimal, None when nothing could be judged; ``passed`` is
    None then too. ``auto_failed`` names the critical criteria that took everything;
    ``earned`` is the total without that. ``undetermined_weight`` is how much of the
    card's weight was left open because the recognition was not sure.
    """

    title: str
    pass_mark: float
    total: float | None
    earned: float | None
    passed: bool | None
    auto_failed: tuple[str, ...]
    sections: tuple[SectionResult, ...]
    results: tuple[CriterionResult, ...]
    undetermined_weight: float

    def to_dict(self) -> dict[str, Any]:
        """For storage as JSON; ``from_dict`` is its inverse."""
        body = {
            name: getattr(self, name)
            for name in (
                "title",
                "pass_mark",
                "total",
                "earned",
                "passed",
                "undetermined_weight",
            )
        }
        body["auto_failed"] = list(self.auto_failed)
        body["sections"] = [asdict(section) for section in self.sections]
        body["results"] = [_result_to_dict(result) for result in self.results]
        return body

    @classmethod
    def from_dict(cls, body: dict[str, Any]) -> Score:
        return cls(
            **{
                **body,
                "auto_failed": tuple(body["auto_failed"]),
                "sections": tuple(SectionResult(**section) for section in body["sections"]),
                "results": tuple(_result_from_dict(result) for result in body["results"]),
            }
        )


def _result_to_dict(result: CriterionResult) -> dict[str, Any]:
    return {
        **{name: getattr(result, name) for name in result.__slots__},
        "rule": result.rule.to_dict(),
        "reason": result.reason.to_dict(),
        "evidence": [_evidence_to_dict(each) for each in result.evidence],
        "instead": list(result.instead),
    }


def _result_from_dict(body: dict[str, Any]) -> CriterionResult:
    return CriterionResult(
        **{
            **body,
            "rule": Text.from_dict(body["rule"]),
            "reason": Text.from_dict(body["reason"]),
            "evidence": tuple(_evidence_from_dict(each) for each in body["evidence"]),
            "instead": tuple(body["instead"]),
        }
    )


def _evidence_to_dict(evidence: Evidence) -> dict[str, Any]:
    body = {name: getattr(evidence, name) for name in ("start", "end", "speaker", "words")}
    return {**body, "note": evidence.note.to_dict() if evidence.note else None}


def _evidence_from_dict(body: dict[str, Any]) -> Evidence:
    note = Text.from_dict(body["note"]) if body["note"] else None
    return Evidence(**{**body, "note": note})
