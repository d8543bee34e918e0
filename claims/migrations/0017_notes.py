"""Notes of editors on claims, which are added to and never changed; and an index for what the ledger believed earlier."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARD = """
CREATE TRIGGER claims_note_no_update BEFORE UPDATE ON claims_note FOR EACH ROW
EXECUTE FUNCTION claims_refuse_change();
CREATE TRIGGER claims_note_no_delete BEFORE DELETE ON claims_note FOR EACH ROW
EXECUTE FUNCTION claims_refuse_change();
CREATE TRIGGER claims_note_no_truncate BEFORE TRUNCATE ON claims_note FOR EACH STATEMENT
EXECUTE FUNCTION claims_refuse_change();
"""
UNGUARD = """
DROP TRIGGER claims_note_no_update ON claims_note;
DROP TRIGGER claims_note_no_delete ON claims_note;
DROP TRIGGER claims_note_no_truncate ON claims_note;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0016_queue"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="claims.claim",
                    ),
                ),
            ],
            options={
                "ordering": ("-recorded_at", "-id"),
                "indexes": [models.Index(fields=["claim", "-recorded_at", "-id"], name="note_of_claim")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="note_has_words")
                ],
            },
        ),
        migrations.RunSQL(GUARD, UNGUARD),
        # The accounts of a claim that stand no more, those believed last on top. A line gets its entry when it is closed.
        migrations.RunSQL(
            "CREATE INDEX period_believed ON claims_statusperiod (claim_id, upper(recorded) DESC, id DESC) "
            "WHERE NOT upper_inf(recorded);",
            "DROP INDEX period_believed;",
        ),
    ]
