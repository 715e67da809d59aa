"""The whole map of the site on one page. A line: method, path, door, view."""

from __future__ import annotations

from starlette.routing import Route

from comuna.web import (
    chair,
    chair_steps,
    changing,
    closing,
    comparison,
    discussion,
    film,
    group,
    home,
    keys,
    live,
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
from comuna.web.site import live_endpoint as live_on

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
    # a session while it is held: phones, the wall, the chair. Its stream of events is `live/stream.py`'s
    on("GET", "/j", Door, live.find),
    on("POST", "/j", Door, live.enter_code),
    on("GET", "/j/{code}", Door, live.enter_code),
    live_on("GET", S + "/live", live.show),
    live_on("GET", S + "/live/me", live.my_part),
    live_on("GET", S + "/live/lots.txt", live.draw_lots),
    live_on("POST", S + "/live/join", live.join),
    live_on("POST", S + "/live/{do}", live.do),
    live_on("GET", S + "/wall", live.wall),
    live_on("GET", S + "/chair", chair.show),
    on("GET", S + "/chair/open", FacilitatorDoor, chair.opening),
    on("POST", S + "/chair/begin", FacilitatorDoor, chair.begin),
    on("POST", S + "/chair/take", FacilitatorDoor, chair.take),
    on("GET", S + "/chair/key/{key}", GatheringDoor, chair.take_form),
    on("POST", S + "/chair/key/{key}", GatheringDoor, chair.take_by_key),
    on("POST", S + "/chair/paper", GatheringDoor, chair.paper),
    on("POST", S + "/chair/wall", FacilitatorDoor, chair.early_wall),
    live_on("GET", S + "/chair/share", chair.share),
    live_on("POST", S + "/chair/share", chair.make_key),
    live_on("POST", S + "/chair/end-others", chair.end_others),
    live_on("POST", S + "/chair/stand-down", chair.stand_down),
    live_on("POST", S + "/chair/add", chair_steps.add),
    live_on("POST", S + "/chair/{do}", chair_steps.do),
    # a session: closing and the record
    on("GET", S + "/close", FacilitatorDoor, closing.show),
    on("POST", S + "/close", FacilitatorDoor, closing.close),
    on("GET", S + "/record", GatheringDoor, record.show),
    on("GET", S + "/record.md", GatheringDoor, record.markdown),
    on("GET", S + "/record.pdf", GatheringDoor, record.pdf),
    on("GET", S + "/record.json", GatheringDoor, record.data),
]
