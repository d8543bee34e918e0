"""Signs are weighed as they were learned, a rule's row stands unless they speak against it, and they tell why."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from claims.reading import Reader
from claims.reading.catalogue import load_catalogue
from claims.reading.evidence import Bearing
from claims.reading.gazetteer import load_gazetteer
from claims.reading.scoring import hold_against, parse_gold, score
from claims.reading.stance import Draft
from claims.reading.values import Text
from claims.reading.weighing import OUTCOMES, Weights, likelihoods, load_weights, weigh
from claims.words import Stance
from tests.reading_worlds import catalogue

LABELLED = Path(__file__).parent / "labelled"
PLAIN = Weights(
    bias=(0.0, 0.0, 0.0, 0.0),
    signs={"yes": (0.0, 3.0, 0.0, 0.0), "no": (0.0, 0.0, 3.0, 0.0), "nothing": (9.0, 0.0, 0.0, 0.0)},
    threshold=0.5,
    unheard=0.95,
    veto=0.2,
)
RULED = Draft("c", "p", Stance.AFFIRMS, 1, 0, 2, None, False, 0.9, "verb of claiming")


def bearing(*signs: str, passage: int = 0, heard: bool = True) -> Bearing:
    return Bearing("c", "p", passage, (dict.fromkeys(signs, 1.0),), heard, 0, 3, None)


def test_likelihoods_are_those_of_the_logistic_model_and_add_up_to_one() -> None:
    likely = likelihoods({"yes": 0.5, "unknown": 7.0}, PLAIN)
    assert likely[1] == pytest.approx(math.exp(1.5) / (math.exp(1.5) + 3))
    assert sum(likely) == pytest.approx(1.0)


def test_a_row_follows_from_the_sentence_whose_signs_speak_most_for_one() -> None:
    (row,) = weigh([bearing("no"), bearing("yes", "no", passage=2), bearing(passage=3)], [], PLAIN)
    assert (row.stance, row.passage) == (Stance.DENIES, 0)
    assert row.rule == "signs: no"
    assert row.sure == round(likelihoods({"no": 1.0}, PLAIN)[2], 3)


def test_where_no_stance_is_likely_enough_there_is_no_row() -> None:
    assert weigh([bearing("yes", "no"), bearing("nothing"), bearing()], [], PLAIN) == []


def test_of_a_party_that_is_only_named_more_is_asked() -> None:
    assert weigh([bearing("yes", heard=False)], [], PLAIN) == []
    assert weigh([bearing("yes", heard=False)], [], replace(PLAIN, unheard=0.8))


def test_a_row_of_the_rules_stands_as_it_is_unless_all_signs_speak_against_it() -> None:
    assert weigh([bearing("no"), bearing(passage=1)], [RULED], PLAIN) == [RULED]
    assert weigh([bearing("nothing"), bearing("nothing", passage=1)], [RULED], PLAIN) == []


def test_the_weights_in_use_are_whole_and_rounded() -> None:
    weights = load_weights()
    assert 0 < weights.veto < weights.threshold <= weights.unheard < 1
    assert len(weights.signs) > 100
    for sign, each in weights.signs.items():
        assert len(each) == len(OUTCOMES), sign
        assert all(math.isfinite(one) and round(one, 3) == one for one in each), sign


def test_a_reader_tells_by_which_signs_it_read() -> None:
    text = "Norland would hear none of it: Veltia and Morvin, its spokesman said, were not to be named in one breath."
    for row in Reader(catalogue()).read(Text(body=text, lang="en")).statements:
        assert not row.rule.startswith("signs:") or len(row.rule) > len("signs: ")


@pytest.mark.parametrize(
    "world", sorted(folder.name for folder in LABELLED.iterdir() if (folder / "held.jsonl").exists())
)
def test_labelled_files_are_whole(world: str) -> None:
    """Every quote is in its text and every slug in its catalogue, or what is learned there is worth little."""
    folder = LABELLED / world
    known = load_catalogue(folder / "claims.json", folder / "parties.json")
    claims, parties = {claim.slug for claim in known.claims}, {party.slug for party in known.parties} | {"outlet"}
    for file in sorted(folder.glob("*.jsonl")):
        for article in parse_gold(file.read_text(encoding="utf-8").split("\n")):
            for row in article.rows:
                assert row.claim in claims, (article.id, row.claim)
                assert row.party in parties, (article.id, row.party)
                assert row.quote, article.id
                assert row.quote in article.text.words, (article.id, row.quote)


@pytest.mark.parametrize(("world", "floor"), [("t2", 0.57), ("t3", 0.6), ("fresh", 0.57)])
def test_articles_held_out_from_learning_read_no_worse_than_they_did(world: str, floor: float) -> None:
    """The honest figure: nobody mended for these articles and no weight was learned from them."""
    folder = LABELLED / world
    known = load_catalogue(folder / "claims.json", folder / "parties.json")
    articles = parse_gold((folder / "held.jsonl").read_text(encoding="utf-8").split("\n"))
    reader = Reader(known, load_gazetteer())
    outcomes = hold_against(articles, [reader.read(article.text) for article in articles], known)
    assert score(articles, outcomes)["overall"]["f1"] >= floor


def test_weights_are_laid_out_a_sign_a_line() -> None:
    path = Path(__file__).parent.parent / "claims" / "reading" / "weights.json"
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) > len(json.loads(path.read_text(encoding="utf-8"))["signs"])
