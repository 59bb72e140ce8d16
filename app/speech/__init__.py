"""Hearing and speaking: recognisers, voices, voice activity, models, turn-taking."""
