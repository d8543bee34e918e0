"""Make the three accounts of a trial: an editor, a journalist and a program that calls the API."""

import os
import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from claims.models import ApiKey
from claims.models.rights import SENIOR_EDITORS, SOURCE_DESK

EDITOR, JOURNALIST, CONSUMER = "editor", "journalist", "api-consumer"
KEY_NAME = "demonstration"
KEY_SCOPES = ("read", "push:articles")


class Command(BaseCommand):
    help = (
        "Make the accounts of a trial: an editor and a journalist with random passwords, an API consumer with a key. "
        "What is made is printed once and kept in .run/accounts.txt; where the accounts exist nothing is changed. "
        "Example: manage.py demo_accounts --renew"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--renew", action="store_true", help="give the accounts new passwords and a new key")

    def handle(self, *args: Any, renew: bool = False, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Demo accounts are for a trial; with PRODUCTION=1 use manage.py createsuperuser")
        kept = Path(settings.RUN_DIR) / "accounts.txt"
        existing = User.objects.filter(username__in=(EDITOR, JOURNALIST, CONSUMER)).count()
        if existing and not renew:
            where = f"see {kept}" if kept.exists() else "their passwords are lost: manage.py demo_accounts --renew"
            self.stdout.write(f"Demo accounts: kept, {where}")
            return
        with transaction.atomic():
            text = _make_accounts()
            _write_privately(kept, text)
        self.stdout.write(f"{text}Shown this once; kept in {kept}")


def _make_accounts() -> str:
    """Make or renew the three accounts; returns what their users need to know, as text."""
    editor, editor_password = _make_user(EDITOR, is_staff=True)
    editor.groups.set(Group.objects.filter(name__in=(SENIOR_EDITORS, SOURCE_DESK)))
    _, journalist_password = _make_user(JOURNALIST, is_staff=False)
    consumer, _ = User.objects.get_or_create(username=CONSUMER)
    consumer.set_unusable_password()  # a program comes in by its key; a password would open nothing
    consumer.save()
    consumer.api_keys.filter(name=KEY_NAME).delete()
    _, key = ApiKey.objects.issue(user=consumer, name=KEY_NAME, scopes=list(KEY_SCOPES))
    return (
        f"Editor        {EDITOR:<13} {editor_password}   (signs in to the desk: {settings.SITE_URL}/admin/)\n"
        f"Journalist    {JOURNALIST:<13} {journalist_password}   (a reader: the pages need no sign-in, "
        "and the desk opens once an administrator makes this account staff)\n"
        f"API consumer  {CONSUMER:<13} no password: comes in by its key alone\n"
        f"API key       {key}   (may: {', '.join(KEY_SCOPES)})\n"
        f'Try the key   curl -H "Authorization: Bearer {key}" {settings.SITE_URL}/api/v1/claims/\n'
    )


def _make_user(name: str, *, is_staff: bool) -> tuple[User, str]:
    password = secrets.token_urlsafe(12)
    user, _ = User.objects.get_or_create(username=name)
    user.is_staff = is_staff
    user.set_password(password)
    user.save()
    return user, password


def _write_privately(path: Path, text: str) -> None:
    """Write a file that only its owner can read, at no moment otherwise."""
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
