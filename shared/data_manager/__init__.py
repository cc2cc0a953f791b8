"""Google's Data Manager API as a sink: what it takes, what its rules are, and how it is sent."""
