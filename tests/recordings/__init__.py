"""Recordings on disk and timelines."""
