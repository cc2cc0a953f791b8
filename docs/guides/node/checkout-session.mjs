// A Checkout Session in payment mode. The session's event is the money, so its metadata is what
// counts. The payment's own metadata goes to PaymentIntent and Charge, and keeps their events
// attributed, should you take those.

export const createCheckoutSession = (stripe, context, orderId, price) => {
  const metadata = { order_id: orderId, ...context };
  return stripe.checkout.sessions.create({
    mode: "payment",
    line_items: [{ price, quantity: 1 }],
    success_url: "https://shop.example.com/thanks",
    metadata,
    payment_intent_data: { metadata },
  });
};
