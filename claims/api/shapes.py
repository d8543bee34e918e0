"""The shapes of what is sent and answered, as the OpenAPI schema tells them.

They describe what `claims.serializers` makes and are never used to make it; the tests hold every answer against them.
"""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.drainage import set_override
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema_field
from rest_framework import serializers

from claims.api.examples import PROBLEM_EXAMPLE
from claims.api.problems import CONTENT_TYPE, KINDS
from claims.words import ClaimKind, Origin, Rule, Stance, Status, Strength, Verdict


def _word(words: Iterable[str], **options: Any) -> serializers.CharField:
    """A field that holds one of some words, which the schema lists where it stands."""
    possible = [str(word) for word in words]
    schema = {"type": "string", "enum": [*possible, None] if options.get("allow_null") else possible}
    word: type[serializers.CharField] = extend_schema_field(schema)(type("_Word", (serializers.CharField,), {}))
    return word(**options)


def _moment(**options: Any) -> serializers.DateTimeField:
    return serializers.DateTimeField(help_text="ISO 8601, UTC", **options)


class _Shape(serializers.Serializer[Any]):
    """A shape, which the schema names without saying that it is one."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        set_override(cls, "component_name", cls.__name__.removesuffix("Shape"))


@extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
class _Wordings(serializers.DictField):
    """A sentence per language code."""


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {"type": "array", "items": {"type": "array", "items": {"type": "string"}}},
    }
)
class _Keywords(serializers.DictField):
    """Per language code, groups of alternatives."""


@extend_schema_field(
    {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "geonameid": {"type": "integer"},
            "names": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        },
        "required": ["name"],
    }
)
class _Place(serializers.JSONField):
    """A place by its names, and its number in GeoNames where it has one."""


class RootShape(_Shape):
    """The addresses at which the API begins."""

    claims = serializers.URLField()
    articles = serializers.URLField(help_text="where articles are pushed")
    schema = serializers.URLField()
    docs = serializers.URLField()


class PartyNameShape(_Shape):
    """A party by slug and name."""

    slug = serializers.CharField()
    title = serializers.CharField()


class SourceNameShape(_Shape):
    """A source by slug and name."""

    slug = serializers.CharField()
    name = serializers.CharField()


class VoiceShape(_Shape):
    """A party and the stance for which it is named."""

    party = serializers.CharField()
    stance = _word(Stance)


class PendingShape(_Shape):
    """A reading that would change the status if a second story or an editor bore it out."""

    party = serializers.CharField()
    stance = _word(Stance)
    status = _word(Status)
    needs = _word(("story", "editor"))


class HeldShape(_Shape):
    """The stance a party holds."""

    party = serializers.CharField()
    stance = _word(Stance)
    firm = serializers.BooleanField()
    since = _moment()
    last_spoke = _moment(allow_null=True)
    stories = serializers.IntegerField()


class StatusShape(_Shape):
    """What follows from all that was said of a claim: the status, the rule, on whom it rests, against whom."""

    claim = serializers.CharField()
    status = _word(Status)
    rule = _word(Rule)
    since = _moment(allow_null=True)
    because = serializers.ListField(child=serializers.CharField())
    dissent = serializers.ListField(child=serializers.CharField())
    pending = PendingShape(many=True)
    positions = HeldShape(many=True)


class ClaimLinksShape(_Shape):
    """Where to go on from a claim in a list."""

    self = serializers.URLField()
    status = serializers.URLField()


class ClaimSummaryShape(_Shape):
    """A claim as one line of a list."""

    slug = serializers.CharField()
    kind = _word(ClaimKind)
    title = serializers.CharField()
    proposition = _Wordings()
    holder = serializers.CharField(allow_null=True)
    opposed = serializers.CharField(allow_null=True)
    place = _Place(allow_null=True)
    status = _word(Status)
    rule = _word(Rule)
    since = _moment(allow_null=True)
    updated_at = _moment()
    links = ClaimLinksShape()


class AllClaimLinksShape(ClaimLinksShape):
    """Where to go on from a claim."""

    timeline = serializers.URLField()
    positions = serializers.URLField()
    statements = serializers.URLField()
    page = serializers.URLField()


class ClaimShape(_Shape):
    """A claim with all its terms and its status document."""

    slug = serializers.CharField()
    kind = _word(ClaimKind)
    title = serializers.CharField()
    proposition = _Wordings()
    holder = PartyNameShape(allow_null=True)
    opposed = PartyNameShape(allow_null=True)
    place = _Place(allow_null=True)
    gains = PartyNameShape(many=True)
    loses = PartyNameShape(many=True)
    keywords = _Keywords()
    rule = _word(Rule)
    since = _moment(allow_null=True)
    updated_at = _moment()
    recorded_at = _moment()
    version = serializers.IntegerField()
    status = StatusShape()
    links = AllClaimLinksShape()


class PeriodShape(_Shape):
    """A line of the ledger. A null `valid_from` is the beginning of time, a null `*_to` until further notice."""

    status = _word(Status)
    rule = _word(Rule)
    reason = serializers.CharField()
    because = VoiceShape(many=True)
    dissent = VoiceShape(many=True)
    policy_version = serializers.IntegerField()
    since = _moment(allow_null=True)
    valid_from = _moment(allow_null=True)
    valid_to = _moment(allow_null=True)
    recorded_from = _moment()
    recorded_to = _moment(allow_null=True)


class PositionShape(_Shape):
    """A stance held over a period; `last_spoke` and `stories` only on the one held now."""

    party = serializers.CharField()
    stance = _word(Stance)
    firm = serializers.BooleanField()
    since = _moment()
    valid_from = _moment()
    valid_to = _moment(allow_null=True)
    last_spoke = _moment(allow_null=True)
    stories = serializers.IntegerField(allow_null=True)


class StatementShape(_Shape):
    """Who says what of a claim, in which words. `start` and `end` count code points of title, empty line, text."""

    id = serializers.IntegerField()
    claim = serializers.CharField()
    party = serializers.CharField()
    stance = _word(Stance)
    said_at = _moment()
    quote = serializers.CharField(allow_blank=True)
    start = serializers.IntegerField(allow_null=True)
    end = serializers.IntegerField(allow_null=True)
    origin = _word(Origin)
    strength = _word(Strength)
    confidence = serializers.FloatField()
    own_voice = serializers.BooleanField()
    review = _word(Verdict, allow_null=True)
    carried = serializers.BooleanField()
    weight = serializers.FloatField()
    source = SourceNameShape(allow_null=True)
    url = serializers.CharField(allow_blank=True)
    article = serializers.IntegerField(allow_null=True)
    edition = serializers.IntegerField(allow_null=True)
    title = serializers.CharField(allow_blank=True)
    recorded_at = _moment()


class _PageShape(_Shape):
    """The addresses of a page's neighbours."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class ClaimPageShape(_PageShape):
    """A page of claims."""

    results = ClaimSummaryShape(many=True)


