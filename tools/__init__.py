"""The `connectors` command: the local stack and what an operator needs. Never deployed."""
