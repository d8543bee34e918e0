"""The addresses of what is published from here; they stay as they are, since others follow and embed them.

The addresses of lists are made by `list_urls`, given what chooses the claims of a list: the pages' own search.
"""

from django.contrib.sitemaps import views as sitemaps
from django.urls import URLPattern, path

from claims.syndication import views
from claims.syndication.maps import MAPS, robots
from claims.syndication.views import Choose

urlpatterns = [
    path("feed.atom", views.site_atom, name="site-atom"),
    path("feed.json", views.site_json_feed, name="site-json-feed"),
    path("claims/<slug:slug>/feed.atom", views.claim_atom, name="claim-atom"),
    path("claims/<slug:slug>/feed.json", views.claim_json_feed, name="claim-json-feed"),
    path("claims/<slug:slug>/statements.csv", views.claim_csv, name="claim-csv"),
    path("claims/<slug:slug>/claim.json", views.claim_json, name="claim-json"),
    path("claims/<slug:slug>/timeline.json", views.claim_timeline, name="claim-timeline"),
    path("claims/<slug:slug>/timeline.svg", views.claim_chart, name="claim-chart"),
    path("claims/<slug:slug>/badge.svg", views.claim_badge, name="claim-badge"),
    path("claims/<slug:slug>/embed/", views.claim_embed, name="claim-embed"),
    path("sitemap.xml", sitemaps.index, {"sitemaps": MAPS, "sitemap_url_name": "sitemap-part"}, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemaps.sitemap, {"sitemaps": MAPS}, name="sitemap-part"),
    path("robots.txt", robots, name="robots"),
]


def list_urls(choose: Choose) -> list[URLPattern]:
    """The addresses of what is made of a list of claims."""
    given = {"choose": choose}
    return [
        path("claims/feed.atom", views.list_atom, given, name="claims-atom"),
        path("claims/feed.json", views.list_json_feed, given, name="claims-json-feed"),
        path("claims/claims.csv", views.list_csv, given, name="claims-csv"),
        path("claims/claims.json", views.list_json, given, name="claims-json"),
        path("claims/timeline.json", views.list_timeline, given, name="claims-timeline"),
    ]
