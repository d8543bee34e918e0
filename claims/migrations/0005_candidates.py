import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import claims.words


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0004_second_reader"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Candidate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=300, unique=True)),
                ("kind", models.CharField(choices=[("control", "control"), ("general", "general")], max_length=10)),
                ("place", models.JSONField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("accepted", "accepted"), ("dismissed", "dismissed")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("why", models.TextField(blank=True)),
                ("stories", models.PositiveIntegerField(default=0)),
                ("articles", models.PositiveIntegerField(default=0)),
                ("parties", models.JSONField(default=list)),
                ("rank", models.PositiveIntegerField(default=0)),
                ("confidence", models.FloatField(default=0)),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                (
                    "claim",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="candidates",
                        to="claims.claim",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="candidates",
                        to="claims.party",
                    ),
                ),
            ],
            options={
                "verbose_name": "new claim",
                "verbose_name_plural": "new claims",
                "ordering": ("-rank", "-stories", "-confidence", "-seen_at", "key"),
            },
        ),
        migrations.CreateModel(
            name="Sighting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quote", models.TextField()),
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                ("parties", models.JSONField(default=list)),
                ("opposed", models.CharField(blank=True, max_length=80)),
                ("proposition", models.TextField(blank=True)),
                ("keywords", models.JSONField(default=list)),
                ("confidence", models.FloatField()),
                ("rule", models.CharField(blank=True, max_length=120)),
                ("recorded_at", models.DateTimeField()),
                ("dropped_at", models.DateTimeField(blank=True, null=True)),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sightings",
                        to="claims.article",
                    ),
                ),
                (
                    "candidate",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sightings",
                        to="claims.candidate",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sightings",
                        to="claims.revision",
                    ),
                ),
            ],
            options={
                "ordering": ("candidate", "article"),
            },
        ),
        migrations.AddField(
            model_name="candidate",
            name="lead",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="claims.sighting",
            ),
        ),
        migrations.AddIndex(
            model_name="sighting",
            index=models.Index(fields=["candidate", "-confidence"], name="sighting_of_candidate"),
        ),
        migrations.AddIndex(
            model_name="sighting",
            index=models.Index(fields=["revision"], name="sighting_of_revision"),
        ),
        migrations.AddConstraint(
            model_name="sighting",
            constraint=models.UniqueConstraint(fields=("article", "candidate"), name="sighting_once_per_article"),
        ),
        migrations.AddConstraint(
            model_name="sighting",
            constraint=models.CheckConstraint(
                condition=models.Q(("start__lt", models.F("end"))), name="sighting_quote_has_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="sighting",
            constraint=models.CheckConstraint(
                condition=models.Q(("confidence__gte", 0), ("confidence__lte", 1)), name="sighting_confidence_in_0_1"
            ),
        ),
        migrations.AddIndex(
            model_name="candidate",
            index=models.Index(
                condition=models.Q(("state", "open"), ("stories__gt", 0)),
                fields=["-rank", "-stories", "-confidence", "-seen_at", "key"],
                name="candidate_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="candidate",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["control", "general"])), name="candidate_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="candidate",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "accepted", "dismissed"])), name="candidate_state"
            ),
        ),
        migrations.AddConstraint(
            model_name="candidate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", claims.words.ClaimKind["CONTROL"]), _negated=True),
                    models.Q(("holder__isnull", False), ("place__isnull", False)),
                    _connector="OR",
                ),
                name="control_candidate_has_holder_and_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="candidate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("claim__isnull", True), ("decided_at__isnull", True), ("state", "open")),
                    models.Q(("claim__isnull", False), ("decided_at__isnull", False), ("state", "accepted")),
                    models.Q(
                        ("claim__isnull", True),
                        ("decided_at__isnull", False),
                        ("state", "dismissed"),
                        models.Q(("why", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="candidate_decision_is_whole",
            ),
        ),
    ]
