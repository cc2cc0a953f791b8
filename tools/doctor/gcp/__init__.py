"""`connectors doctor gcp`: a deployment, read-only, through Google's REST APIs."""
