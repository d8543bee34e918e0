"""What words are looked for by: tables of terms, and PostgreSQL's own `pg_trgm` for terms that are nearly alike."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

import claims.models.terms


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0021_source_names"),
    ]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name="SearchMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("statement", models.BigIntegerField(default=0)),
                ("revision", models.BigIntegerField(default=0)),
                ("catalogue", models.BigIntegerField(default=0)),
                ("catalogue_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ClaimTerms",
            fields=[
                (
                    "claim",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="searched",
                        serialize=False,
                        to="claims.claim",
                    ),
                ),
                ("terms", claims.models.terms.TermsField()),
            ],
            options={
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["terms"], name="claim_terms")],
            },
        ),
        migrations.CreateModel(
            name="Name",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "words", "subject", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("words", models.CharField(max_length=400)),
                ("subject", models.CharField(max_length=200)),
            ],
            options={
                "indexes": [models.Index(fields=["subject"], name="name_of_subject")],
            },
        ),
        migrations.CreateModel(
            name="Term",
            fields=[
                ("key", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("uses", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["key"], name="term_alike", opclasses=["gin_trgm_ops"]
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ArticleTerms",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="searched",
                        serialize=False,
                        to="claims.article",
                    ),
                ),
                ("published_at", models.DateTimeField()),
                ("terms", claims.models.terms.TermsField()),
                (
                    "revision",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="claims.revision",
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["terms"], name="article_terms"),
                    models.Index(fields=["-published_at", "-article"], name="article_terms_newest"),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuoteTerms",
            fields=[
                (
                    "statement",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="searched",
                        serialize=False,
                        to="claims.statement",
                    ),
                ),
                ("lang", models.CharField(blank=True, max_length=8)),
                ("said_at", models.DateTimeField()),
                ("terms", claims.models.terms.TermsField()),
                (
                    "claim",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="claims.claim",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="claims.party",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="claims.source",
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["terms"], name="quote_terms"),
                    models.Index(fields=["party", "claim", "said_at"], name="quote_by_party"),
                    models.Index(fields=["source", "claim", "said_at"], name="quote_by_source"),
                    models.Index(fields=["lang", "claim", "said_at"], name="quote_by_language"),
                    models.Index(fields=["claim", "said_at"], name="quote_by_day"),
                    models.Index(fields=["-said_at", "-statement"], name="quote_newest"),
                ],
            },
        ),
    ]
