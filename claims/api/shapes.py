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
from claims.words import ClaimKind, Had, Origin, Rule, Stance, Status, Strength, Verdict


def word_field(words: Iterable[str], **options: Any) -> serializers.CharField:
    """A field that holds one of some words, which the schema lists where it stands."""
    possible = [str(word) for word in words]
    schema = {"type": "string", "enum": [*possible, None] if options.get("allow_null") else possible}
    word: type[serializers.CharField] = extend_schema_field(schema)(type("_Word", (serializers.CharField,), {}))
    return word(**options)


def moment_field(**options: Any) -> serializers.DateTimeField:
    """A field that holds a moment."""
    return serializers.DateTimeField(help_text="ISO 8601, UTC", **options)


class Shape(serializers.Serializer[Any]):
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


class RootShape(Shape):
    """The addresses at which the API begins."""

    claims = serializers.URLField()
    articles = serializers.URLField(help_text="where articles are pushed")
    schema = serializers.URLField()
    docs = serializers.URLField()


class PartyNameShape(Shape):
    """A party by slug and name."""

    slug = serializers.CharField()
    title = serializers.CharField()


class SourceNameShape(Shape):
    """A source by slug and name."""

    slug = serializers.CharField()
    name = serializers.CharField()


class CreditShape(Shape):
    """Whom to credit wherever the figures are shown, where they are found, and on which terms they are given."""

    text = serializers.CharField()
    url = serializers.CharField(allow_blank=True)
    licence = serializers.CharField(allow_blank=True)
    licence_url = serializers.CharField(allow_blank=True)


class VoiceShape(Shape):
    """A party and the stance for which it is named."""

    party = serializers.CharField()
    stance = word_field(Stance)


class PendingShape(Shape):
    """A reading that would change the status if a second story or an editor bore it out."""

    party = serializers.CharField()
    stance = word_field(Stance)
    status = word_field(Status)
    needs = word_field(("story", "editor"))


class HeldShape(Shape):
    """The stance a party holds."""

    party = serializers.CharField()
    stance = word_field(Stance)
    firm = serializers.BooleanField()
    since = moment_field()
    last_spoke = moment_field(allow_null=True)
    stories = serializers.IntegerField()


class StatusShape(Shape):
    """What follows from all that was said of a claim: the status, the rule, on whom it rests, against whom."""

    claim = serializers.CharField()
    status = word_field(Status)
    rule = word_field(Rule)
    since = moment_field(allow_null=True)
    because = serializers.ListField(child=serializers.CharField())
    dissent = serializers.ListField(child=serializers.CharField())
    pending = PendingShape(many=True)
    positions = HeldShape(many=True)


class ClaimLinksShape(Shape):
    """Where to go on from a claim in a list."""

    self = serializers.URLField()
    status = serializers.URLField()


class ClaimSummaryShape(Shape):
    """A claim as one line of a list."""

    slug = serializers.CharField()
    kind = word_field(ClaimKind)
    title = serializers.CharField()
    proposition = _Wordings()
    holder = serializers.CharField(allow_null=True)
    opposed = serializers.CharField(allow_null=True)
    place = _Place(allow_null=True)
    status = word_field(Status)
    rule = word_field(Rule)
    since = moment_field(allow_null=True)
    updated_at = moment_field()
    links = ClaimLinksShape()


class AllClaimLinksShape(ClaimLinksShape):
    """Where to go on from a claim."""

    timeline = serializers.URLField()
    positions = serializers.URLField()
    statements = serializers.URLField()
    page = serializers.URLField()


class ClaimShape(Shape):
    """A claim with all its terms and its status document."""

    slug = serializers.CharField()
    kind = word_field(ClaimKind)
    title = serializers.CharField()
    proposition = _Wordings()
    holder = PartyNameShape(allow_null=True)
    opposed = PartyNameShape(allow_null=True)
    place = _Place(allow_null=True)
    gains = PartyNameShape(many=True)
    loses = PartyNameShape(many=True)
    keywords = _Keywords()
    rule = word_field(Rule)
    since = moment_field(allow_null=True)
    updated_at = moment_field()
    recorded_at = moment_field()
    version = serializers.IntegerField()
    status = StatusShape()
    links = AllClaimLinksShape()


class PeriodShape(Shape):
    """A line of the ledger. A null `valid_from` is the beginning of time, a null `*_to` until further notice."""

    status = word_field(Status)
    rule = word_field(Rule)
    reason = serializers.CharField()
    because = VoiceShape(many=True)
    dissent = VoiceShape(many=True)
    policy_version = serializers.IntegerField()
    since = moment_field(allow_null=True)
    valid_from = moment_field(allow_null=True)
    valid_to = moment_field(allow_null=True)
    recorded_from = moment_field()
    recorded_to = moment_field(allow_null=True)


