output "member" {
  description = "Its service account, as a member of policies."
  value       = "serviceAccount:${google_service_account.main.email}"
}

output "name" {
  description = "Name of the function, and of the Cloud Run service behind it."
  value       = google_cloudfunctions2_function.main.name
}

output "service_account" {
  description = "E-mail address of its service account."
  value       = google_service_account.main.email
}

output "url" {
  description = "Where it answers; Pub/Sub's tokens are made out to this address."
  value       = google_cloudfunctions2_function.main.service_config[0].uri
}
