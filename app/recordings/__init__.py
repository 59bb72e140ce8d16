"""Calls as they were: their sound on disk, their timeline, and who may hear them."""
