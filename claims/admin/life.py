"""Whether workers and the clock are alive, in sentences for the desk."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.timesince import timesince
from django.utils.translation import gettext, ngettext

from claims.tasks import Pulses, longest_silence


@dataclass(frozen=True, slots=True)
class Life:
    """How the work behind the desk does: whether somebody must be called, and one to three sentences."""

    alarm: bool
    sentences: tuple[str, ...]


def tell_life(pulses: Pulses, now: datetime) -> Life:
    """What the last signs of life mean at a moment."""
    if not pulses.known:
        said = gettext(
            "Redis is not to be reached, so whether workers are alive is not known. What is due is not lost."
        )
        return Life(True, (said,))
    if pulses.worker is None:
        said = gettext("No worker has been seen since marks are kept: nothing is read until one is started.")
        return Life(True, (said,))
    if now - pulses.worker > longest_silence():
        said = gettext("No worker has been seen since %(moment)s: nothing is read until one is started.")
        return Life(True, (said % {"moment": _moment(pulses.worker)},))
    seen = gettext("Workers are alive: one ended a task %(ago)s ago.") % {"ago": _age(pulses.worker, now)}
    if pulses.sweep is None:
        said = gettext("No sweep has been seen since marks are kept: the clock (celery beat) does not ring.")
        return Life(True, (seen, said))
    if now - pulses.sweep > longest_silence():
        said = gettext("No sweep has been seen since %(moment)s: the clock (celery beat) does not ring.")
        return Life(True, (seen, said % {"moment": _moment(pulses.sweep)}))
    swept = gettext("The last sweep was %(ago)s ago.") % {"ago": _age(pulses.sweep, now)}
    if pulses.asking is None:
        said = gettext("No worker of the queue asking has been seen since marks are kept: nothing is fetched.")
        return Life(True, (seen, swept, said))
    if now - pulses.asking > longest_silence():
        said = gettext("No worker of the queue asking has been seen since %(moment)s: nothing is fetched.")
        return Life(True, (seen, swept, said % {"moment": _moment(pulses.asking)}))
    return Life(False, (seen, swept))


def _age(moment: datetime, now: datetime) -> str:
    seconds = max(int((now - moment).total_seconds()), 0)
    if seconds >= 60:
        return str(timesince(moment, now))
    return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
