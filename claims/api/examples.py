"""Examples of what is sent and answered, for the schema: a made-up spill on a made-up river."""

STATUS_EXAMPLE = {
    "claim": "spill-reached-the-river",
    "status": "contested",
    "rule": "contested",
    "since": "2025-12-01T20:48:00Z",
    "because": ["laboratory", "works"],
    "dissent": [],
    "pending": [{"party": "ministry", "stance": "affirms", "status": "confirmed", "needs": "story"}],
    "positions": [
        {
            "party": "laboratory",
            "stance": "affirms",
            "firm": True,
            "since": "2025-11-30T09:00:00Z",
            "last_spoke": "2025-12-03T08:15:00Z",
            "stories": 2,
        },
        {
            "party": "works",
            "stance": "denies",
            "firm": False,
            "since": "2025-12-01T20:48:00Z",
            "last_spoke": "2025-12-01T20:48:00Z",
            "stories": 1,
        },
    ],
}
ARTICLE_EXAMPLE = {
    "url": "https://valley-post.example/2025/12/01/river",
    "source": "Valley Post",
    "lang": "en",
    "published_at": "2025-12-01T21:48:00+01:00",
    "title": "Works denies that the spill reached the river",
    "text": "The works said on Monday that nothing of what was spilled had reached the river.",
}
RECEIPT_EXAMPLE = {
    "article": 4711,
    "revision": 5012,
    "outcome": "created",
    "notes": ["source 'Valley Post' was new; it was made with the slug 'valley-post' and grade F"],
    "links": {"article": "https://claims.example.org/api/v1/articles/4711/"},
}
PROBLEM_EXAMPLE = {
    "type": "/api/problems/invalid-parameter/",
    "title": "A query parameter cannot be used",
    "status": 400,
    "detail": "color is not a parameter here; there are none.",
    "instance": "/api/v1/claims/spill-reached-the-river/",
    "request_id": "5f3c2a9be01d4c77",
    "errors": [{"parameter": "color", "detail": "is not a parameter here; there are none"}],
}
