"""What is fetched: feeds that are polled, pages that are looked at again, the hosts they are on."""

import datetime

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0008_jobs"),
    ]

    operations = [
        migrations.CreateModel(
            name="Host",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=300, unique=True)),
                ("busy_until", models.DateTimeField(blank=True, null=True)),
                ("wait_until", models.DateTimeField(blank=True, null=True)),
                ("ring_at", models.DateTimeField(blank=True, null=True)),
                ("robots", models.TextField(blank=True)),
                ("robots_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ("name",),
            },
        ),
        migrations.CreateModel(
            name="Feed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("etag", models.CharField(blank=True, max_length=1000)),
                ("last_modified", models.CharField(blank=True, max_length=200)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("last_error", models.TextField(blank=True)),
                ("note", models.TextField(blank=True)),
                ("url", models.CharField(max_length=2000, unique=True, verbose_name="address")),
                ("added_at", models.DateTimeField(auto_now_add=True)),
                ("next_poll_at", models.DateTimeField(blank=True, null=True)),
                ("interval", models.DurationField(default=datetime.timedelta(seconds=900))),
                ("polls", models.PositiveIntegerField(default=0)),
                ("last_polled_at", models.DateTimeField(blank=True, null=True)),
                ("last_success_at", models.DateTimeField(blank=True, null=True)),
                ("moved_to", models.CharField(blank=True, max_length=2000)),
                ("moved_seen", models.PositiveSmallIntegerField(default=0)),
                ("paused", models.BooleanField(default=False)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_why", models.TextField(blank=True)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="feeds", to="claims.source"
                    ),
                ),
                (
                    "host",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="claims.host"
                    ),
                ),
            ],
            options={
                "ordering": ("source", "url"),
            },
        ),
        migrations.CreateModel(
            name="Page",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("etag", models.CharField(blank=True, max_length=1000)),
                ("last_modified", models.CharField(blank=True, max_length=200)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("last_error", models.TextField(blank=True)),
                ("note", models.TextField(blank=True)),
                ("url", models.CharField(max_length=2000, unique=True, verbose_name="address")),
                ("found_at", models.DateTimeField()),
                ("next_fetch_at", models.DateTimeField(blank=True, null=True)),
                ("first_fetched_at", models.DateTimeField(blank=True, null=True)),
                ("last_fetched_at", models.DateTimeField(blank=True, null=True)),
                ("fetches", models.PositiveIntegerField(default=0)),
                ("looks", models.PositiveSmallIntegerField(default=0)),
                ("last_status", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("article", "article"),
                            ("stub", "only the beginning is public"),
                            ("empty", "no article on it"),
                        ],
                        max_length=10,
                    ),
                ),
                ("missing_since", models.DateTimeField(blank=True, null=True)),
                ("withdrawn", models.BooleanField(default=False)),
                ("entry", models.CharField(blank=True, max_length=1000)),
                ("told_title", models.TextField(blank=True)),
                ("told_published_at", models.DateTimeField(blank=True, null=True)),
                ("told_digest", models.CharField(blank=True, max_length=64)),
                ("whole_in_feed", models.BooleanField(default=False)),
                (
                    "article",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pages",
                        to="claims.article",
                    ),
                ),
                (
                    "feed",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pages",
                        to="claims.feed",
                    ),
                ),
                (
                    "host",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="claims.host"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pages",
                        to="claims.source",
                    ),
                ),
            ],
            options={
                "ordering": ("-found_at", "-id"),
            },
        ),
        migrations.AddIndex(
            model_name="feed",
            index=models.Index(
                condition=models.Q(("next_poll_at__isnull", False)), fields=["next_poll_at", "host"], name="feed_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="feed",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("next_poll_at__isnull", True),
                    models.Q(("ended_at__isnull", True), ("next_poll_at__isnull", False), ("paused", False)),
                    _connector="OR",
                ),
                name="feed_paused_or_ended_is_not_due",
            ),
        ),
        migrations.AddIndex(
            model_name="page",
            index=models.Index(
                condition=models.Q(("next_fetch_at__isnull", False)), fields=["next_fetch_at", "host"], name="page_due"
            ),
        ),
        migrations.AddIndex(
            model_name="page",
            index=models.Index(
                condition=models.Q(("next_fetch_at__isnull", False)),
                fields=["host", "next_fetch_at"],
                name="page_due_of_host",
            ),
        ),
        migrations.AddIndex(
            model_name="page",
            index=models.Index(fields=["feed", "found_at"], name="page_of_feed"),
        ),
        migrations.AddIndex(
            model_name="page",
            index=models.Index(fields=["-found_at", "-id"], name="page_newest"),
        ),
        migrations.AddConstraint(
            model_name="page",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["", "article", "stub", "empty"])), name="page_state_is_known"
            ),
        ),
    ]
