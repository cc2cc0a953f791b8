# Shared, locked and versioned; terraform/README.md, First apply, has how the bucket is made.
terraform {
  backend "gcs" {
    bucket = "my-state"
    prefix = "ga4-connectors/two-streams"
  }
}
