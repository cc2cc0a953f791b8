locals {
  # What a function finds in its environment. Absent values are left out, so that the defaults stand
  # in one place, the Python. Of secrets it knows only where they are. PUSH_TOKEN is not set: the
  # platform checks the identity of the sender, and a token in an address would stand in state.
  _settings_of_all = {
    GA4_MEASUREMENT_ID    = var.measurement_id
    GA4_API_SECRET        = lookup(local.secret_references, "api-secret", null)
    STREAMS               = length(local.streams) > 0 ? jsonencode(local.streams) : null
    ROUTES                = length(var.routes) > 0 ? jsonencode(var.routes) : null
    SINK                  = var.sink == "measurement_protocol" ? null : var.sink
    GA4_PROPERTY_ID       = var.property_id
    GA4_ENDPOINT          = { global = null, eu = "https://region1.google-analytics.com" }[var.collection_host]
    STORE                 = local.store
    LEDGER_RETENTION_DAYS = var.retention.ledger_days
    ORDER_RETENTION_DAYS  = var.retention.order_days
    UNATTRIBUTED_EVENTS   = var.policies.unattributed_events
    OWNER_WAIT_SECONDS    = var.policies.owner_wait_seconds
    UNKNOWN_REFUNDS       = var.policies.unknown_refunds
    LATE_EVENTS           = var.policies.late_events
    VALUE_BASIS           = var.policies.value_basis
    ACCEPT_TEST_EVENTS    = var.policies.accept_test_events
    RENEWAL_EVENT_NAME    = var.policies.renewal_event_name
    USER_DATA             = var.policies.user_data
    CONTEXT_WAIT_SECONDS  = var.policies.context_wait_seconds
    GA4_DEBUG             = var.policies.debug
    # Where nothing goes that way nobody waits.
    EVENT_STATUS_AFTER_SECONDS = local.uses_data_manager ? var.event_status.after_seconds : null
    IGNORED_RETENTION_DAYS     = var.policies.ignored_retention_days
    PERSONAL_DATA_EXEMPTIONS   = join(",", var.policies.personal_data_exemptions)

    # Google sets "true" where it is absent, and functions-framework then takes over Python's logging
    # and the output. Our lines do not pass through either, but the libraries' warnings do.
    LOG_EXECUTION_ID = "false"
  }

  # STREAMS: each with its id, and where its secret is.
  streams = {
    for name, stream in var.streams : name => merge(
      { for id, value in stream : id => value if value != null && !contains(["ads", "api_secret"], id) },
      stream.ads == null ? {} : { ads = { for id, value in stream.ads : id => value if value != null } },
      stream.api_secret ? { api_secret = local.secret_references["api-secret-${name}"] } : {},
    )
  }

  _transaction_id_keys = { TRANSACTION_ID_KEYS = join(",", var.policies.transaction_id_keys) }

  # Where nobody listens, renewals are sent at once and nothing is enriched.
  _renewals_topic   = { RENEWALS_TOPIC = lookup(local.topic_names, "subscription_renewal", null) }
  _enrichment_topic = { ENRICHMENT_TOPIC = lookup(local.topic_names, "data_enrichment", null) }

  _settings_of_payments = merge(
    local._settings_of_all, local._transaction_id_keys, local._renewals_topic, local._enrichment_topic,
    {
      # Of the keys for an API only those that webhooks need: the others are for comparing.
      PAYMENT_PROVIDERS = jsonencode({
        for provider, options in local.providers : provider => {
          for name, value in options : name => value if name != "api_key" || contains(local.asking_providers, provider)
        }
      })
    },
  )

  _settings = {
    context_capture = merge(local._settings_of_all, {
      CAPTURE_BROWSER_DAYS     = var.capture.browser_days
      CAPTURE_ORIGINS          = join(",", var.capture.origins)
      CAPTURE_PROXIES          = var.capture.proxies
      CAPTURE_RATE_PER_ADDRESS = var.capture.rate_per_address
      CAPTURE_RATE_PER_MINUTE  = var.capture.rate_per_minute
      CAPTURE_REFERENCES       = join(",", var.capture.references)
      CAPTURE_SECRET           = join(",", [for secret in local.capture_secrets : local.secret_references[secret]])
      CONTEXT_RETENTION_DAYS   = var.capture.retention_days
    })
    data_enrichment = merge(local._settings_of_all, {
      CATALOGUE             = var.enrichment.catalogue
      CUSTOMERS             = var.enrichment.customers
      ENRICHMENT_EVENT_NAME = var.policies.enrichment_event_name
    })
    # It sends nothing: no stream, and no secret.
    event_status = {
      for name, value in local._settings_of_all : name => value
      if contains(["EVENT_STATUS_AFTER_SECONDS", "LEDGER_RETENTION_DAYS", "LOG_EXECUTION_ID", "ORDER_RETENTION_DAYS", "STORE"], name)
    }
    offline_event   = local._settings_of_all
    payment_webhook = local._settings_of_payments
    reconciliation = merge(local._settings_of_payments, {
      # Nothing is verified there: no signing secret.
      PAYMENT_PROVIDERS = jsonencode({
        for provider, options in local.providers : provider => {
          for name, value in options : name => value if !contains(local.provider_secrets[provider], name)
        }
      })
      GA4_EXPORT         = try(var.reconciliation.export.dataset, null)
      GA4_EXPORT_MAX_GIB = try(var.reconciliation.export.max_gib, null)
      GA4_EXPORT_OF      = try(var.reconciliation.export.of, null)
      GA4_EXPORT_STREAM  = try(var.reconciliation.export.stream, null)
      RECONCILE_DAYS     = var.reconciliation.days
      RECONCILE_REPAIR   = var.reconciliation.repair
    })
    subscription_renewal = merge(
      local._settings_of_all, local._transaction_id_keys, local._enrichment_topic,
      # The options of events that providers publish, without the secrets it may not read.
      {
        PAYMENT_PROVIDERS = jsonencode({
          for provider, options in local.providers : provider => {
            for name, value in options : name => value
            if !contains(concat(["api_key"], local.provider_secrets[provider]), name)
          }
        })
      },
    )
  }

  # Whole names, made from what is given: a function that waited for its topic, whose publishers wait
  # for the functions' accounts, would wait for ever.
  topic_names        = { for name, function in local.listeners : name => "projects/${var.project}/topics/${var.prefix}-${function.topic}" }
  dead_letter_topics = { for name, topic in local.topic_names : name => "${topic}-dead-letter" }

  settings = {
    for name, function in local.deployed : name => merge(
      {
        for key, value in local._settings[name] : key => tostring(value)
        if value == null ? false : tostring(value) != ""
      },
      function.topic == null ? {} : { DEAD_LETTER_TOPIC = local.dead_letter_topics[name] },
      {
        # As many as Cloud Run lets in at once.
        MAX_DELIVERIES_IN_FLIGHT = tostring(function.size.concurrency)
        # A provider hangs up after ten seconds, and Pub/Sub brings a message again. A scheduler
        # waits: as long as the code takes at most, which is less than the function's timeout.
        REQUEST_DEADLINE_SECONDS = function.scheduled ? "540" : "9"
      },
      function.size.settings,
    )
  }

  # PAYMENT_PROVIDERS: each with the options that were given, and where its secrets are. What there
  # can be stands in variables_providers.tf.
  providers = {
    for provider, options in var.payment_providers : provider => merge(
      {
        for name, value in options : name => value
        if value != null && !contains(concat(["api_key", "second_secret"], local.provider_secrets[provider]), name)
      },
      !contains(local.provider_secrets[provider], "secret") ? {} : {
        secret = [
          for secret in concat(["${provider}-signing"], options.second_secret ? ["${provider}-signing-2"] : []) :
          local.secret_references[secret]
        ]
      },
      {
        for name in setsubtract(local.provider_secrets[provider], ["secret"]) :
        name => local.secret_references["${provider}-${replace(name, "_", "-")}"] if coalesce(options[name], false)
      },
      options.api_key ? { api_key = local.secret_references["${provider}-api-key"] } : {},
    )
  }
}
