"""The desk as a site: the theme's, with the addresses that belong to no list of rows."""

from typing import Any

from django.urls import path
from unfold.sites import UnfoldAdminSite


class Desk(UnfoldAdminSite):
    """The editors' desk: besides the lists of rows, the queue."""

    def get_urls(self) -> list[Any]:
        """The queue's addresses, and all of the theme's."""
        from claims.admin import queue_pages  # the pages need the lists, and the lists are registered with this site

        return [
            path("queue/", self.admin_view(queue_pages.show_queue), name="queue"),
            path("queue/next/", self.admin_view(queue_pages.go_next), name="queue_next"),
            path("queue/undo/", self.admin_view(queue_pages.undo_last), name="queue_undo"),
            *super().get_urls(),
        ]
