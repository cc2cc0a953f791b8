"""A package, unlike other folders of tests, so that what it shares ends with it."""
