"""`connectors report`: what became of the money of a while, on one page to show around."""
