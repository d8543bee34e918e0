"""The history of a row is found by the row, and what was done last by the number of the entry."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("claims", "0017_notes"), ("admin", "0003_logentry_add_action_flag_choices")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX admin_log_of_row ON django_admin_log (object_id, content_type_id, action_time DESC)",
            "DROP INDEX admin_log_of_row",
        ),
    ]
