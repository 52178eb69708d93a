"""What the resolver gets right, and how fast it is."""
