"""The README tells the truth: what it names is there, and what is there it names."""

import re
from pathlib import Path

import pytest

from claims.assessment import CURRENT
from claims.words import Rule

HOME = Path(__file__).parent.parent
README = (HOME / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(p.stem for p in (HOME / "claims/management/commands").glob("[a-z]*.py"))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_named(command: str) -> None:
    assert re.search(rf"`{command}[ `]", README)


def test_every_path_named_is_there() -> None:
    paths = re.findall(r"`((?:claims|factcheck|script|seeds|tests)/[\w./]*)`", README)
    paths += re.findall(r"\]\(([\w./]+)\)", README)
    missing = [path for path in paths if "xx.toml" not in path and not (HOME / path).exists()]
    assert len(paths) > 15
    assert missing == []


def test_every_part_of_the_app_is_on_the_map() -> None:
    inside = [p for p in (HOME / "claims").iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()]
    unnamed = {"__init__.py", "apps.py", "urls.py", "templatetags"}
    missing = [p.name for p in inside if p.name not in unnamed and f"`claims/{p.name}" not in README]
    assert missing == []


def test_the_rules_are_told_in_the_order_in_which_they_are_tried() -> None:
    told = re.findall(r"^\| (\w+) \| .* \| .* \|$", README, re.MULTILINE)
    assert [rule for rule in told if rule in list(Rule)] == list(Rule)


def test_the_weights_told_are_the_policys() -> None:
    weighs = next(line for line in README.splitlines() if "**A statement weighs**" in line)
    assert f"weighs** {CURRENT.vouched:g} " in weighs
    assert f"{CURRENT.plain:g} as a plain" in weighs
    assert CURRENT.hedged == 1 / 2 and "1/2 if hedged" in weighs


def test_the_commands_the_readme_starts_with_can_be_run() -> None:
    for script in re.findall(r"^    (script/\w+) ", README, re.MULTILINE):
        assert (HOME / script).stat().st_mode & 0o111
