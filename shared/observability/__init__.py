"""What the operator sees: structured log lines."""
