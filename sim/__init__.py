"""A contact centre as a discrete-event model: arrivals, routing, staffing."""
