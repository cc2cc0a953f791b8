"""An invented shop: its orders, what Stripe says about them, and its own books."""
