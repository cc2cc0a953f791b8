"""RevenueCat: purchases of App Store, Play, Amazon, Roku and the web, from its bytes to events."""
