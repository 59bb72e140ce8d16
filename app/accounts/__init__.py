"""People, teams, roles, who may do what, and the record of who did."""
