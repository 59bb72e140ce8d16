"""Evaluations: scored, released, answered, disputed."""
