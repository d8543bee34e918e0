"""A number that grows with every change to what the reader knows beforehand, so that it asks one row if it is up to date.

A moment of change would not do: of two changes the earlier one may be committed later. The row does, for it takes
part in the transaction that makes the change.
"""

from django.db import migrations

CREATE = """
CREATE TABLE claims_catalogue_version (number bigint NOT NULL);
INSERT INTO claims_catalogue_version VALUES (1);
CREATE FUNCTION claims_catalogue_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE claims_catalogue_version SET number = number + 1;
    RETURN NULL;
END $$;
CREATE TRIGGER claims_claim_catalogue
    AFTER INSERT OR DELETE OR UPDATE OF slug, kind, holder_id, opposed_id, place, proposition, keywords
    ON claims_claim FOR EACH STATEMENT EXECUTE FUNCTION claims_catalogue_changed();
CREATE TRIGGER claims_party_catalogue
    AFTER INSERT OR DELETE OR UPDATE OF slug, kind, names, aligned_with_id
    ON claims_party FOR EACH STATEMENT EXECUTE FUNCTION claims_catalogue_changed();
"""
DROP = """
DROP TRIGGER claims_claim_catalogue ON claims_claim;
DROP TRIGGER claims_party_catalogue ON claims_party;
DROP FUNCTION claims_catalogue_changed();
DROP TABLE claims_catalogue_version;
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0002_guards")]

    operations = [migrations.RunSQL(CREATE, DROP)]
