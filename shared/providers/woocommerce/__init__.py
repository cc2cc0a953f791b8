"""WooCommerce: orders of the shop system itself, whichever gateway took the money."""
