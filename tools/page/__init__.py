"""The page of the local stack: every delivery as it arrives, and the whole way of each."""
