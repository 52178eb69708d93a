"""The API: what programs ask and are told, under /api/v1/. Doors only: questions are in lookup, writes in services."""
