"""What the desk lists, and in which order, has its index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0018_history"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="claim",
            name="claim_by_status",
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(fields=["recorded_at"], name="change_by_day"),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                models.F("status"),
                models.OrderBy(models.F("status_since"), descending=True, nulls_last=True),
                models.F("id"),
                name="claim_by_status",
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                models.OrderBy(models.F("status_since"), descending=True, nulls_last=True),
                models.F("id"),
                name="claim_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                models.F("holder"),
                models.F("place__geonameid"),
                condition=models.Q(("kind", "control")),
                name="claim_of_place",
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                models.F("holder"),
                models.F("place__name"),
                condition=models.Q(("kind", "control")),
                name="claim_of_place_name",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["-recorded_at", "-id"], name="review_newest"),
        ),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(
                condition=models.Q(("read_at__isnull", True), ("ring_at__isnull", True)),
                fields=["article"],
                name="revision_failed",
            ),
        ),
    ]
