"""The shapes of what is pushed, and of what is told of it, as the OpenAPI schema tells them."""

from typing import Any, ClassVar

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from claims.api.shapes import ProblemPlaceShape, Shape, moment_field, word_field
from claims.intake import MAX_BATCH
from claims.models import Change
from claims.words import Stance, Status

OUTCOMES = ("created", "revised", "repeated", "withdrawn")


class _SentShape(Shape):
    """A shape of what is sent: the schema says whether it may hold members that are not listed."""

    may_hold_more: ClassVar[bool] = False


class _SentExtension(OpenApiSerializerExtension):
    target_class = _SentShape
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """The schema of the shape, open or closed."""
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return {**schema, "additionalProperties": self.target.may_hold_more}


class ArrivingArticleShape(_SentShape):
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
    pubstatus = word_field(("usable", "canceled"), required=False, help_text="`canceled` withdraws the article.")


class NinjsShape(_SentShape):
    """An IPTC ninjs item, 1.x, 2.x or 3.x: see https://iptc.org/standards/ninjs/ for all its members.

    Only `uri` is needed by the standard. To be read it needs a headline or a body, too: `headline`, `body_text` or
    `body_xhtml` in 1.x, `headlines` and `bodies` in 2.x and 3.x; and a time, `firstCreated` or `versionCreated`
    (in lower case before 3.0). `infoSources` or `by` is kept as the credit. An item under embargo is refused.
    """

    may_hold_more = True

    uri = serializers.CharField(help_text="Its identifier: a web address, urn or tag. The item is named by it.")


@extend_schema_field(
    {
        "type": "array",
        "minItems": 1,
        "maxItems": MAX_BATCH,
        "items": {"anyOf": [{"$ref": "#/components/schemas/ArrivingArticle"}, {"$ref": "#/components/schemas/Ninjs"}]},
    }
)
class _Batch(serializers.ListField):
    """Articles in either form."""


class ArrivingBatchShape(_SentShape):
    """Several articles, each in our own form or as a ninjs item; each is taken or refused on its own."""

    articles = _Batch()


class ReceiptLinksShape(Shape):
    """Where to follow an article, and the job it came by."""

    article = serializers.URLField()
    job = serializers.URLField()


class ReceiptShape(Shape):
    """What became of an article that was sent; `notes` say what was assumed."""

    article = serializers.IntegerField()
    revision = serializers.IntegerField(allow_null=True, help_text="The edition to be read; null if none is.")
    outcome = word_field(OUTCOMES)
    notes = serializers.ListField(child=serializers.CharField())
    links = ReceiptLinksShape()


class ItemLinksShape(Shape):
    """Where to read the article; null where it was refused."""

    article = serializers.URLField(allow_null=True)


class ResultShape(Shape):
    """What became of one of many; `errors` say why it was refused, pointing into the body."""

    index = serializers.IntegerField(help_text="Its place in the body, from 0.")
    outcome = word_field((*OUTCOMES, "refused"))
    article = serializers.IntegerField(allow_null=True)
    revision = serializers.IntegerField(allow_null=True, help_text="The edition to be read; null if none is.")
    notes = serializers.ListField(child=serializers.CharField())
    errors = ProblemPlaceShape(many=True)
    links = ItemLinksShape()


class JobLinksShape(Shape):
    """Where to follow all of them."""

    job = serializers.URLField()


@extend_schema_field({"type": "object", "additionalProperties": {"type": "integer"}})
class _Counts(serializers.DictField):
    """How many came to what."""


class BatchReceiptShape(Shape):
    """What became of many: how many came to what, and a result for each, in the order in which they were sent."""

    counts = _Counts()
    results = ResultShape(many=True)
    links = JobLinksShape()


class StepShape(Shape):
    """Something that happened to an article; `at` is null where the moment is not kept."""

    step = word_field(
        ("received", "stored", "read", "assessed", "withdrawn", "repeated", "failed", "refused"),
    )
    at = moment_field(allow_null=True)
    told = serializers.CharField(allow_blank=True, help_text="In words: which edition, which reader, what went wrong.")


class FoundStatementShape(Shape):
    """A statement that was found in it."""

    id = serializers.IntegerField()
    claim = serializers.CharField()
    party = serializers.CharField()
    stance = word_field(Stance)
    said_at = moment_field()
    quote = serializers.CharField(allow_blank=True)


class ClaimChangeShape(Shape):
    """A claim that it changed: its status, only the grounds it stands on, or only its history."""

    claim = serializers.CharField()
    kind = word_field(Change.Kind.values)
    from_status = word_field(Status)
    to_status = word_field(Status)
    recorded_at = moment_field()


class JobItemShape(ResultShape):
    """One of the articles: what it came to at once, and every step since. `due` is still to be read or withdrawn."""

    state = word_field(("due", "done", "failed", "refused"))
    edition = serializers.IntegerField(allow_null=True)
    steps = StepShape(many=True)
    statements = FoundStatementShape(many=True)
    changes = ClaimChangeShape(many=True)
    error = serializers.CharField(allow_null=True, help_text="What went wrong when it was read last.")


class SelfLinkShape(Shape):
    """Its own address."""

    self = serializers.URLField()


class JobShape(Shape):
    """Articles that were sent together, and what became of each; `done` once nothing is waiting."""

    id = serializers.UUIDField()
    received_at = moment_field()
    done = serializers.BooleanField()
    counts = _Counts()
    items = JobItemShape(many=True)
    links = SelfLinkShape()
