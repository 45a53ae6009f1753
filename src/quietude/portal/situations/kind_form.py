"""The form of a kind: its own fields, and one row a step, with answers as lines of text."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any, Self

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from ruamel.yaml import YAML

from quietude.portal.situations.forms import PRIORITIES
from quietude.situations.api import SOUNDS, SituationKind, Step, answer_line, answer_of

ROWS_MAX = 60
BLANK = {
    "key": "", "text_fr": "", "text_en": "", "detail_fr": "", "detail_en": "", "mandatory": "", "within": "",
    "answers": "", "next": "",
}  # fmt: skip
SOUND_NAMES = {
    "none": _("none"), "chime": _("chime"), "knock": _("knock"), "rise": _("rising"), "pulse": _("pulse"),
}  # fmt: skip


class KindForm(forms.Form):
    """What a kind is called, how it looks and sounds, how long it is kept."""

    name = forms.CharField(
        label=_("Short name"), max_length=40, required=False, help_text=_("a-z, 0-9 and _; it can't be changed.")
    )
    title_fr = forms.CharField(label=_("Name in French"), max_length=120)
    title_en = forms.CharField(label=_("Name in English"), max_length=120)
    icon = forms.CharField(label=_("Icon"), max_length=40, initial="siren")
    sound = forms.ChoiceField(label=_("Sound"), choices=[(name, SOUND_NAMES[name]) for name in SOUNDS])
    priority = forms.TypedChoiceField(
        label=pgettext_lazy("situation", "Priority"), choices=PRIORITIES, coerce=int, initial=3
    )
    retention = forms.CharField(
        label=_("Kept for"), max_length=12, initial="P3Y", help_text=_("From its closing: P1Y, P3Y.")
    )
    recipients = forms.CharField(
        label=_("Who is told"),
        max_length=400,
        required=False,
        help_text=_("role:supervisor service:pm-centre roster:night"),
    )
    reason = forms.CharField(label=_("Why it changes"), max_length=300)

    @classmethod
    def of(cls, name: str, kind: SituationKind | None) -> Self:
        """Return the form as a kind stands; an empty one where there is none."""
        if kind is None:
            return cls()
        return cls(
            initial={
                "name": name, "title_fr": kind.title.fr, "title_en": kind.title.en, "icon": kind.icon,
                "sound": kind.sound, "priority": kind.priority, "retention": kind.retention,
                "recipients": " ".join(kind.recipients),
            }
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class StepRows:
    """The steps as rows of the form."""

    rows: tuple[dict[str, str], ...]

    @classmethod
    def of(cls, kind: SituationKind | None) -> Self:
        """Return the rows of a kind; one blank one where it has none."""
        steps = kind.sheet.steps if kind is not None else ()
        return cls(tuple(_row(step) for step in steps) or (dict(BLANK),))

    @classmethod
    def read(cls, said: QueryDict) -> Self:
        """Return the rows of a form that was sent."""
        columns = {name: said.getlist(f"step_{name}")[:ROWS_MAX] for name in BLANK}
        count = len(columns["key"])
        rows = [
            {name: (values[n] if n < len(values) else "").strip() for name, values in columns.items()}
            for n in range(count)
        ]
        return cls(tuple(rows) or (dict(BLANK),))

    def changed(self, said: QueryDict) -> Self:
        """Return the rows with one more, one moved up, or one taken out, as the pressed button says."""
        rows = [dict(row) for row in self.rows]
        if "more" in said and len(rows) < ROWS_MAX:
            rows.append(dict(BLANK))
        up, out = said.get("up", ""), said.get("out", "")
        if up.isascii() and up.isdigit() and 0 < int(up) < len(rows):
            rows[int(up) - 1], rows[int(up)] = rows[int(up)], rows[int(up) - 1]
        if out.isascii() and out.isdigit() and int(out) < len(rows):
            del rows[int(out)]
        return type(self)(tuple(rows) or (dict(BLANK),))

    def as_yaml(self, said: dict[str, Any]) -> str:
        """Return the kind as the text of a file, so that faults are found as in one."""
        content: dict[str, Any] = {
            "title": {"fr": said["title_fr"], "en": said["title_en"]},
            "icon": said["icon"],
            "sound": said["sound"],
            "priority": said["priority"],
            "retention": said["retention"],
            "recipients": said["recipients"].split(),
            "sheet": {"steps": [_step(row) for row in self.rows if row["key"] or row["text_fr"]]},
        }
        out = io.StringIO()
        writer = YAML()
        writer.width = 10_000
        writer.dump(content, out)
        return out.getvalue()


def _row(step: Step) -> dict[str, str]:
    return {
        "key": step.key,
        "text_fr": step.text.fr,
        "text_en": step.text.en,
        "detail_fr": step.detail.fr if step.detail is not None else "",
        "detail_en": step.detail.en if step.detail is not None else "",
        "mandatory": "yes" if step.mandatory else "",
        "within": step.within or "",
        "answers": "\n".join(answer_line(each) for each in step.answers),
        "next": step.next,
    }


def _step(row: dict[str, str]) -> dict[str, Any]:
    step: dict[str, Any] = {
        "key": row["key"],
        "text": {"fr": row["text_fr"], "en": row["text_en"] or row["text_fr"]},
        "mandatory": row["mandatory"] == "yes",
    }
    if row["detail_fr"]:
        step["detail"] = {"fr": row["detail_fr"], "en": row["detail_en"] or row["detail_fr"]}
    if row["within"]:
        step["within"] = row["within"]
    if row["answers"]:
        step["answers"] = [answer_of(line) for line in row["answers"].splitlines() if line.strip()]
    if row["next"]:
        step["next"] = row["next"]
    return step
