"""What of docs/reference is made from the code."""
