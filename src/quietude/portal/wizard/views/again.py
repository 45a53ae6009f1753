"""A new file of a source that was declared here: checked against what was declared, then imported."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from quietude.ingest.api import misfit
from quietude.journal.api import Kind
from quietude.portal.accounts.access import Right, requires
from quietude.portal.town import current_town, installation
from quietude.portal.uploads.receiving import takes_files
from quietude.portal.wizard import folders, running
from quietude.portal.wizard.models import drafts_dir
from quietude.portal.wizard.steps import language, note_act
from quietude.portal.wizard.views.trial import told_in_words
from quietude.portal.wizard.words import refused_file
from quietude.portal.wizard.work import IMPORT
from quietude.sources.api import SourceError


@requires(Right.MANAGE_SOURCES)
@takes_files(folders.UPLOAD_MAX_BYTES, on_disk=True)
def again(request: HttpRequest, name: str) -> HttpResponse:
    """Take a new file of the same shape and import it as before."""
    manifest = current_town().sources.get(name)
    own = installation().made_here_dir
    if manifest is None or not manifest.path.is_relative_to(own):
        raise Http404
    work = drafts_dir() / f"again-{name}"
    error, missing, given = "", [], request.FILES.get("file")
    if request.method == "POST":
        note_act(request, Kind.COLLECT, None, "import", source=name)
        if not isinstance(given, UploadedFile) or not given.name:
            error = _("No file was chosen. Choose the file of the logbook, then upload it.")
        else:
            try:
                path = folders.keep_upload(own / "files" / name, given.name, given.chunks())
                missing = misfit(manifest, path)
            except SourceError as refused:
                error = refused_file(refused)
            if error or missing:
                folders.forget_folder(own / "files" / name)
            else:
                (work / "work.json").unlink(missing_ok=True)
                running.start(work, name, IMPORT)
    shown = {"name": name, "title": manifest.title.say(language()), "missing": missing, "refused": error}
    shown |= told_in_words(running.told(work))
    if "HX-Request" in request.headers:
        return render(request, "wizard/work.html", shown)
    return render(request, "wizard/again.html", shown, status=422 if error or missing else 200)
