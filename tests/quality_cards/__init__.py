"""Scorecards: arithmetic, versions, files, pages."""
