"""Proposals: what should be coached or changed."""
