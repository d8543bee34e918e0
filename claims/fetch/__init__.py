"""The one door to the network: bounded, guarded requests; values in, values out. It knows no model and no setting.

`get` asks addresses that others chose (a feed's, a page's) and is guarded: only public hosts are asked, whatever the
address, its redirects and the name server say. `post_json` sends to an address that the operator chose. Both have a
wall-clock deadline and a largest answer, and heed neither the environment's proxies nor its .netrc.
"""

from claims.fetch.errors import FetchError, Forbidden, GiveUp, RetryLater
from claims.fetch.getting import Fetched, get
from claims.fetch.guard import Bounds, check_url
from claims.fetch.posting import post_json

__all__ = ["Bounds", "FetchError", "Fetched", "Forbidden", "GiveUp", "RetryLater", "check_url", "get", "post_json"]
