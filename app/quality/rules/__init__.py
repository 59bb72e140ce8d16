"""One function a rule kind: (call, rule) -> verdict. Pure."""
