"""Gaps: where evaluations fall short of the framework's targets."""
