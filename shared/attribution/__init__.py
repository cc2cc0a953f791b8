"""Who, in which session, with what consent, at which moment: pure."""
