# What programs read: terraform output -json NAME. None of it is secret; marked as if it were, an
# apply does not print it, and what a person needs is not lost in it.

output "bundles" {
  description = "The zip of each function, as it is deployed, and its SHA-256."
  value       = { for name, zip in data.archive_file.bundle : name => { path = zip.output_path, sha256 = zip.output_sha256 } }
  sensitive   = true
}

output "functions" {
  description = "Each function: its name and that of its Cloud Run service, its address, and the account it runs as."
  value = {
    for name, function in module.function : name => {
      name            = function.name
      service_account = function.service_account
      url             = function.url
    }
  }
  sensitive = true
}

output "settings" {
  description = "The environment of each function. Every connectors command reads it: terraform output -json settings > settings.json, then --settings settings.json. It holds no secret."
  value       = local.settings
  sensitive   = true
}

output "store" {
  description = "The ledger, as STORE names it."
  value       = local.store
  sensitive   = true
}
