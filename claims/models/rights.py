"""Who may do what on the desk: four groups, each with its permissions, from the one table below.

Every `migrate` puts the groups in step with it. People belong to as many of them as their work asks for; a superuser
may do everything, and is the only one to let people in and to make keys.
"""

from collections.abc import Mapping

from django.contrib.auth.models import Group, Permission

READ_ONLY, EDITORS, SENIOR_EDITORS, SOURCE_DESK = "Read-only", "Editors", "Senior editors", "Source desk"

# Kept from everybody but superusers: keys speak for others, and answers are kept as they were given.
SECRET = frozenset({"view_apikey", "view_keptanswer"})

EDITING = frozenset({
    "add_review",         # confirm, reject, take back
    "add_statement",      # correct a statement, add one by hand, move a quote
    "change_candidate",   # accept, dismiss, reopen
    "add_claim",
    "add_note",           # write down something about a claim, for the desk
    "change_claim",       # its wording
    "add_party",
    "change_party",       # its names
    "add_withdrawal",     # withdraw an article, restore it
    "change_revision",    # have an article read again
})  # fmt: skip
RULING = frozenset({
    "add_decision",
    "change_decision",    # lift
    "set_terms",          # what the policy goes by: grades and alignment of parties, who gains and loses by a claim
})  # fmt: skip
SOURCES = frozenset({
    "add_source",
    "change_source",
    "add_feed",
    "change_feed",        # poll now, pause, resume
    "change_page",        # fetch again
    "add_withdrawal",
    "change_revision",
})  # fmt: skip

GROUPS: Mapping[str, frozenset[str]] = {
    READ_ONLY: frozenset(),
    EDITORS: EDITING,
    SENIOR_EDITORS: EDITING | RULING,
    SOURCE_DESK: SOURCES,
}
"""What each group may do (codenames of permissions of this app) besides looking at everything that is no secret."""


def keep_groups(using: str = "default") -> list[str]:
    """Make the groups, and give each exactly the permissions of the table; returns the names of those that changed.

    Raises LookupError where the table names a permission that does not exist.
    """
    ours = Permission.objects.using(using).filter(content_type__app_label="claims")
    known = {right.codename: right for right in ours}
    if unknown := set().union(*GROUPS.values()) - known.keys():
        raise LookupError(f"the table of rights names permissions that do not exist: {', '.join(sorted(unknown))}")
    looking = {name for name in known if name.startswith("view_")} - SECRET
    changed = []
    for name, acting in GROUPS.items():
        group, made = Group.objects.using(using).get_or_create(name=name)
        wanted = {known[codename].pk for codename in looking | acting}
        if made or wanted != set(group.permissions.values_list("pk", flat=True)):
            group.permissions.set(wanted)
            changed.append(name)
    return changed
