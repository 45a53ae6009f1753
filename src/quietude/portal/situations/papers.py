"""Reports of a situation on paper: as it stands now, and after it with what each part took."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from quietude.portal.paper import FONT, Paper, drawable
from quietude.portal.situations.after import durations_of
from quietude.portal.situations.reading import Row, ShownItem, where_of
from quietude.portal.situations.timeline import Moment, said_of_step
from quietude.portal.town import current_town
from quietude.situations.api import Fate


def report_of(row: Row, items: Sequence[ShownItem], moments: Sequence[Moment], now: datetime, language: str) -> bytes:
    """Return the situation as it stands, as PDF/A-2u."""
    sheet = _Sheet(row, _("Situation report"), now, language)
    sheet.head()
    sheet.steps()
    sheet.tasks()
    sheet.things(items)
    sheet.log(moments)
    return sheet.closed(now)


def after_action_of(
    row: Row, items: Sequence[ShownItem], moments: Sequence[Moment], now: datetime, language: str
) -> bytes:
    """Return what the situation was and what each part of it took, as PDF/A-2u."""
    sheet = _Sheet(row, _("After-action report"), now, language)
    sheet.head()
    sheet.durations()
    sheet.steps()
    sheet.tasks()
    sheet.things(items)
    sheet.log(moments)
    return sheet.closed(now)


def span_said(span: timedelta | None) -> str:
    """Return a length in hours, minutes and seconds; a dash for none."""
    if span is None:
        return "–"
    seconds = round(span.total_seconds())
    hours, minutes = divmod(seconds // 60, 60)
    if hours:
        return f"{hours} h {minutes:02}"
    return f"{minutes} min {seconds % 60:02}" if minutes else f"{seconds} s"


class _Sheet(Paper):
    """Pages with the situation's key at the foot."""

    def __init__(self, row: Row, heading: str, now: datetime, language: str) -> None:
        self.row, self.situation, self.language = row, row.situation, language
        self.zone = ZoneInfo(current_town().timezone)
        town = current_town().title.say(language)
        title = f"{heading} {self.situation.key}"
        last = f"{self.situation.key}{self.situation.log.count()}{now.isoformat()}"
        super().__init__(
            title=title, author=town, foot=f"{town} · {title} · {self.clock(now)}",
            identifier=hashlib.sha256(last.encode()).hexdigest()[:32],
        )  # fmt: skip
        self.line_of(town, 9)
        self.line_of(title, 17, "B")
        if self.situation.is_exercise:
            self.line_of(_("EXERCISE: nothing of this is real"), 12, "B")

    def clock(self, at: datetime | None) -> str:
        """Return a moment by the town's clock."""
        return at.astimezone(self.zone).strftime("%d/%m/%Y %H:%M:%S") if at is not None else "–"

    def head(self) -> None:
        """Write what it is, where, since when, who leads it."""
        one = self.situation
        self.line_of(f"{self.row.kind_title} · {one.title}", 12, "B")
        pairs = [
            (_("Where"), where_of(one) or "–"),
            (_("Since"), self.clock(one.began_at)),
            (_("Opened at"), f"{self.clock(one.opened_at)}, {one.opened_by}"),
            (_("Led by"), str(one.lead or "–")),
            (pgettext("situation", "Priority"), str(one.priority)),
            (_("State"), str(one.get_state_display())),
            (_("Outcome"), one.outcome or "–"),
        ]
        self._table([], pairs, (34, 140))

    def durations(self) -> None:
        """Write how long each part took."""
        spent = durations_of(self.situation)
        rows = [
            (_("From its beginning until it was opened"), span_said(spent.noticed)),
            (_("Until it was taken in hand"), span_said(spent.to_start)),
            (_("From then until it was resolved"), span_said(spent.to_resolve)),
            (_("From resolved to closed"), span_said(spent.to_close)),
            (_("From opened to resolved"), span_said(spent.whole)),
        ]
        self._section(_("Durations"))
        self._table([_("What"), _("Took")], rows, (110, 64))

    def steps(self) -> None:
        """Write the reflex sheet and what became of each step."""
        rows = []
        for stage in self.row.walk.stages:
            said = {Fate.DONE: _("step done"), Fate.SKIPPED: _("step left out"), Fate.OPEN: _("step to do")}[stage.fate]
            is_late = stage.acted is not None and stage.is_late(stage.acted.at)
            ref = f"{stage.step.key}={stage.acted.answer}" if stage.acted is not None else stage.step.key
            text = said_of_step(self.situation, ref, self.language).replace(" → ", ": ")
            must = " *" if stage.step.mandatory else ""
            at = self.clock(stage.acted.at)[11:] if stage.acted is not None else ""
            rows.append((f"{text}{must}", said, at, span_said(stage.took) + (_(" (late)") if is_late else "")))
        if rows:
            self._section(_("Reflex sheet"))
            self._table([_("Step (* mandatory)"), _("What became of it"), _("At"), _("Took")], rows, (94, 28, 22, 30))

    def tasks(self) -> None:
        """Write the tasks."""
        rows = [
            (task.text, str(task.owner or task.service or "–"), self.clock(task.due_at), self.clock(task.done_at))
            for task in self.situation.tasks.filter(removed_at=None).select_related("owner", "service")
        ]
        if rows:
            self._section(_("Tasks"))
            self._table([_("What"), _("Who"), _("Due"), _("Done")], rows, (70, 32, 36, 36))

    def things(self, items: Sequence[ShownItem]) -> None:
        """Write what belongs to it, but for what the reader may not see."""
        rows = [
            (str(each.item.get_what_display()), each.title, each.said, self.clock(each.at))
            for each in items
            if each.is_open
        ]
        hidden = sum(not each.is_open for each in items)
        if rows:
            self._section(_("What belongs to it"))
            self._table([_("Kind"), _("What"), _("Where"), _("When")], rows, (20, 78, 40, 36))
        if hidden:
            self.line_of(_("%(n)d more are outside the rights of whoever made this report.") % {"n": hidden}, 9)

    def log(self, moments: Sequence[Moment]) -> None:
        """Write the log, the earliest first."""
        happened = [each for each in moments if each.kind != "planned"]
        rows = [(self.clock(each.at), each.what, each.said.replace(" → ", ": "), each.who) for each in happened]
        self._section(_("Log"))
        self._table([_("When"), _("What"), _("Said"), _("Who")], rows, (36, 34, 76, 28))

    def _section(self, heading: str) -> None:
        self.ln(2)
        self.start_section(drawable(heading))
        self.line_of(heading, 12, "B")

    def _table(self, header: Sequence[str], rows: Sequence[Sequence[str]], widths: tuple[int, ...]) -> None:
        self.set_font(FONT, "", 9)
        with self.table(
            col_widths=widths, text_align="LEFT", headings_style=FontFace(emphasis="BOLD"), line_height=4.6,
            borders_layout=TableBordersLayout.HORIZONTAL_LINES, padding=1, first_row_as_headings=bool(header),
        ) as table:  # fmt: skip
            for cells in [header, *rows] if header else rows:
                line = table.row()
                for cell in cells:
                    line.cell(drawable(cell))
