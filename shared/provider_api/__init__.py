"""Questions to the APIs of payment providers: how each is asked, and what its answers mean."""
