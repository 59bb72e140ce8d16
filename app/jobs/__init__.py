"""Work that outlasts a request: a row written with what it belongs to, done by worker processes."""
