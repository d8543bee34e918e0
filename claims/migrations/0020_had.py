"""How much of an article's text was had stands with each edition; what came of pages tells it of those that stand."""

from django.db import migrations, models

WORDS = ["told", "beginning", "whole"]
TELL = """
UPDATE claims_revision r SET had = CASE p.state WHEN 'told' THEN 'told' ELSE 'beginning' END
  FROM claims_page p
 WHERE p.article_id = r.article_id AND p.state IN ('told', 'stub')
   AND (p.state = 'stub' OR r.text = p.told_text)
   AND r.number = (SELECT max(number) FROM claims_revision WHERE article_id = r.article_id)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0019_desk_lists"),
    ]

    operations = [
        migrations.AddField(
            model_name="revision",
            name="had",
            field=models.CharField(
                choices=[(word, word) for word in WORDS], db_default="whole", default="whole", max_length=10
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(condition=models.Q(("had__in", WORDS)), name="revision_had_is_known"),
        ),
        migrations.RunSQL(TELL, migrations.RunSQL.noop),
    ]
