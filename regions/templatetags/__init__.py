"""What templates are helped with."""
