"""`connectors deadletters`: look at dead-lettered messages, and bring them back."""