class PositionShape(Shape):
    """A stance held over a period; `last_spoke` and `stories` only on the one held now."""

    party = serializers.CharField()
    stance = word_field(Stance)
    firm = serializers.BooleanField()
    since = moment_field()
    valid_from = moment_field()
    valid_to = moment_field(allow_null=True)
    last_spoke = moment_field(allow_null=True)
    stories = serializers.IntegerField(allow_null=True)


class StatementShape(Shape):
    """Who says what of a claim, in which words. `start` and `end` count code points of title, empty line, text."""

    id = serializers.IntegerField()
    claim = serializers.CharField()
    party = serializers.CharField()
    stance = word_field(Stance)
    said_at = moment_field()
    quote = serializers.CharField(allow_blank=True)
    start = serializers.IntegerField(allow_null=True)
    end = serializers.IntegerField(allow_null=True)
    origin = word_field(Origin)
    strength = word_field(Strength)
    confidence = serializers.FloatField()
    own_voice = serializers.BooleanField()
    review = word_field([word for word in Verdict if word is not Verdict.UNDONE], allow_null=True)
    carried = serializers.BooleanField()
    weight = serializers.FloatField()
    source = SourceNameShape(allow_null=True)
    credit = CreditShape(allow_null=True)
    url = serializers.CharField(allow_blank=True)
    article = serializers.IntegerField(allow_null=True)
    edition = serializers.IntegerField(allow_null=True)
    title = serializers.CharField(allow_blank=True)
    recorded_at = moment_field()


class _PageShape(Shape):
    """The addresses of a page's neighbours."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class ClaimPageShape(_PageShape):
    """A page of claims."""

    results = ClaimSummaryShape(many=True)


class TimelineShape(_PageShape):
    """A page of a claim's status periods, in order of valid time, by what was known at `known_at`."""

    claim = serializers.CharField()
    known_at = moment_field(allow_null=True)
    results = PeriodShape(many=True)


class PositionPageShape(_PageShape):
    """A page of the positions on a claim, in order of valid time."""

    claim = serializers.CharField()
    results = PositionShape(many=True)


class StatementPageShape(_PageShape):
    """A page of the statements on a claim, newest first."""

    claim = serializers.CharField()
    results = StatementShape(many=True)


class EditionShape(Shape):
    """An edition of an article: what it changed against the one before, as found when it was read, and whether it was.

    `modified_at` is when its publisher says it was made. `error` is shown to callers with a key.
    """

    revision = serializers.IntegerField()
    number = serializers.IntegerField()
    lang = serializers.CharField(allow_blank=True)
    title = serializers.CharField(allow_blank=True)
    published_at = moment_field()
    recorded_at = moment_field()
    modified_at = moment_field(allow_null=True)
    words_added = serializers.IntegerField(allow_null=True, help_text="Null for a first edition or one not compared.")
    words_removed = serializers.IntegerField(allow_null=True)
    had = word_field(
        Had,
        help_text="How much of the text was had: `told` is only what its feed carries, `beginning` what of its page is "
        "public. An edition that comes in place of less is no edit by its publisher, and never `silent`.",
    )
    title_changed = serializers.BooleanField()
    statements_gone = serializers.IntegerField(help_text="Statements that vanished with it or were reversed.")
    quotes_gone = serializers.IntegerField(help_text="Quotations of three words or more that vanished with it.")
    correction_note = serializers.CharField(
        allow_blank=True, help_text="The sentence by which it says that it was corrected or updated."
    )
    silent = serializers.BooleanField(help_text="Statements or quotations vanished, and it does not say so.")
    state = word_field(("due", "read", "failed"))
    read_at = moment_field(allow_null=True)
    attempts = serializers.IntegerField()
    error = serializers.CharField(allow_null=True, allow_blank=True)


class ArticleLinksShape(Shape):
    """Where to go on from an article."""

    self = serializers.URLField()


class ArticleShape(Shape):
    """An article: its newest editions first, the story it carries, and the statements read in it that stand."""

    id = serializers.IntegerField()
    url = serializers.CharField()
    source = SourceNameShape()
    credit = CreditShape(allow_null=True)
    published_at = moment_field()
    recorded_at = moment_field()
    withdrawn = serializers.BooleanField()
    editions = EditionShape(many=True)
    story = serializers.IntegerField(allow_null=True)
    statements = StatementShape(many=True)
    links = ArticleLinksShape()


class ProblemPlaceShape(Shape):
    """A parameter or a field at fault: a field as a JSON Pointer in fragment form (RFC 6901), such as `#/text`."""

    parameter = serializers.CharField(required=False)
    pointer = serializers.CharField(required=False)
    detail = serializers.CharField()
    cure = serializers.CharField(required=False)


class ProblemShape(Shape):
    """A problem document (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    request_id = serializers.CharField(required=False)
    errors = ProblemPlaceShape(many=True, required=False)


class ProblemKindShape(Shape):
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
    "Idempotent-Replayed": "`true` where the answer was given before, to the same `Idempotency-Key`.",
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
