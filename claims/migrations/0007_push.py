"""What a news item says of itself beside its words: its publisher's name for it, and who supplied the words."""

from django.db import migrations, models

# An edition is never changed, its credit neither.
GUARD = """
CREATE TRIGGER claims_revision_credit_no_update BEFORE UPDATE OF credit ON claims_revision FOR EACH ROW
    WHEN (OLD.credit IS DISTINCT FROM NEW.credit) EXECUTE FUNCTION claims_refuse_change();
"""
UNGUARD = "DROP TRIGGER claims_revision_credit_no_update ON claims_revision;"


class Migration(migrations.Migration):
    dependencies = [("claims", "0006_catalogue_stakes")]

    operations = [
        migrations.AddField(
            "article", "uri", models.CharField(blank=True, default="", max_length=2000), preserve_default=False
        ),
        migrations.AddField(
            "revision", "credit", models.CharField(blank=True, default="", max_length=300), preserve_default=False
        ),
        migrations.AddConstraint(
            "article",
            models.UniqueConstraint(fields=["uri"], condition=~models.Q(uri=""), name="article_uri_once"),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
