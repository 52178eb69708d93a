"""The public pages. They ask what the API asks."""
