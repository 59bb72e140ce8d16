"""Scorecards, scoring and analytics."""
