"""The whole story, from a trigger's bytes to a settled event: one file per function."""
