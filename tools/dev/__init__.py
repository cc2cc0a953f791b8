"""`connectors dev`: what people need who change the connectors themselves."""
