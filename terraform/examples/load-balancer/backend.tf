# Remote state: shared, locked and versioned. Make the bucket once, by hand; it is the one thing that
# cannot keep its own state:
#
#   gcloud storage buckets create gs://my-state --project=my-shop --location=europe-west1 \
#     --uniform-bucket-level-access --public-access-prevention
#   gcloud storage buckets update gs://my-state --versioning
#
# The state holds no secret, but it holds names and addresses: keep the bucket to those who apply.
terraform {
  backend "gcs" {
    bucket = "my-state"
    prefix = "ga4-connectors/load-balancer"
  }
}
