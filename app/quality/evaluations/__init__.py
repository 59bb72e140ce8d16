"""Evaluations: a call scored by a person, by the agent herself, by the machine."""