class TimelineShape(_PageShape):
    """A page of a claim's status periods, in order of valid time, by what was known at `known_at`."""

    claim = serializers.CharField()
    known_at = _moment(allow_null=True)
    results = PeriodShape(many=True)


class PositionPageShape(_PageShape):
    """A page of the positions on a claim, in order of valid time."""

    claim = serializers.CharField()
    results = PositionShape(many=True)


class StatementPageShape(_PageShape):
    """A page of the statements on a claim, newest first."""

    claim = serializers.CharField()
    results = StatementShape(many=True)


class ArrivingArticleShape(_Shape):
    """An article to be read. `title` or `text` must have words, unless it is `canceled`."""

    url = serializers.URLField(
        required=False, allow_null=True, help_text="Its address; that of a canceled one is needed."
    )
    source = serializers.CharField(required=False, help_text="The publisher's slug or name.")
    lang = serializers.CharField(required=False, allow_null=True, help_text="A language code; found if left out.")
    published_at = serializers.CharField(required=False, help_text="ISO 8601; without a zone it is taken as UTC.")
    title = serializers.CharField(required=False, allow_blank=True, allow_null=True)
    text = serializers.CharField(required=False, allow_blank=True, help_text="Up to 5 MB in UTF-8.")
    modified_at = serializers.CharField(required=False, allow_null=True, help_text="When this edition was made.")
    pubstatus = _word(("usable", "canceled"), required=False, help_text="`canceled` withdraws the article.")


