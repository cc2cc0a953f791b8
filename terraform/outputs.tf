output "dead_letter_subscriptions" {
  description = "What to pull dead letters from, by the function they were for."
  value       = { for name, topic in module.dead_letters : name => topic.subscription }
}

output "ga4_users" {
  description = "What has to be given by hand in GA4 where a stream has a property_id: Admin, Property access management, add each account with this role. The doctor finds what is missing."
  value = !local.uses_data_manager ? [] : [
    for property in local.properties : {
      accounts = [for name in local.data_manager_callers : module.function[name].service_account]
      property = property
      role     = "Editor"
    }
  ]
}

output "public_access_commands" {
  description = "What lets senders without a Google identity in, once for each public function; empty where a grant does."
  value = !local.unchecked ? [] : [
    for name in local.public :
    "gcloud run services update ${module.function[name].name} --project=${var.project} --region=${var.region} --no-invoker-iam-check"
  ]
}

output "secrets" {
  description = "Each secret: what it is, and the command that puts its value in. Run these after the first apply."
  value = {
    for name, secret in module.secret : name => {
      what    = local.secrets[name].for_what
      command = secret.add_version_command
    }
  }
}

output "topics" {
  description = "Where to publish, by the function that listens."
  value       = { for name, topic in module.topic : name => topic.name }
}

output "webhook_urls" {
  description = "What to enter at each payment provider. With a load balancer: the same paths, at its address."
  value = contains(keys(local.deployed), "payment_webhook") ? {
    for provider in keys(var.payment_providers) : provider => "${module.function["payment_webhook"].url}/${provider}"
  } : {}
}
