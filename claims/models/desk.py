"""The editors at work: who is at which item of their queue."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, models

from claims.models.candidates import Candidate
from claims.models.claims import Statement

# An editor who was called away blocks an item no longer than this.
HELD_FOR = timedelta(minutes=15)

TAKE = """
INSERT INTO claims_hold ({column}, editor_id, until) VALUES (%(item)s, %(editor)s, %(until)s)
    ON CONFLICT ({column}) DO UPDATE SET editor_id = excluded.editor_id, until = excluded.until
    WHERE claims_hold.editor_id = excluded.editor_id OR claims_hold.until <= %(now)s
RETURNING id
"""


class HoldQuerySet(models.QuerySet["Hold"]):
    """Taking an item of the queue, and giving it back."""

    def take(self, item: Statement | Candidate, editor: Any, now: datetime) -> bool:
        """Take an item for an editor until fifteen minutes from now; False where another editor is at it.

        Of two who ask at once one gets it: the database decides.
        """
        column = "statement_id" if isinstance(item, Statement) else "candidate_id"
        with connection.cursor() as cursor:
            given = {"item": item.pk, "editor": editor.pk, "until": now + HELD_FOR, "now": now}
            cursor.execute(TAKE.format(column=column), given)
            return cursor.fetchone() is not None

    def give_back(self, item: Statement | Candidate, editor: Any) -> None:
        """Let others have an item again that this editor was at."""
        self.filter(**_named(item), editor=editor).delete()

    def standing(self, now: datetime) -> "HoldQuerySet":
        """Holds that have not run out."""
        return self.filter(until__gt=now)

    def of(self, item: Statement | Candidate) -> "HoldQuerySet":
        """The hold on an item, if any."""
        return self.filter(**_named(item))


class Hold(models.Model):
    """An editor is at an item of the queue, a statement or a candidate, so that no other does it too.

    It is given back when the editor acts on the item or leaves it, and runs out after fifteen minutes.
    """

    statement = models.OneToOneField(Statement, models.CASCADE, null=True, blank=True, related_name="hold")
    candidate = models.OneToOneField(Candidate, models.CASCADE, null=True, blank=True, related_name="hold")
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    until = models.DateTimeField()

    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(statement__isnull=True) ^ models.Q(candidate__isnull=True), name="hold_one_item"
            ),
        )

    def __str__(self) -> str:
        return f"{self.editor_id} until {self.until:%H:%M}"


def _named(item: Statement | Candidate) -> dict[str, Any]:
    return {"statement": item} if isinstance(item, Statement) else {"candidate": item}
