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
NINJS_EXAMPLE = {
    "uri": "urn:newsml:valley-wire.example:20251201:river",
    "type": "text",
    "pubStatus": "usable",
    "versionCreated": "2025-12-01T20:48:00Z",
    "language": "en",
    "headlines": [{"role": "main", "value": "Works denies that the spill reached the river"}],
    "bodies": [
        {
            "contentType": "text/html",
            "value": "<p>The works said on Monday that nothing of what was spilled had reached the river.</p>",
        }
    ],
    "infoSources": [{"name": "Valley Wire"}],
    "standard": {"name": "ninjs", "version": "3.1"},
}
BATCH_EXAMPLE = {"articles": [ARTICLE_EXAMPLE, NINJS_EXAMPLE]}
_ARTICLE_URL = "https://claims.example.org/api/v1/articles/4711/"
_JOB = "0f6d3c2e-8a55-4b8e-9d57-2f3f0a4b7c11"
_JOB_URL = f"https://claims.example.org/api/v1/jobs/{_JOB}/"
_MADE = "source 'Valley Post' was new; it was made with the slug 'valley-post' and grade F"
RECEIPT_EXAMPLE = {
    "article": 4711,
    "revision": 5012,
    "outcome": "created",
    "notes": [_MADE],
    "links": {"article": _ARTICLE_URL, "job": _JOB_URL},
}
_TAKEN = {
    "index": 0,
    "outcome": "created",
    "article": 4711,
    "revision": 5012,
    "notes": [_MADE],
    "errors": [],
    "links": {"article": _ARTICLE_URL},
}
_REFUSED = {
    "index": 1,
    "outcome": "refused",
    "article": None,
    "revision": None,
    "notes": [],
    "errors": [
        {
            "pointer": "#/articles/1/embargoedUntil",
            "detail": "it is under embargo until 2025-12-02T06:00:00+00:00",
            "cure": "send it again after that moment",
        }
    ],
    "links": {"article": None},
}
BATCH_RECEIPT_EXAMPLE = {
    "counts": {"created": 1, "refused": 1},
    "results": [_TAKEN, _REFUSED],
    "links": {"job": _JOB_URL},
}
JOB_EXAMPLE = {
    "id": _JOB,
    "received_at": "2025-12-01T20:50:00Z",
    "done": True,
    "counts": {"created": 1},
    "items": [
        {
            **_TAKEN,
            "state": "done",
            "edition": 1,
            "steps": [
                {"step": "received", "at": "2025-12-01T20:50:00Z", "told": ""},
                {"step": "stored", "at": "2025-12-01T20:50:00Z", "told": "edition 1 of article 4711"},
                {"step": "read", "at": "2025-12-01T20:50:01Z", "told": "rules"},
                {
                    "step": "assessed",
                    "at": "2025-12-01T20:50:02Z",
                    "told": "statements found: 1; changes of claims: 1",
                },
            ],
            "statements": [
                {
                    "id": 90210,
                    "claim": "spill-reached-the-river",
                    "party": "works",
                    "stance": "denies",
                    "said_at": "2025-12-01T20:48:00Z",
                    "quote": "The works said on Monday that nothing of what was spilled had reached the river.",
                }
            ],
            "changes": [
                {
                    "claim": "spill-reached-the-river",
                    "kind": "status",
                    "from_status": "unverified",
                    "to_status": "contested",
                    "recorded_at": "2025-12-01T20:50:02Z",
                }
            ],
            "error": None,
        }
    ],
    "links": {"self": _JOB_URL},
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
