"""The API: what other people's software asks and sends, under /api/v1/."""
