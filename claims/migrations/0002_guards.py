"""What the database itself refuses, whoever asks: changing or removing what the ledger rests on; and as-of indexes."""

from django.db import migrations

# What may never change, by table; the columns left out may (a cache, or the work still to do on the row).
FROZEN = {
    "claims_revision": "id, article_id, number, title, text, digest, published_at, recorded_at",
    "claims_statement": (
        "id, claim_id, party_id, stance, said_at, origin, article_id, revision_id, source_id, url, quote, start, "
        '"end", cue_start, cue_end, strength, confidence, rule, own_voice, corrects_id, record_key, recorded_at'
    ),
    "claims_review": "id, statement_id, verdict, reason, editor_id, recorded_at",
    "claims_withdrawal": "id, article_id, withdrawn, why, asked_at",
    "claims_decision": "id, claim_id, status, rationale, author_id, effective_from, recorded_at",
    "claims_termsline": "id, claim_id, recorded_at, policy_version, gains, loses, standings",
    "claims_story": "id, recorded_at",
    "claims_statusperiod": ("id, claim_id, status, rule, reason, because, dissent, policy_version, since, valid"),
    "claims_change": ("id, claim_id, kind, from_status, to_status, rule, reason, because, valid_from, recorded_at"),
}
# What may be set once and then never again: the column, and when it counts as set.
ONCE = {
    "claims_statement": ("dropped_at, dropped_why", "OLD.dropped_at IS NOT NULL"),
    "claims_withdrawal": ("recorded_at", "OLD.recorded_at IS NOT NULL"),
    "claims_decision": ("lifted_at, lift_recorded_at, lifted_by_id, lift_rationale", "OLD.lifted_at IS NOT NULL"),
    "claims_story": ("merged_into_id, merged_at", "OLD.merged_into_id IS NOT NULL"),
    "claims_statusperiod": (
        "recorded",
        "NOT upper_inf(OLD.recorded) OR upper_inf(NEW.recorded) OR lower(NEW.recorded) <> lower(OLD.recorded)",
    ),
}

REFUSE = """
CREATE FUNCTION claims_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % refused: what the ledger rests on is only ever added to', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
"""


def guard(table: str) -> str:
    """The triggers of one table."""
    columns = [column.strip() for column in FROZEN[table].split(",")]
    differs = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    triggers = [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {FROZEN[table]} ON {table} FOR EACH ROW "
        f"WHEN ({differs}) EXECUTE FUNCTION claims_refuse_change();",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW "
        "EXECUTE FUNCTION claims_refuse_change();",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT "
        "EXECUTE FUNCTION claims_refuse_change();",
    ]
    if table in ONCE:
        columns_once, is_set = ONCE[table]
        triggers.append(
            f"CREATE TRIGGER {table}_only_once BEFORE UPDATE OF {columns_once} ON {table} FOR EACH ROW "
            f"WHEN ({is_set}) EXECUTE FUNCTION claims_refuse_change();"
        )
    return "\n".join(triggers)


def unguard(table: str) -> str:
    """The way back."""
    names = ["no_update", "no_delete", "no_truncate", *(["only_once"] if table in ONCE else [])]
    return "\n".join(f"DROP TRIGGER {table}_{name} ON {table};" for name in names)


class Migration(migrations.Migration):
    dependencies = [("claims", "0001_tables")]

    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION claims_refuse_change();"),
        *[migrations.RunSQL(guard(table), unguard(table)) for table in FROZEN],
        # The status of a claim as of a moment, by what stands now: StatusPeriod.valid_at.
        migrations.RunSQL(
            "CREATE INDEX period_as_of ON claims_statusperiod "
            "(claim_id, coalesce(lower(valid), '-infinity'::timestamptz) DESC) WHERE upper_inf(recorded);",
            "DROP INDEX period_as_of;",
        ),
        # The same by what was known at an earlier moment, and the list of earlier accounts.
        migrations.RunSQL(
            "CREATE INDEX period_known ON claims_statusperiod "
            "(claim_id, coalesce(lower(valid), '-infinity'::timestamptz) DESC);",
            "DROP INDEX period_known;",
        ),
        # The line that holds until further notice: what a new statement is appended to.
        migrations.RunSQL(
            "CREATE UNIQUE INDEX period_last ON claims_statusperiod (claim_id) "
            "WHERE upper_inf(recorded) AND upper_inf(valid);",
            "DROP INDEX period_last;",
        ),
    ]
