"""The page of the local stack, in a real browser before a real stack."""
