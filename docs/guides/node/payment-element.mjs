// A PaymentIntent for the Payment Element (option `payment_intents` of PAYMENT_PROVIDERS).

export const createPaymentIntent = (stripe, orderId, amount, currency) =>
  stripe.paymentIntents.create({
    amount,
    currency,
    automatic_payment_methods: { enabled: true },
    metadata: { order_id: orderId },
  });

// When the buyer submits, before the page confirms the intent: it is older than that, and consent
// or session may have changed since. Other keys of the metadata stay as they are.
export const carryContext = (stripe, intentId, context) =>
  stripe.paymentIntents.update(intentId, { metadata: context });
