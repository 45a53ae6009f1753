"""Candidates, what was expected, rising severity, editions of normals, rules as last readable."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alarms", "0002_suppression_and_assignment"),
    ]

    operations = [
        migrations.CreateModel(
            name="RuleFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=63, unique=True)),
                ("content", models.JSONField(blank=True, null=True)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("fault", models.TextField(blank=True)),
                ("fault_since", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.AddField(
            model_name="alarm",
            name="expected",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="alarm",
            name="is_candidate",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="alarmstep",
            name="what",
            field=models.CharField(
                choices=[
                    ("raised", "rang"),
                    ("cleared", "was over"),
                    ("returned", "rang again: it was not over"),
                    ("withdrawn", "was withdrawn: it never was"),
                    ("acknowledged", "taken"),
                    ("reset", "reset"),
                    ("shelved", "set aside"),
                    ("unshelved", "taken back from aside"),
                    ("commented", "commented"),
                    ("undone", "the last act undone"),
                    ("retired", "its rule is no more"),
                    ("assigned", "given"),
                    ("suppressed", "suppressed"),
                    ("released", "suppressed no more"),
                    ("rose", "became graver: rings again"),
                    ("fell", "became less grave"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="SeasonNormal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("world", models.CharField(choices=[("real", "real"), ("exercise", "exercise")], max_length=8)),
                ("rule", models.CharField(max_length=63)),
                ("digest", models.CharField(max_length=64)),
                ("since", models.DateTimeField()),
                ("weeks", models.PositiveSmallIntegerField()),
                ("content", models.JSONField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("world", "rule", "digest", "since"), name="one_edition_a_normal")
                ],
            },
        ),
    ]
