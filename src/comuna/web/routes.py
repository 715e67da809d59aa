"""The whole map of the site on one page. A line: method, path, door, view."""

from __future__ import annotations

from starlette.routing import Route

from comuna.web import (
    changing,
    closing,
    comparison,
    discussion,
    film,
    group,
    home,
    keys,
    notebook,
    publish,
    record,
    releasing,
    session,
    takeaways,
)
from comuna.web.access import Door, FacilitatorDoor, GatheringDoor, GroupDoor, OrganiserDoor
from comuna.web.notebook import NotebookDoor
from comuna.web.site import endpoint as on

S = "/s/{gathering}"
G = "/g/{book}"
N = S + "/notebook"
D = S + "/discussion"

ROUTES: list[Route] = [
    # the site
    on("GET", "/", Door, home.show),
    on("POST", "/language", Door, home.choose_language),
    on("GET", "/key", Door, keys.show),
    on("POST", "/key", Door, keys.enter),
    on("GET", "/key/{key}", Door, keys.show),
    on("POST", "/key/{key}", Door, keys.enter),
    on("GET", "/organiser", OrganiserDoor, keys.organiser),
    on("POST", "/organiser/card", OrganiserDoor, keys.card),
    on("POST", "/organiser/leave", OrganiserDoor, keys.leave),
    # a new session
    on("GET", "/new", OrganiserDoor, publish.paste),
    on("POST", "/new/preview", OrganiserDoor, publish.preview),
    on("POST", "/new/publish", OrganiserDoor, publish.publish),
    on("POST", "/new/recovery.pdf", OrganiserDoor, publish.recovery_sheet),
    on("POST", "/new/recovery", OrganiserDoor, publish.recovery_kept),
    # a group
    on("GET", G, GroupDoor, group.show),
    on("GET", G + "/calendar.ics", GroupDoor, group.calendar),
    on("GET", G + "/feed.atom", GroupDoor, group.feed),
    on("GET", G + "/book", GroupDoor, group.book),
    # a session: its page
    on("GET", S, GatheringDoor, session.show),
    on("POST", S + "/coming", GatheringDoor, session.come),
    on("POST", S + "/coming/withdraw", GatheringDoor, session.stay_away),
    on("GET", S + "/calendar.ics", GatheringDoor, session.calendar),
    on("GET", S + "/poster.pdf", GatheringDoor, session.poster),
    on("GET", S + "/people", FacilitatorDoor, session.people_coming),
    on("POST", S + "/people/{handle}/admit", FacilitatorDoor, session.admit),
    on("GET", S + "/edit", FacilitatorDoor, changing.edit_form),
    on("POST", S + "/edit", FacilitatorDoor, changing.edit),
    on("GET", S + "/postpone", FacilitatorDoor, changing.postpone_form),
    on("POST", S + "/postpone", FacilitatorDoor, changing.postpone),
    on("GET", S + "/cancel", FacilitatorDoor, changing.cancel_form),
    on("POST", S + "/cancel", FacilitatorDoor, changing.cancel),
    on("POST", S + "/reinstate", FacilitatorDoor, changing.reinstate),
    # a session: the notebook
    on("GET", "/worker.js", Door, notebook.worker),
    on("GET", N, NotebookDoor, notebook.show),
    on("GET", N + "/shell", NotebookDoor, notebook.shell),
    on("GET", N + "/notes.json", NotebookDoor, notebook.data),
    on("GET", N + "/notes.md", NotebookDoor, notebook.download_markdown),
    on("GET", N + "/notes.csv", NotebookDoor, notebook.download_csv),
    on("GET", N + "/sheet.pdf", NotebookDoor, notebook.print_sheet),
    on("POST", N + "/notes", NotebookDoor, notebook.keep),
    on("POST", N + "/notes/{note}/erase", NotebookDoor, notebook.erase),
    on("POST", N + "/notes/{note}/release", NotebookDoor, releasing.release),
    on("POST", N + "/notes/{note}/take-back", NotebookDoor, releasing.take_back),
    on("POST", N + "/clock", NotebookDoor, notebook.set_clock),
    on("POST", N + "/link", NotebookDoor, notebook.link),
    on("GET", N + "/open/{key}", NotebookDoor, notebook.open_link),
    on("POST", N + "/open/{key}", NotebookDoor, notebook.bring),
    on("POST", N + "/forget", NotebookDoor, notebook.forget),
    # a session: the discussion, the comparison table, the film's picture, takeaways
    on("GET", D, GatheringDoor, discussion.show),
    on("POST", D + "/answers", GatheringDoor, discussion.answer),
    on("POST", D + "/takeaways", GatheringDoor, takeaways.propose),
    on("POST", D + "/entries/{entry}/stance", GatheringDoor, discussion.take_stance),
    on("POST", D + "/entries/{entry}/take-back", GatheringDoor, discussion.take_back),
    on("POST", D + "/entries/{entry}/hide", FacilitatorDoor, discussion.hide),
    on("POST", D + "/entries/{entry}/show", FacilitatorDoor, discussion.show_again),
    on("GET", S + "/comparison", GatheringDoor, comparison.show),
    on("POST", S + "/comparison", GatheringDoor, comparison.enter),
    on("GET", S + "/film", GatheringDoor, film.show),
    # a session: closing and the record
    on("GET", S + "/close", FacilitatorDoor, closing.show),
    on("POST", S + "/close", FacilitatorDoor, closing.close),
    on("GET", S + "/record", GatheringDoor, record.show),
    on("GET", S + "/record.md", GatheringDoor, record.markdown),
    on("GET", S + "/record.pdf", GatheringDoor, record.pdf),
    on("GET", S + "/record.json", GatheringDoor, record.data),
]
