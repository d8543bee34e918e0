"""Who may set what the policy goes by; the groups that may are put in step by `migrate` itself (claims.models.rights)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("claims", "0014_feed_words")]

    operations = [
        migrations.AlterModelOptions(
            name="claim",
            options={
                "ordering": ("slug",),
                "permissions": (
                    ("set_terms", "Can set what the policy goes by: grades, alignment, who gains and who loses"),
                ),
            },
        ),
    ]
