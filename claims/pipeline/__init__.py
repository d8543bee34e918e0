"""The pipeline: article -> statements -> claims -> assessment -> ledger. Carries values in and rows out."""

from claims.models.articles import MAX_ATTEMPTS
from claims.pipeline.assessing import lock_claims, settle, settle_alone
from claims.pipeline.candidates import (
    Accepted,
    accept_candidate,
    dismiss_candidate,
    draft_claim,
    draft_slug,
    reopen_candidate,
)
from claims.pipeline.carriers import Carrier, Carriers, load_carriers
from claims.pipeline.catalogue import current_catalogue, current_reader, supposed_reader
from claims.pipeline.cataloguing import (
    ClaimRecord,
    PartyRecord,
    Put,
    claims_concerning,
    parse_claim_record,
    parse_party_record,
    put_claims,
    put_parties,
)
from claims.pipeline.comparing import find_uncompared, forget_passages
from claims.pipeline.editing import (
    RefusedEdit,
    add_statement,
    ask_withdrawal,
    assess_claim,
    correct_statement,
    decide_claim,
    lift_decision,
    move_quote,
    record_withdrawal,
    review_statement,
    undo_review,
)
from claims.pipeline.reading import (
    ReadRevision,
    ask_to_read_again,
    earlier_unread,
    give_up,
    newest_revisions,
    note_failure,
    read_revision,
    record_reading,
    voice_of,
)
from claims.pipeline.records import Recorded, key_of, record_statements
from claims.pipeline.replay import find_differences, replay_claim
from claims.pipeline.searching import follow_rows, rebuild_search
from claims.pipeline.stories import assign_story, members_of, merge_stories
from claims.pipeline.viewing import View, view_claim

__all__ = [
    "MAX_ATTEMPTS", "Accepted", "Carrier", "Carriers", "ClaimRecord", "PartyRecord", "Put", "ReadRevision",
    "Recorded", "RefusedEdit", "View", "accept_candidate", "add_statement", "ask_to_read_again", "ask_withdrawal",
    "assess_claim", "assign_story", "claims_concerning", "correct_statement", "current_catalogue", "current_reader",
    "decide_claim", "dismiss_candidate", "draft_claim", "draft_slug", "earlier_unread", "find_differences",
    "find_uncompared", "follow_rows", "forget_passages", "give_up", "key_of", "lift_decision", "load_carriers",
    "lock_claims", "members_of", "merge_stories", "move_quote", "newest_revisions", "note_failure",
    "parse_claim_record", "parse_party_record", "put_claims", "put_parties", "read_revision", "rebuild_search",
    "record_reading", "record_statements", "record_withdrawal", "reopen_candidate", "replay_claim",
    "review_statement", "settle", "settle_alone", "supposed_reader", "undo_review", "view_claim", "voice_of",
]  # fmt: skip