class ReceiptLinksShape(_Shape):
    """Where to follow an article."""

    article = serializers.URLField()


class ReceiptShape(_Shape):
    """What became of an article that was sent; `notes` say what was assumed."""

    article = serializers.IntegerField()
    revision = serializers.IntegerField(allow_null=True, help_text="The edition to be read; null if none is.")
    outcome = _word(("created", "revised", "repeated", "withdrawn"))
    notes = serializers.ListField(child=serializers.CharField())
    links = ReceiptLinksShape()


class EditionShape(_Shape):
    """An edition of an article, and whether it was read. `error` is shown to callers with a key."""

    revision = serializers.IntegerField()
    number = serializers.IntegerField()
    lang = serializers.CharField(allow_blank=True)
    title = serializers.CharField(allow_blank=True)
    published_at = _moment()
    recorded_at = _moment()
    state = _word(("due", "read", "failed"))
    read_at = _moment(allow_null=True)
    attempts = serializers.IntegerField()
    error = serializers.CharField(allow_null=True, allow_blank=True)


class ArticleLinksShape(_Shape):
    """Where to go on from an article."""

    self = serializers.URLField()


class ArticleShape(_Shape):
    """An article: its newest editions first, the story it carries, and the statements read in it that stand."""

    id = serializers.IntegerField()
    url = serializers.CharField()
    source = SourceNameShape()
    published_at = _moment()
    recorded_at = _moment()
    withdrawn = serializers.BooleanField()
    editions = EditionShape(many=True)
    story = serializers.IntegerField(allow_null=True)
    statements = StatementShape(many=True)
    links = ArticleLinksShape()


class ProblemPlaceShape(_Shape):
    """A parameter or a field at fault: a field as a JSON Pointer in fragment form (RFC 6901), such as `#/text`."""

    parameter = serializers.CharField(required=False)
    pointer = serializers.CharField(required=False)
    detail = serializers.CharField()
    cure = serializers.CharField(required=False)


class ProblemShape(_Shape):
    """A problem document (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    request_id = serializers.CharField(required=False)
    errors = ProblemPlaceShape(many=True, required=False)


class ProblemKindShape(_Shape):
    """What a kind of problem means, and its cure."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    cure = serializers.CharField()


# The schema's word for: with a key, or (where the installation lets anybody read) without.
KEY_OR_NONE: list[Any] = [{"key": []}, {}]

_HEADERS = {
    "ETag": "Names this state of the answer; send it back in `If-None-Match`.",
    "Link": "The neighbouring pages (RFC 8288), `rel` being `next` or `prev`.",
    "Location": "Where to follow what becomes of it.",
    "X-Assumed-UTC": "The parameters that came without a zone and were taken as UTC.",
}


def document_answers(shape: Any, *problems: int, code: int = 200, example: Any = None) -> dict[Any, Any]:
    """The answers of an operation for the schema: the good one, 304 if named, and a problem document for the others."""
    examples = [OpenApiExample("Example", value=example, response_only=True)] if example is not None else []
    answers: dict[Any, Any] = {
        code: OpenApiResponse(shape, description="As asked.", examples=examples),
    }
    for status in problems:
        if status == 304:
            answers[304] = OpenApiResponse(description="Nothing has changed since the ETag you have.")
            continue
        titles = " / ".join(kind.title for kind in KINDS.values() if kind.status == status)
        examples = [OpenApiExample("Problem", value=PROBLEM_EXAMPLE, response_only=True)] if status == 400 else []
        answers[status, CONTENT_TYPE] = OpenApiResponse(ProblemShape, description=f"{titles}.", examples=examples)
    return answers


def document_headers(*names: str, code: int = 200) -> list[OpenApiParameter]:
    """The headers of an operation's good answer, for the schema."""
    return [
        OpenApiParameter(name, str, OpenApiParameter.HEADER, description=_HEADERS[name], response=[code])
        for name in names
    ]
