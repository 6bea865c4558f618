"""Where digests go: one module a place."""
