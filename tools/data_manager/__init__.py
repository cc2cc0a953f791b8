"""A stand-in of Google's Data Manager API on loopback: what it takes, refuses and says later."""
