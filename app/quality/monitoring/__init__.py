"""Monitoring plans: which calls are listened to, by whom, by when."""
