"""Secrets by reference: where they are, and keeping them for a while."""
