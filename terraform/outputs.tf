output "bundles" {
  description = "The zip of each function, as it is deployed, and its SHA-256."
  value       = { for name, zip in data.archive_file.bundle : name => { path = zip.output_path, sha256 = zip.output_sha256 } }
}

output "dead_letter_subscriptions" {
  description = "What to pull dead letters from, by the function they were for."
  value       = { for name, topic in module.dead_letters : name => topic.subscription }
}

output "function_urls" {
  description = "Where each function answers; only the public ones answer everybody."
  value       = { for name, function in module.function : name => function.url }
}

output "secrets" {
  description = "Each secret: what it is, and the command that puts its value in. Run these after the first apply."
  value = {
    for name, secret in module.secret : name => {
      what    = local.secrets[name].for_what
      id      = secret.reference
      command = secret.add_version_command
    }
  }
}

output "service_accounts" {
  description = "The account each function runs as."
  value       = { for name, function in module.function : name => function.service_account }
}

output "settings" {
  description = "The environment of each function. Every connectors command reads it: terraform output -json settings > settings.json, then --settings settings.json. It holds no secret."
  value       = local.settings
}

output "store" {
  description = "The ledger, as STORE names it."
  value       = local.store
}

output "topics" {
  description = "Where to publish, by the function that listens."
  value       = { for name, topic in module.topic : name => topic.name }
}

output "webhook_urls" {
  description = "What to enter at each payment provider."
  value = contains(keys(local.deployed), "payment_webhook") ? {
    for provider in keys(var.payment_providers) : provider => "${module.function["payment_webhook"].url}/${provider}"
  } : {}
}
