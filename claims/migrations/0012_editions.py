"""What an edition changed is kept on its row, and by which edition and how a statement went on the statement's."""

import django.db.models.deletion
from django.db import migrations, models

# As in 0002: what may be set once, and what never changes.
GUARDS = """
CREATE TRIGGER claims_statement_departs_once BEFORE UPDATE OF dropped_by_id, dropped_how ON claims_statement
    FOR EACH ROW WHEN (OLD.dropped_at IS NOT NULL) EXECUTE FUNCTION claims_refuse_change();
CREATE TRIGGER claims_revision_keeps_its_date BEFORE UPDATE OF modified_at ON claims_revision
    FOR EACH ROW WHEN (OLD.modified_at IS DISTINCT FROM NEW.modified_at) EXECUTE FUNCTION claims_refuse_change();
"""
UNGUARD = """
DROP TRIGGER claims_statement_departs_once ON claims_statement;
DROP TRIGGER claims_revision_keeps_its_date ON claims_revision;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0011_attribution"),
    ]

    operations = [
        migrations.AddField(
            model_name="revision",
            name="correction_note",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="revision",
            name="modified_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="revision",
            name="quotes_gone",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="revision",
            name="silent",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="revision",
            name="statements_gone",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="revision",
            name="title_changed",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="revision",
            name="words_added",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="revision",
            name="words_removed",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="statement",
            name="dropped_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="dropped",
                to="claims.revision",
            ),
        ),
        migrations.AddField(
            model_name="statement",
            name="dropped_how",
            field=models.CharField(
                blank=True,
                choices=[
                    ("vanished", "vanished"),
                    ("reversed", "reversed"),
                    ("reworded", "reworded"),
                    ("reread", "reread"),
                ],
                max_length=10,
                default="",
                db_default="",
            ),
        ),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(condition=models.Q(("silent", True)), fields=["article"], name="revision_silent"),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(
                condition=models.Q(("dropped_how__in", ["vanished", "reversed"])),
                fields=["-dropped_at"],
                name="statement_gone",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(("dropped_how__in", ["", "vanished", "reversed", "reworded", "reread"])),
                name="statement_departure",
            ),
        ),
        migrations.RunSQL(GUARDS, UNGUARD),
    ]
