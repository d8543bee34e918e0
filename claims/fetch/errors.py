"""Why a request brought no answer, told apart by what the caller should do."""


class FetchError(Exception):
    """A request that brought no answer; the message says why, in one line, without keys.

    `status` is the HTTP status, if one came; `reached` says whether the other side was reached at all.
    """

    def __init__(self, message: str, *, status: int | None = None, reached: bool = True) -> None:
        super().__init__(message)
        self.status = status
        self.reached = reached


class RetryLater(FetchError):
    """The same request may be answered later; after `wait` seconds, where the other side said so."""

    def __init__(
        self, message: str, *, status: int | None = None, reached: bool = True, wait: float | None = None
    ) -> None:
        super().__init__(message, status=status, reached=reached)
        self.wait = wait


class GiveUp(FetchError):
    """The same request would fail again: something about it, or about the address, must change first."""


class Forbidden(GiveUp):
    """An address that must not be asked, whoever gives it; nothing was sent to it."""

    def __init__(self, message: str) -> None:
        super().__init__(message, reached=False)
