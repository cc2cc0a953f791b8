"""App Store Server Notifications, version 2: from what Apple signed to conversions."""
