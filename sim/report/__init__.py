"""Results for people and for other programs: tables, findings in words, files, one-page reports."""
