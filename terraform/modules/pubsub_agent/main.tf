# Pub/Sub's own agent moves messages to the dead letters. Google creates it some time after the API is
# enabled; here it is created first, so that what it is granted finds it. A module of its own, because
# only google-beta can: who creates the agent by hand needs no second provider.
resource "google_project_service" "main" {
  project            = var.project
  service            = "pubsub.googleapis.com"
  disable_on_destroy = false
}

resource "google_project_service_identity" "main" {
  provider = google-beta

  project = var.project
  service = google_project_service.main.service
}
