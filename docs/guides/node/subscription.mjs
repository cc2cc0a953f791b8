// A subscription by Checkout. The money is the invoices', and each invoice repeats the
// *subscription's* metadata: that is what counts. The session's own lets its event say the same,
// should it come first. `payment_intent_data` is refused in this mode.

export const createSubscriptionSession = (stripe, context, price) =>
  stripe.checkout.sessions.create({
    mode: "subscription",
    line_items: [{ price, quantity: 1 }],
    success_url: "https://shop.example.com/thanks",
    metadata: context,
    subscription_data: { metadata: context },
  });

// Without Checkout: the invoice has no metadata to be given here.
export const createSubscription = (stripe, context, customer, price) =>
  stripe.subscriptions.create({
    customer,
    items: [{ price }],
    payment_behavior: "default_incomplete",
    metadata: context,
  });

// The person no longer allows measuring; the next invoice repeats it.
export const withdrawConsent = (stripe, subscriptionId) =>
  stripe.subscriptions.update(subscriptionId, {
    metadata: {
      ga_consent_analytics: "denied",
      ga_captured_at: String(Math.floor(Date.now() / 1000)),
    },
  });
