"""Agreeing on what good is: calibration sessions and their statistics."""
