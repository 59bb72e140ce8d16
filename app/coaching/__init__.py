"""Closing gaps: coaching sessions, goals and their effect."""
