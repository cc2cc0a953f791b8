locals {
  # Containers and their readers, the functions that know where they are.
  secrets = merge(
    {
      for name, stream in local.stream_secrets : name => {
        for_what = "the Measurement Protocol API secret of ${stream}: GA4, Admin, Data streams"
        # To compare, reconciliation needs none; only to send what is missing.
        # What became of events is asked with another right.
        readers = [
          for function in keys(local.deployed) : function
          if function != "event_status" && (function != "reconciliation" || var.reconciliation.repair)
        ]
      }
    },
    {
      for provider in keys(var.payment_providers) : "${provider}-signing" => {
        for_what = "the secret ${provider} signs webhooks with"
        readers  = ["payment_webhook"]
      } if contains(lookup(local.provider_secrets, provider, []), "secret")
    },
    merge([
      for provider, options in var.payment_providers : {
        for name in setsubtract(lookup(local.provider_secrets, provider, []), ["secret"]) :
        "${provider}-${replace(name, "_", "-")}" => {
          for_what = "the ${name} that ${provider} sends with its webhooks"
          readers  = ["payment_webhook"]
        } if coalesce(options[name], false)
      }
    ]...),
    {
      for provider, options in var.payment_providers : "${provider}-signing-2" => {
        for_what = "the other secret ${provider} signs with while one is rotated"
        readers  = ["payment_webhook"]
      } if options.second_secret
    },
    {
      for provider, options in var.payment_providers : "${provider}-api-key" => {
        for_what = "a key for ${provider}'s API, read only"
        readers = concat(
          contains(local.asking_providers, provider) ? ["payment_webhook"] : [],
          contains(local.recorded_providers, provider) ? ["reconciliation"] : [],
        )
      } if options.api_key
    },
    {
      for name in local.capture_secrets : name => {
        for_what = "${name == "capture-signing" ? "the" : "the other"} secret your shop's backend signs contexts with"
        readers  = ["context_capture"]
      }
    },
  )

  # GA4's: one, or one for each of several streams.
  stream_secrets = merge(
    { for name in ["api-secret"] : name => "the stream" if length(var.streams) == 0 && var.api_secret },
    { for name, stream in var.streams : "api-secret-${name}" => "the stream ${name}" if stream.api_secret },
  )

  capture_secrets = !contains(keys(local.deployed), "context_capture") || !var.capture.signed ? [] : concat(
    ["capture-signing"], var.capture.second_secret ? ["capture-signing-2"] : [],
  )

  # Where each is, as settings say it. Made from names: a function that waited for its secrets, which
  # wait for the accounts of their readers, would wait for ever.
  secret_references = { for name in keys(local.secrets) : name => "projects/${var.project}/secrets/${var.prefix}-${name}" }
}

module "secret" {
  source   = "./modules/secret"
  for_each = local.secrets

  project = var.project
  region  = var.region
  name    = "${var.prefix}-${each.key}"
  labels  = var.labels
  readers = {
    for name in each.value.readers : name => module.function[name].member
    if contains(keys(local.deployed), name)
  }

  rotation = var.secret_rotation_days == null ? null : {
    period_days = var.secret_rotation_days
    topic       = module.rotation_topic[0].name
  }

  # The other secret of a rotation goes when the rotation is over, whatever is protected.
  deletion_protection  = var.deletion_protection && (!endswith(each.key, "-signing-2") || startswith(each.key, "api-secret"))
  customer_managed_key = var.customer_managed_key

  depends_on = [time_sleep.key_grants, time_sleep.services]
}
