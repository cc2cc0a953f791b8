"""Stand-ins of Google's services on loopback, for tests and benchmarks; never deployed."""
