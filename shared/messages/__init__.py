"""Messages of our own, one file per type: from their bytes to conversions, pure."""
