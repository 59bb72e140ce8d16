"""What can go wrong, as one tree. Every message says what was expected, what came, what to do."""

from __future__ import annotations


class SimError(Exception):
    """Something the person who runs the simulator can put right."""


class PlanError(SimError):
    """A plan that cannot be read or makes no sense; ``problems`` has one line for each fault."""

    def __init__(self, problems: list[str], source: str = "") -> None:
        self.problems = problems
        self.source = source
        where = f"{source}: " if source else ""
        super().__init__(where + "; ".join(problems))

    def __reduce__(self) -> tuple[type[PlanError], tuple[list[str], str]]:
        """Comes whole out of a worker process."""
        return type(self), (self.problems, self.source)


class RoutingError(SimError):
    """A routing rule that is not there, raised, or answered nonsense."""


class RunError(SimError):
    """An experiment that cannot go on: a folder of another plan, a worker that keeps dying."""


class Cancelled(SimError):
    """The run was stopped on purpose; what is finished is kept."""
