"""Pub/Sub as the commands use it: bulk publishing and pulling."""
