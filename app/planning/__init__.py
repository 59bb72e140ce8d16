"""Staffing plans and simulation runs, as pages and jobs."""
