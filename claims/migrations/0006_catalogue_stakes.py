"""Whom a claim would harm is known to the reader beforehand, too: its changes count as changes of the catalogue."""

from django.db import migrations

CREATE = """
CREATE TRIGGER claims_claim_loses_catalogue
    AFTER INSERT OR DELETE OR UPDATE
    ON claims_claim_loses FOR EACH STATEMENT EXECUTE FUNCTION claims_catalogue_changed();
"""
DROP = "DROP TRIGGER claims_claim_loses_catalogue ON claims_claim_loses;"


class Migration(migrations.Migration):
    dependencies = [("claims", "0005_candidates")]

    operations = [migrations.RunSQL(CREATE, DROP)]
