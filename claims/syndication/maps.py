"""The map of the site for search engines (sitemaps.org): an index, and a map of each kind of page, 5,000 to a part."""

from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.db.models import Max, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from claims.models import Claim, Party, Source
from claims.syndication.answering import address

PART = 5_000


class _Pages(Sitemap):
    """The pages that stand by themselves."""

    def items(self) -> list[str]:
        """Their names."""
        return ["home", "claims", "how"]

    def location(self, item: str) -> str:
        """The path of one."""
        return reverse(item)


class _Claims(Sitemap):
    """The claims, with the moment at which anything about them moved last."""

    limit = PART

    def items(self) -> QuerySet[Claim]:
        """In the order in which they were made, so that parts stay as they are."""
        return Claim.objects.order_by("pk").only("slug", "settled_at", "changed_at", "recorded_at")

    def lastmod(self, item: Claim) -> datetime:
        """When it moved last."""
        return max(moment for moment in (item.settled_at, item.changed_at) if moment is not None)

    def get_latest_lastmod(self) -> datetime | None:
        """When any of them moved last, without loading them."""
        found = Claim.objects.aggregate(a=Max("settled_at"), b=Max("changed_at"))
        return max((moment for moment in found.values() if moment is not None), default=None)


class _Named(Sitemap):
    """The pages of parties, or of sources."""

    limit = PART
    model: type[Party] | type[Source]
    page: str

    def items(self) -> QuerySet[Model]:
        """In the order in which they were made."""
        return self.model.objects.order_by("pk").only("slug")

    def location(self, item: Model) -> str:
        """The path of one."""
        return reverse(self.page, args=[item.slug])  # type: ignore[attr-defined]


class _Parties(_Named):
    """The parties."""

    model, page = Party, "party"


class _Sources(_Named):
    """The sources."""

    model, page = Source, "source"


MAPS = {"pages": _Pages, "claims": _Claims, "parties": _Parties, "sources": _Sources}


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read, which is all but the desk, and where the map is."""
    told = ["User-agent: *", f"Disallow: {reverse('admin:index')}", f"Sitemap: {address(reverse('sitemap'))}", ""]
    return HttpResponse("\n".join(told), content_type="text/plain; charset=utf-8")
