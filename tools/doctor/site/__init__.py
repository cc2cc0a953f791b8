"""`connectors doctor site`: the shop's page, as a visitor's browser sees it."""
