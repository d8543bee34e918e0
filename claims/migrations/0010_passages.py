"""Copies are found by passages drawn from a text, no longer by its paragraphs; revisions there are, are due for it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0009_intake")]

    operations = [
        migrations.DeleteModel("Passage"),
        migrations.RemoveField("revision", "passages_length"),
        migrations.AddField("revision", "compared_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddIndex(
            "revision",
            models.Index(
                condition=models.Q(("compared_at__isnull", True), ("story__isnull", False)),
                fields=["id"],
                name="revision_to_compare",
            ),
        ),
        migrations.CreateModel(
            name="Passage",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "digest", "revision", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("digest", models.BigIntegerField()),
                (
                    "revision",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="passages",
                        to="claims.revision",
                    ),
                ),
            ],
        ),
    ]
