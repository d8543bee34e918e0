"""What feeds say of articles is kept until their pages are had; why a host is left alone is told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0013_reprints"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="page",
            name="page_state_is_known",
        ),
        migrations.AddField(
            model_name="host",
            name="wait_why",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="page",
            name="told_lang",
            field=models.CharField(blank=True, max_length=8),
        ),
        migrations.AddField(
            model_name="page",
            name="told_text",
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name="page",
            name="state",
            field=models.CharField(
                blank=True,
                choices=[
                    ("article", "article"),
                    ("stub", "only the beginning is public"),
                    ("empty", "no article on it"),
                    ("told", "only its feed's words were had"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="page",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["", "article", "stub", "empty", "told"])), name="page_state_is_known"
            ),
        ),
    ]
