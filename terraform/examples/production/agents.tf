# Pub/Sub's own agent moves messages to the dead letters. Google creates it some time after the API is
# enabled; here it is created first, so that what it is granted finds it.
resource "google_project_service" "pubsub" {
  project            = "my-production"
  service            = "pubsub.googleapis.com"
  disable_on_destroy = false
}

resource "google_project_service_identity" "pubsub" {
  provider = google-beta

  project = "my-production"
  service = "pubsub.googleapis.com"

  depends_on = [google_project_service.pubsub]
}
