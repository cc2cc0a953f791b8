"""Where costs and customers are looked up: one small protocol, five kinds of places."""
