"""The deployed store: a Firestore database."""
