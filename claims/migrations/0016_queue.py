"""The editors' queue: what a word would turn is kept with the claim, whether one stands with the statement; holds."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# The word that stands on each statement that was reviewed before this was kept.
REVIEWED = """
UPDATE claims_statement s SET reviewed_at = last.recorded_at
  FROM (SELECT statement_id, max(recorded_at) AS recorded_at FROM claims_review GROUP BY statement_id) last
 WHERE last.statement_id = s.id
"""
# What is at stake follows from the policy: claims are due to be assessed, and the sweep sees to it.
DUE = "UPDATE claims_claim SET ring_at = now() WHERE ring_at IS NULL AND version > 0"


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0015_rights"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="review",
            name="review_verdict",
        ),
        migrations.AddField(
            model_name="claim",
            name="stakes",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="statement",
            name="reviewed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="review",
            name="verdict",
            field=models.CharField(
                choices=[
                    ("confirmed", "confirmed"),
                    ("rejected", "rejected"),
                    ("corrected", "corrected"),
                    ("undone", "undone"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                models.OrderBy(models.F("status_since"), descending=True, nulls_last=True),
                models.F("id"),
                condition=models.Q(("stakes", []), _negated=True),
                name="claim_with_stakes",
            ),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(
                condition=models.Q(
                    ("confidence__lt", 0.7),
                    ("dropped_at__isnull", True),
                    ("origin", "reading"),
                    ("reviewed_at__isnull", True),
                ),
                fields=["-recorded_at", "-id"],
                name="statement_doubtful",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("verdict__in", ["confirmed", "rejected", "corrected", "undone"])),
                name="review_verdict",
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="candidate",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="hold",
                to="claims.candidate",
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="editor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="statement",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="hold",
                to="claims.statement",
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(("statement__isnull", True), ("candidate__isnull", True), _connector="XOR"),
                name="hold_one_item",
            ),
        ),
        migrations.RunSQL(REVIEWED, migrations.RunSQL.noop),
        migrations.RunSQL(DUE, migrations.RunSQL.noop),
    ]
