"""Scorecards: a card through its versions, its editor, its file."""
