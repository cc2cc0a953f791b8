"""The stories of a shop's day, each of which can break a naive webhook."""
