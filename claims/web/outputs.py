"""What a claim's page says of its outputs: its review for search engines, and the code by which others embed it."""

import json
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from claims.models import Claim, Party
from claims.serializers import ReviewedClaim, claim_review, iso
from claims.showing.moments import Moments
from claims.showing.wording import STATUS_WORDS, page_language
from claims.web.standing import ShownClaim
from claims.words import Stance

# How many places where a claim was affirmed its review names.
APPEARANCES = 10
# What would end the element that the review stands in, or be taken for a comment or an entity in it.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


@dataclass(frozen=True, slots=True)
class Outputs:
    """What a page offers: its review as JSON-LD, ready to stand in it (empty for a page of the past), and code to copy.

    `asked` is the end of an address by which the same moments are asked for.
    """

    review: SafeString | str
    asked: str
    frame: str
    badge: str


def offer_outputs(claim: Claim, shown: ShownClaim, moments: Moments) -> Outputs:
    """What the page of a claim offers; one query where somebody affirms the claim now."""
    page = f"{settings.SITE_URL}{claim.get_absolute_url()}"
    frame, badge = (f"{settings.SITE_URL}{reverse(name, args=[claim.slug])}" for name in ("claim-embed", "claim-badge"))
    asked = {"as_of": iso(moments.as_of), "known_at": iso(moments.known_at)}
    given = urlencode({name: moment for name, moment in asked.items() if moment is not None})
    code = format_html(
        '<iframe src="{}" title="{}" width="100%" height="560" loading="lazy"></iframe>', frame, shown.claim.name
    )
    image = format_html('<a href="{}"><img src="{}" alt="{}" height="24"></a>', page, badge, shown.claim.name)
    return Outputs(
        review=_write_review(claim, shown, page) if shown.known and not moments.past else "",
        asked=f"?{given}" if given else "",
        # To be shown as text: escaped once more where it stands.
        frame="".join([code]),
        badge="".join([image]),
    )


def _write_review(claim: Claim, shown: ShownClaim, page: str) -> SafeString:
    affirming = [position for position in shown.positions if position.stance is Stance.AFFIRMS]
    persons = set(
        Party.objects.filter(slug__in=[p.party.slug for p in affirming], kind="person").values_list("slug", flat=True)
        if affirming
        else ()
    )
    review = claim_review(
        ReviewedClaim(
            url=page,
            claim=shown.claim.name,
            lang=page_language(),
            rating=str(STATUS_WORDS[shown.status]),
            reason=shown.reason,
            reviewer=urlsplit(settings.SITE_URL).hostname or settings.SITE_URL,
            reviewer_url=settings.SITE_URL,
            published=claim.recorded_at,
            modified=claim.settled_at,
            claimants=tuple((position.party.name, position.party.slug in persons) for position in affirming),
            appearances=tuple(p.latest.link for p in affirming if p.latest is not None and p.latest.link)[:APPEARANCES],
            first_said=min((position.since for position in affirming), default=None),
        )
    )
    return mark_safe(json.dumps(review, ensure_ascii=False).translate(_ESCAPES))  # noqa: S308 - nothing in it is markup
