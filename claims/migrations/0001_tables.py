import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import claims.words


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name="Article",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("url", models.CharField(max_length=2000, unique=True)),
                ("published_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("withdrawn", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ("-published_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("prefix", models.CharField(max_length=12)),
                ("digest", models.CharField(max_length=64, unique=True)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="api_keys",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-created_at",),
            },
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=80, unique=True)),
                ("kind", models.CharField(blank=True, max_length=40)),
                ("names", models.JSONField(blank=True, default=dict)),
                (
                    "reliability",
                    models.CharField(
                        choices=[
                            ("A", "A - completely reliable"),
                            ("B", "B - usually reliable"),
                            ("C", "C - fairly reliable"),
                            ("D", "D - not usually reliable"),
                            ("E", "E - unreliable"),
                            ("F", "F - cannot be judged"),
                        ],
                        default="F",
                        max_length=1,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                (
                    "aligned_with",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allies",
                        to="claims.party",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "parties",
                "ordering": ("slug",),
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=120, unique=True)),
                ("kind", models.CharField(choices=[("control", "control"), ("general", "general")], max_length=10)),
                ("place", models.JSONField(blank=True, null=True)),
                ("proposition", models.JSONField(blank=True, default=dict)),
                ("keywords", models.JSONField(blank=True, default=dict)),
                ("recorded_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField(auto_now=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("unverified", "unverified"),
                            ("contested", "contested"),
                            ("confirmed", "confirmed"),
                            ("refuted", "refuted"),
                        ],
                        default=claims.words.Status["UNVERIFIED"],
                        max_length=10,
                    ),
                ),
                (
                    "rule",
                    models.CharField(
                        choices=[
                            ("decision", "decision"),
                            ("admission", "admission"),
                            ("consensus", "consensus"),
                            ("contested", "contested"),
                            ("unverified", "unverified"),
                        ],
                        default=claims.words.Rule["UNVERIFIED"],
                        max_length=10,
                    ),
                ),
                ("status_since", models.DateTimeField(blank=True, null=True)),
                ("document", models.TextField(default="{}")),
                ("version", models.PositiveBigIntegerField(default=0)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("ring_at", models.DateTimeField(blank=True, null=True)),
                ("gains", models.ManyToManyField(blank=True, related_name="gains_by", to="claims.party")),
                (
                    "holder",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="claims.party",
                    ),
                ),
                ("loses", models.ManyToManyField(blank=True, related_name="loses_by", to="claims.party")),
                (
                    "opposed",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="claims.party",
                    ),
                ),
            ],
            options={
                "ordering": ("slug",),
            },
        ),
        migrations.CreateModel(
            name="Position",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("begins", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                (
                    "stance",
                    models.CharField(
                        blank=True,
                        choices=[("affirms", "affirms"), ("denies", "denies"), ("unsettled", "unsettled")],
                        max_length=10,
                    ),
                ),
                ("since", models.DateTimeField(blank=True, null=True)),
                ("firm", models.BooleanField(default=False)),
                (
                    "settled",
                    models.CharField(
                        blank=True,
                        choices=[("affirms", "affirms"), ("denies", "denies"), ("unsettled", "unsettled")],
                        max_length=10,
                    ),
                ),
                ("last_spoke", models.DateTimeField(blank=True, null=True)),
                ("stories", models.PositiveIntegerField(default=0)),
                ("heard", models.DateTimeField()),
                ("sums", models.JSONField(default=list)),
                ("offered", models.JSONField(default=list)),
                (
                    "claim",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="positions",
                        to="claims.claim",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="positions", to="claims.party"
                    ),
                ),
            ],
            options={
                "ordering": ("claim", "party", "begins"),
            },
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("lang", models.CharField(blank=True, max_length=8)),
                ("title", models.TextField(blank=True)),
                ("text", models.TextField(blank=True)),
                ("digest", models.CharField(max_length=64)),
                ("published_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("passages_length", models.PositiveIntegerField(default=0)),
                ("ring_at", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.TextField(blank=True)),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="claims.article",
                    ),
                ),
            ],
            options={
                "ordering": ("article", "number"),
            },
        ),
        migrations.CreateModel(
            name="Passage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.BigIntegerField()),
                ("length", models.PositiveIntegerField()),
                (
                    "revision",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passages",
                        to="claims.revision",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=80, unique=True)),
                ("name", models.CharField(max_length=200, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("outlet", "outlet"), ("agency", "agency"), ("channel", "channel of a party")],
                        default="outlet",
                        max_length=10,
                    ),
                ),
                ("language", models.CharField(blank=True, max_length=8)),
                ("homepage", models.URLField(blank=True, max_length=500)),
                (
                    "reliability",
                    models.CharField(
                        choices=[
                            ("A", "A - completely reliable"),
                            ("B", "B - usually reliable"),
                            ("C", "C - fairly reliable"),
                            ("D", "D - not usually reliable"),
                            ("E", "E - unreliable"),
                            ("F", "F - cannot be judged"),
                        ],
                        default="F",
                        max_length=1,
                    ),
                ),
                (
                    "speaks_as",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="channels",
                        to="claims.party",
                    ),
                ),
                (
                    "voice",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="voice_of",
                        to="claims.party",
                    ),
                ),
            ],
            options={
                "ordering": ("name",),
            },
        ),
        migrations.AddField(
            model_name="article",
            name="source",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="articles", to="claims.source"
            ),
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stance",
                    models.CharField(
                        choices=[("affirms", "affirms"), ("denies", "denies"), ("unsettled", "unsettled")],
                        max_length=10,
                    ),
                ),
                ("said_at", models.DateTimeField()),
                (
                    "origin",
                    models.CharField(
                        choices=[("reading", "reading"), ("record", "record"), ("editor", "editor")], max_length=10
                    ),
                ),
                ("url", models.CharField(blank=True, max_length=2000)),
                ("quote", models.TextField(blank=True)),
                ("start", models.PositiveIntegerField(blank=True, null=True)),
                ("end", models.PositiveIntegerField(blank=True, null=True)),
                ("cue_start", models.PositiveIntegerField(blank=True, null=True)),
                ("cue_end", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "strength",
                    models.CharField(
                        choices=[("plain", "plain"), ("hedged", "hedged")],
                        default=claims.words.Strength["PLAIN"],
                        max_length=10,
                    ),
                ),
                ("confidence", models.FloatField(default=1.0)),
                ("rule", models.CharField(blank=True, max_length=120)),
                ("own_voice", models.BooleanField(default=False)),
                ("record_key", models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ("recorded_at", models.DateTimeField()),
                ("dropped_at", models.DateTimeField(blank=True, null=True)),
                ("dropped_why", models.CharField(blank=True, max_length=200)),
                (
                    "article",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="claims.article",
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="claims.claim",
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="claims.statement",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="statements", to="claims.party"
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="claims.revision",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="claims.source",
                    ),
                ),
            ],
            options={
                "ordering": ("-said_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "verdict",
                    models.CharField(
                        choices=[("confirmed", "confirmed"), ("rejected", "rejected"), ("corrected", "corrected")],
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("recorded_at", models.DateTimeField()),
                (
                    "editor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="claims.statement",
                    ),
                ),
            ],
            options={
                "ordering": ("-recorded_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="StatusPeriod",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("unverified", "unverified"),
                            ("contested", "contested"),
                            ("confirmed", "confirmed"),
                            ("refuted", "refuted"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "rule",
                    models.CharField(
                        choices=[
                            ("decision", "decision"),
                            ("admission", "admission"),
                            ("consensus", "consensus"),
                            ("contested", "contested"),
                            ("unverified", "unverified"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField()),
                ("because", models.JSONField(default=list)),
                ("dissent", models.JSONField(default=list)),
                ("policy_version", models.PositiveSmallIntegerField()),
                ("since", models.DateTimeField(blank=True, null=True)),
                ("valid", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("recorded", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                (
                    "claim",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="periods",
                        to="claims.claim",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Story",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recorded_at", models.DateTimeField()),
                ("merged_at", models.DateTimeField(blank=True, null=True)),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="claims.story",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "stories",
            },
        ),
        migrations.AddField(
            model_name="revision",
            name="story",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="revisions",
                to="claims.story",
            ),
        ),
        migrations.CreateModel(
            name="TermsLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recorded_at", models.DateTimeField()),
                ("policy_version", models.PositiveSmallIntegerField()),
                ("gains", models.JSONField(default=list)),
                ("loses", models.JSONField(default=list)),
                ("standings", models.JSONField(default=list)),
                (
                    "claim",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="terms",
                        to="claims.claim",
                    ),
                ),
            ],
            options={
                "ordering": ("claim", "recorded_at"),
            },
        ),
        migrations.CreateModel(
            name="Withdrawal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn", models.BooleanField(default=True)),
                ("why", models.TextField(blank=True)),
                ("asked_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawals",
                        to="claims.article",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("status", "status"), ("grounds", "grounds"), ("history", "history")], max_length=10
                    ),
                ),
                (
                    "from_status",
                    models.CharField(
                        choices=[
                            ("unverified", "unverified"),
                            ("contested", "contested"),
                            ("confirmed", "confirmed"),
                            ("refuted", "refuted"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "to_status",
                    models.CharField(
                        choices=[
                            ("unverified", "unverified"),
                            ("contested", "contested"),
                            ("confirmed", "confirmed"),
                            ("refuted", "refuted"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "rule",
                    models.CharField(
                        choices=[
                            ("decision", "decision"),
                            ("admission", "admission"),
                            ("consensus", "consensus"),
                            ("contested", "contested"),
                            ("unverified", "unverified"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField()),
                ("because", models.JSONField(default=list)),
                ("valid_from", models.DateTimeField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                (
                    "claim",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="claims.claim",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "indexes": [
                    models.Index(fields=["claim", "-id"], name="change_of_claim"),
                    models.Index(fields=["kind", "-id"], name="change_newest"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("from_status__in", ["unverified", "contested", "confirmed", "refuted"])),
                        name="change_from_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to_status__in", ["unverified", "contested", "confirmed", "refuted"])),
                        name="change_to_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rule__in", ["decision", "admission", "consensus", "contested", "unverified"])
                        ),
                        name="change_rule",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["status", "grounds", "history"])), name="change_kind"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("unverified", "unverified"),
                            ("contested", "contested"),
                            ("confirmed", "confirmed"),
                            ("refuted", "refuted"),
                        ],
                        max_length=10,
                    ),
                ),
                ("rationale", models.TextField()),
                ("effective_from", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                ("lift_recorded_at", models.DateTimeField(blank=True, null=True)),
                ("lift_rationale", models.TextField(blank=True)),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="claims.claim",
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-recorded_at", "-id"),
                "indexes": [models.Index(fields=["claim", "recorded_at"], name="decision_of_claim")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["unverified", "contested", "confirmed", "refuted"])),
                        name="decision_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lift_recorded_at__isnull", True), ("lifted_at__isnull", True)),
                            models.Q(
                                ("lift_recorded_at__isnull", False), ("lifted_at__gte", models.F("effective_from"))
                            ),
                            _connector="OR",
                        ),
                        name="decision_lift_is_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rationale", ""), _negated=True), name="decision_has_a_rationale"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="party",
            constraint=models.CheckConstraint(
                condition=models.Q(("reliability__in", "ABCDEF")), name="party_reliability_is_a_grade"
            ),
        ),
        migrations.AddConstraint(
            model_name="party",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("aligned_with__isnull", True),
                    models.Q(("aligned_with", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="party_not_aligned_with_itself",
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["status", "-status_since", "id"], name="claim_by_status"),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(condition=models.Q(("ring_at__isnull", False)), fields=["ring_at"], name="claim_due"),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["control", "general"])), name="claim_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["unverified", "contested", "confirmed", "refuted"])),
                name="claim_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(("rule__in", ["decision", "admission", "consensus", "contested", "unverified"])),
                name="claim_rule",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", claims.words.ClaimKind["CONTROL"]), _negated=True),
                    models.Q(("holder__isnull", False), ("place__isnull", False)),
                    _connector="OR",
                ),
                name="control_claim_has_holder_and_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="position",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until__isnull", True)), fields=("claim", "party"), name="position_latest_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="position",
            constraint=models.UniqueConstraint(fields=("claim", "party", "begins"), name="position_begins_once"),
        ),
        migrations.AddConstraint(
            model_name="position",
            constraint=models.CheckConstraint(
                condition=models.Q(("stance__in", ["", "affirms", "denies", "unsettled"])), name="position_stance"
            ),
        ),
        migrations.AddIndex(
            model_name="passage",
            index=models.Index(fields=["digest"], include=("revision", "length"), name="passage_by_digest"),
        ),
        migrations.AddConstraint(
            model_name="passage",
            constraint=models.UniqueConstraint(fields=("revision", "digest"), name="passage_once_per_revision"),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(("reliability__in", "ABCDEF")), name="source_reliability_is_a_grade"
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["outlet", "agency", "channel"])), name="source_kind"
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["-published_at", "-id"], name="article_newest"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["source", "-published_at"], name="article_of_source"),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(fields=["claim", "party", "said_at", "id"], name="statement_of_party"),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(fields=["claim", "-said_at", "-id"], name="statement_timeline"),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(fields=["revision", "claim", "party"], name="statement_of_revision"),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(fields=["article", "claim"], name="statement_of_article"),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(("stance__in", ["affirms", "denies", "unsettled"])), name="statement_stance"
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(("origin__in", ["reading", "record", "editor"])), name="statement_origin"
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(("strength__in", ["plain", "hedged"])), name="statement_strength"
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(("confidence__gte", 0), ("confidence__lte", 1)), name="statement_confidence_in_0_1"
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end__isnull", True), ("start__isnull", True)),
                    ("start__lt", models.F("end")),
                    _connector="OR",
                ),
                name="statement_quote_has_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("origin", claims.words.Origin["RECORD"]),
                        ("record_key__isnull", False),
                        ("revision__isnull", True),
                    ),
                    models.Q(
                        models.Q(("origin", claims.words.Origin["RECORD"]), _negated=True),
                        ("article__isnull", False),
                        ("revision__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="statement_stands_in_a_revision_or_is_a_record",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("dropped_at__isnull", True), ("origin", claims.words.Origin["READING"])),
                fields=("article", "claim", "party"),
                name="statement_one_reading_per_claim_and_party",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["statement", "-recorded_at", "-id"], name="review_last_word"),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("verdict__in", ["confirmed", "rejected", "corrected"])), name="review_verdict"
            ),
        ),
        migrations.AddConstraint(
            model_name="statusperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["unverified", "contested", "confirmed", "refuted"])),
                name="period_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="statusperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(("rule__in", ["decision", "admission", "consensus", "contested", "unverified"])),
                name="period_rule",
            ),
        ),
        migrations.AddConstraint(
            model_name="statusperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(("recorded__isempty", False), ("valid__isempty", False)), name="period_is_not_empty"
            ),
        ),
        migrations.AddConstraint(
            model_name="statusperiod",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("claim", "="), ("valid", "&&"), ("recorded", "&&")], name="period_one_answer_per_moment"
            ),
        ),
        migrations.AddConstraint(
            model_name="story",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("merged_at__isnull", True), ("merged_into__isnull", True)),
                    models.Q(("merged_at__isnull", False), ("merged_into__isnull", False)),
                    _connector="OR",
                ),
                name="story_merge_is_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="story",
            constraint=models.CheckConstraint(
                condition=models.Q(("merged_into__isnull", True), ("merged_into__lt", models.F("id")), _connector="OR"),
                name="story_merges_into_an_older_one",
            ),
        ),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(condition=models.Q(("ring_at__isnull", False)), fields=["ring_at"], name="revision_due"),
        ),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(fields=["story"], name="revision_of_story"),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.UniqueConstraint(fields=("article", "number"), name="revision_number_once_per_article"),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="revision_numbers_from_one"),
        ),
        migrations.AddConstraint(
            model_name="termsline",
            constraint=models.UniqueConstraint(fields=("claim", "recorded_at"), name="terms_once_per_moment"),
        ),
        migrations.AddIndex(
            model_name="withdrawal",
            index=models.Index(fields=["article", "-recorded_at"], name="withdrawal_of_article"),
        ),
        migrations.AddIndex(
            model_name="withdrawal",
            index=models.Index(
                condition=models.Q(("recorded_at__isnull", True)), fields=["asked_at"], name="withdrawal_due"
            ),
        ),
    ]
