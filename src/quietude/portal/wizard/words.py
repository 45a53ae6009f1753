"""Why a file cannot be used, and what a column was taken for, in plain words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from quietude.ingest.api import Role
from quietude.sources.api import SourceError

REFUSED = {
    "empty": gettext_noop("The file is empty. Export it again from the program it comes from."),
    "header_only": gettext_noop(
        "There is a header and no line below it. Check the number of lines above the header, or export the file again."
    ),
    "encrypted": gettext_noop(
        "The file is protected by a password. Open it, save it without a password, then upload it again."
    ),
    "old_workbook": gettext_noop("This is a workbook of before 2007 (XLS). Open it, save it as XLSX, then upload it."),
    "macros": gettext_noop("The workbook holds macros, which are never opened here. Save it as XLSX, then upload it."),
    "no_table": gettext_noop("This is not a table that can be read. Upload an XLSX, ODS or CSV file."),
    "damaged": gettext_noop("The file is damaged or was cut short on its way. Export or copy it again."),
    "too_large_inside": gettext_noop("The workbook is too large once unpacked. Save the sheet as CSV, then upload it."),
    "encoding": gettext_noop("The letters cannot be read in this encoding. Choose another one, or save as CSV UTF-8."),
    "format": gettext_noop(
        "The lines cannot be cut into columns: a quotation mark is opened and never closed, or the separator is "
        "another one. Choose the separator, or correct the file."
    ),
    "columns": gettext_noop("The lines do not have the number of columns that the header says."),
}
SAFE = gettext_noop("Nothing was imported and nothing of the file was kept.")

ROLES = {
    Role.KEY: gettext_noop("Number of the record"),
    Role.BEGIN: gettext_noop("Date it happened (with or without the time)"),
    Role.BEGIN_CLOCK: gettext_noop("Time it happened"),
    Role.END: gettext_noop("Date it ended"),
    Role.END_CLOCK: gettext_noop("Time it ended"),
    Role.REPORTED: gettext_noop("Date it was reported"),
    Role.REPORTED_CLOCK: gettext_noop("Time it was reported"),
    Role.CATEGORY: gettext_noop("Category"),
    Role.SEVERITY: gettext_noop("Severity"),
    Role.STATUS: gettext_noop("Status"),
    Role.TITLE: gettext_noop("Title"),
    Role.TEXT: gettext_noop("Narrative (personal data are masked)"),
    Role.ADDRESS: gettext_noop("Address or place"),
    Role.POSTCODE: gettext_noop("Postcode"),
    Role.ZONE: gettext_noop("Quarter or sector"),
    Role.LON: gettext_noop("Longitude (X)"),
    Role.LAT: gettext_noop("Latitude (Y)"),
    Role.KEEP: gettext_noop("Keep as it is"),
    Role.DROP: gettext_noop("Drop, with a reason"),
}

BECAUSE = {
    "name": gettext_noop("by its name"),
    "content": gettext_noop("by what it holds"),
    "empty": gettext_noop("empty"),
    "personal": gettext_noop("looks personal"),
    "rest": gettext_noop("to be decided"),
}

FAULTS = {
    "begin_missing": gettext_noop("No column says when it happened. Give one the meaning “Date it happened”."),
    "category_missing": gettext_noop("No column says what kind of fact it is. Give one the meaning “Category”."),
    "once": gettext_noop("“%(column)s” has a meaning that another column has already. Change one of them."),
    "clock_alone": gettext_noop("“%(column)s” is a time without its date. Give the date's column its meaning too."),
    "half_a_place": gettext_noop("“%(column)s” is half a position. Give the other half its meaning, or keep both."),
    "reason_missing": gettext_noop("“%(column)s” is dropped without a reason. Say why it is not needed."),
    "unread_time": gettext_noop(
        "“%(column)s” holds no date that can be read. Give it another meaning, or correct the file."
    ),
}

NOT_TAKEN_BACK = {
    "unknown": gettext_noop("There is no such import."),
    "running": gettext_noop("The import is still running. Wait until it has ended."),
    "already": gettext_noop("This import is taken back already."),
    "not_newest": gettext_noop("A later import of this source exists. Take that one back first."),
    "not_facts": gettext_noop("This import is of a kind that cannot be taken back."),
}


def refused_file(error: SourceError) -> str:
    """Return why a file cannot be used, what is safe and what to do."""
    said = REFUSED.get(error.code)
    return f"{_(said) if said is not None else str(error)} {_(SAFE)}"


TOLD = {
    "busy": gettext_noop("Another import of this source is running. Nothing was done; start again when it has ended."),
    "fault": gettext_noop("The work ended by a fault of the software. What it had filed is safe; start again."),
    "stopped": gettext_noop("The work was stopped before its end. What it had filed is safe; start again."),
}


def told_error(code: str) -> str:
    """Return why the long work did not end well; nothing where it did."""
    return _(TOLD[code]) if code in TOLD else ""
