"""The first entries of the register of purposes; accounts that are there already get the usual grant of their role."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.utils import timezone

GDPR, PENAL = "RGPD", "TITRE_III"
PUBLIC_INTEREST = "RGPD art. 6-1 e ; CGCT art. L.2212-1 et L.2212-2 (tranquillité publique)"
REGISTER = (
    (
        "operations", "Travail quotidien de tranquillité", "Daily tranquility work", GDPR, PUBLIC_INTEREST, False,
        "Suivre et traiter les faits signalés, d'un service et d'un jour à l'autre.", "Agents désignés des services",
    ),
    (
        "analysis", "Analyse, sans texte libre", "Analysis, without free text", GDPR, PUBLIC_INTEREST, False,
        "Comprendre où, quand et de quoi la tranquillité souffre, sans lire ce que les personnes ont écrit.", "Analystes",
    ),
    (
        "oversight", "Suivi public, en agrégats", "Public oversight, in aggregate", GDPR, PUBLIC_INTEREST, False,
        "Rendre compte de l'état de la ville et de l'action publique, en nombres.", "Élus",
    ),
    (
        "data_quality", "Qualité des données", "Quality of the data", GDPR, "RGPD art. 5-1 d (exactitude)", False,
        "Vérifier et corriger les imports, les mises en quarantaine et les lieux.", "Gestionnaires des données",
    ),
    (
        "protection", "Protection des données", "Data protection", GDPR, "RGPD art. 39", False,
        "Contrôler la licéité des traitements et répondre aux personnes.", "Délégué à la protection des données",
    ),
    (
        "administration", "Administration du portail", "Administration of the portal", GDPR, "RGPD art. 32", False,
        "Tenir les comptes, les droits et la sécurité du portail.", "Administrateurs",
    ),
    (
        "judicial", "Suivi judiciaire", "Judicial follow-up", PENAL,
        "Loi 78-17, titre III ; CSI art. L.252-3 et L.255-1 pour les images", True,
        "Lire les faits relevant du régime pénal, par des personnes désignées et formées.", "Agents désignés et formés",
    ),
)  # fmt: skip
USUAL = {
    "agent": ("operations", "internal", "open", "on_demand", "open", "open"),
    "supervisor": ("operations", "internal", "open", "on_demand", "open", "open"),
    "analyst": ("analysis", "internal", "closed", "closed", "closed", "open"),
    "elected": ("oversight", "internal", "closed", "closed", "closed", "closed"),
    "data_manager": ("data_quality", "restricted", "open", "on_demand", "open", "open"),
    "dpo": ("protection", "internal", "closed", "closed", "closed", "closed"),
    "administrator": ("administration", "internal", "closed", "closed", "closed", "closed"),
}
"""As `quietude.portal.rights.usual` has it on the day of this change: a migration does not follow later ones."""


def begin(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001  # Django's own form
    """Write the register; give accounts what their role gave them until now."""
    purpose_of, grant_of = apps.get_model("rights", "Purpose"), apps.get_model("rights", "Grant")
    for code, fr, en, regime, basis, needs_training, why, recipients in REGISTER:
        purpose_of.objects.create(
            code=code, title_fr=fr, title_en=en, regime=regime, legal_basis=basis,
            needs_training=needs_training, why=why, recipients=recipients,
        )  # fmt: skip
    today = timezone.now().date()
    for user in apps.get_model("accounts", "User").objects.all():
        code, ceiling, title, text, record, place = USUAL[user.role]
        grant_of.objects.create(
            holder=user, purpose=purpose_of.objects.get(code=code), ceiling=ceiling, title=title, text=text,
            record=record, place=place, since=today, designation="reprise des droits du rôle", given_by="command",
        )  # fmt: skip


class Migration(migrations.Migration):
    """Begins the register."""

    dependencies = [("rights", "0001_rights"), ("accounts", "0002_roles")]  # Django's own way
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]  # as above
