"""`connectors publish`: rows of a file become messages of a topic."""
