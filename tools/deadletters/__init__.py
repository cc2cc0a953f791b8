"""`connectors deadletters`: look at what was laid aside, and bring it back."""
