"""Plans as YAML files: reading, joining with a base, explaining what is wrong, and writing."""
