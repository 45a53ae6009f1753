"""Leaves links of documents to entries alone; those to situations are items of these."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_written_once"), ("situations", "0003_documents_of_situations")]

    operations = [
        migrations.AlterField(
            model_name="link",
            name="what",
            field=models.CharField(choices=[("entry", "entry of a logbook")], max_length=10),
        ),
    ]
