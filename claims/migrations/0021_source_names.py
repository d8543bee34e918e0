"""A source is found by its slug or name whatever the capitals: an index of each serves that."""

from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0020_had"),
    ]

    operations = [
        migrations.AddIndex(model_name="source", index=models.Index(Lower("slug"), name="source_slug_folded")),
        migrations.AddIndex(model_name="source", index=models.Index(Lower("name"), name="source_name_folded")),
    ]
