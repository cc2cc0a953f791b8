# Its own account, without a key: what one function may do, no other may.
resource "google_service_account" "main" {
  project      = var.project
  account_id   = local.name
  display_name = var.description
}

# Who may call it, as Cloud Run checks it.
resource "google_cloud_run_service_iam_member" "invokers" {
  for_each = var.invokers

  project  = var.project
  location = var.region
  service  = google_cloudfunctions2_function.main.name
  role     = "roles/run.invoker"
  member   = each.value
}
