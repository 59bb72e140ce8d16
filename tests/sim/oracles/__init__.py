"""Exact or independently solved results that the simulator is held to."""
