"""Copies among two thousand articles: those that are found are counted, and what is joined wrongly."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from claims import pipeline
from claims.models import Article, Reprint, Revision, Source, Story
from claims.pipeline.facts import name_stories
from tests.copies_grammar import BEGINS, COPIED, Piece, write_pieces

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOW = BEGINS + timedelta(days=365)


def store(pieces: list[Piece], order: list[int]) -> dict[int, int]:
    """Pieces as articles that arrived in this order; returns the revision of each by its number."""
    source, _ = Source.objects.get_or_create(slug="press", defaults={"name": "The Press"})
    articles = Article.objects.bulk_create(
        Article(
            source=source,
            url=f"https://press.example/{n}",
            published_at=pieces[n].published_at,
            recorded_at=NOW,
        )
        for n in order
    )
    revisions = Revision.objects.bulk_create(
        Revision(
            article=article,
            number=1,
            lang=pieces[n].lang,
            title=pieces[n].title,
            text=pieces[n].text,
            digest=f"{hash((pieces[n].title, pieces[n].text)):064x}",
            published_at=pieces[n].published_at,
            recorded_at=NOW,
        )
        for n, article in zip(order, articles, strict=True)
    )
    return {n: revision.pk for n, revision in zip(order, revisions, strict=True)}


def find_stories(pieces: list[Piece], order: list[int]) -> dict[int, int]:
    """The story each piece counts with, after all were compared in this order."""
    revisions = store(pieces, order)
    for n in order:
        pipeline.assign_story(revisions[n], NOW)
    return stories_of(revisions)


def stories_of(revisions: dict[int, int]) -> dict[int, int]:
    stories = dict(Revision.objects.values_list("pk", "story"))
    names = name_stories(stories.values())
    return {n: names[stories[pk]] for n, pk in revisions.items()}


def partition(stories: dict[int, int]) -> set[frozenset[int]]:
    """Which pieces are together, whatever their stories are called."""
    together: dict[int, set[int]] = {}
    for n, story in stories.items():
        together.setdefault(story, set()).add(n)
    return {frozenset(group) for group in together.values()}


def test_copies_of_two_thousand_articles_are_found_and_different_articles_not_joined() -> None:
    pieces = write_pieces()
    assert len(pieces) == 2000
    order = list(range(len(pieces)))
    random.Random(5).shuffle(order)
    stories = find_stories(pieces, order)
    made, found = Counter[str](), Counter[str]()
    for n, piece in enumerate(pieces):
        made[piece.kind] += bool(piece.of)
        found[piece.kind] += any(stories[n] == stories[original] for original in piece.of)
    recall = {kind: found[kind] / made[kind] for kind in made if made[kind]}
    originals = [stories[n] for n, piece in enumerate(pieces) if not piece.of]
    print("recall", recall, "false merges", len(originals) - len(set(originals)), Reprint.objects.count())
    assert len(originals) == len(set(originals))
    assert set(recall) == {*COPIED, "round-up"}
    assert recall.pop("changed") >= 0.8
    assert min(recall.values()) >= 0.98, recall


def test_the_order_of_arrival_and_a_lost_index_make_no_difference() -> None:
    pieces = write_pieces(seed=2)
    chance = random.Random(6)
    events = chance.sample(range(len(pieces)), 150)
    chosen = sorted({*events, *(original for n in events for original in pieces[n].of)})
    renumbered = {n: place for place, n in enumerate(chosen)}
    few = [pieces[n] for n in chosen]
    assert {piece.kind for piece in few} == {"original", "round-up", *COPIED}, renumbered
    order = list(range(len(few)))
    first = find_stories(few, order)
    revisions = dict(zip(order, Revision.objects.order_by("pk").values_list("pk", flat=True), strict=True))
    stories, reprints = Story.objects.count(), Reprint.objects.count()
    # The index is lost: the sweep finds out, and comparing everything again changes nothing.
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE claims_passage")
    while due := pipeline.find_uncompared(40):
        for revision in due:
            pipeline.assign_story(revision, NOW)
    assert stories_of(revisions) == first
    assert (Story.objects.count(), Reprint.objects.count()) == (stories, reprints)
