"""Django's migrate, and with it the groups of people: who may do what is kept in step with the table of rights."""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate

from claims.models.rights import keep_groups


class Command(Migrate):
    """Migrates as Django does; a full migration then gives every group of the desk the permissions it is to have."""

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        # Of a single app, a plan or a check nothing follows: tables and permissions may be of another time.
        if options["app_label"] or options["plan"] or options["check_unapplied"] or options["prune"]:
            return
        changed = keep_groups(options["database"])
        if changed and options["verbosity"]:
            self.stdout.write(f"Groups in step with the table of rights: {', '.join(changed)}")
