"""What an order was worth to the shop, and what is known of its customer: arithmetic, pure."""
