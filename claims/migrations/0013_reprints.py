"""Parts of texts, and which story counts with which other since when: rows that are only added."""

import django.db.models.deletion
from django.db import migrations, models

GUARD = """
CREATE TRIGGER claims_reprint_no_update BEFORE UPDATE ON claims_reprint FOR EACH ROW
    EXECUTE FUNCTION claims_refuse_change();
CREATE TRIGGER claims_reprint_no_delete BEFORE DELETE ON claims_reprint FOR EACH ROW
    EXECUTE FUNCTION claims_refuse_change();
CREATE TRIGGER claims_reprint_no_truncate BEFORE TRUNCATE ON claims_reprint FOR EACH STATEMENT
    EXECUTE FUNCTION claims_refuse_change();
"""
UNGUARD = """
DROP TRIGGER claims_reprint_no_update ON claims_reprint;
DROP TRIGGER claims_reprint_no_delete ON claims_reprint;
DROP TRIGGER claims_reprint_no_truncate ON claims_reprint;
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0012_editions")]

    operations = [
        migrations.CreateModel(
            name="Excerpt",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "revision", "within", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="claims.revision",
                    ),
                ),
                (
                    "within",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="excerpts",
                        to="claims.revision",
                    ),
                ),
                ("share", models.FloatField()),
            ],
            options={"indexes": [models.Index(fields=["within"], name="excerpt_within")]},
        ),
        migrations.CreateModel(
            name="Reprint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "story",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reprints",
                        to="claims.story",
                    ),
                ),
                (
                    "of",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reprinted",
                        to="claims.story",
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["story", "-recorded_at", "-id"], name="reprint_of_story"),
                    models.Index(condition=models.Q(("of__isnull", False)), fields=["of"], name="reprint_by_origin"),
                ]
            },
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
