"""What the acts and refusals of the map and of services with rounds say in English. `messages` takes these tables into
its own."""

from __future__ import annotations

from typing import Final

from comuna.language import N_

REFUSALS: Final[dict[str, tuple[int, str]]] = {
    "map.cut_off": (
        400,
        N_("The streets of this file have no places: it was cut out without its nodes. Export the area again, whole."),
    ),
    "map.missing": (409, N_("The group has no map yet. Import one first: a file from OpenStreetMap.")),
    "map.no_file": (400, N_("No file was brought. Choose an OpenStreetMap file (.osm, .osm.bz2 or .osm.gz).")),
    "map.no_place": (
        400,
        N_("That is no place: latitude and longitude are numbers such as 10.4806 and -66.9036. Or click on the map."),
    ),
    "map.no_streets": (400, N_("There is not one street in this file. Export the area from OpenStreetMap again.")),
    "map.same": (409, N_("That is the map that is here already.")),
    "map.too_far": (
        400,
        N_(
            "This place is %(metres)s m away from any street on the map: %(name)s. Is it in the sea, or are latitude "
            "and longitude swapped?"
        ),
    ),
    "map.too_large": (
        413,
        N_("This map is too large: unpacked it may have %(limit)s MB and two million places. Export a smaller area."),
    ),
    "map.unreadable": (
        400,
        N_("This is no OpenStreetMap file, or it is damaged. We read .osm (XML), also packed as .osm.bz2 or .osm.gz."),
    ),
    "routes.bad_line": (
        400,
        N_("Line %(line)s cannot be read: “%(text)s”. Write: name; block; latitude; longitude; amount; days."),
    ),
    "routes.bad_order": (
        400,
        N_("In the order of vehicle %(vehicle)s there is “%(text)s”. Write the numbers of points, and D for the dump."),
    ),
    "routes.busy": (409, N_("A plan is being made already. Wait until it is done.")),
    "routes.load_too_large": (
        400,
        N_(
            "Point %(point)s has %(load)s to load, and the largest vehicle that gets there takes %(most)s. Split the "
            "point in two, or use a larger vehicle."
        ),
    ),
    "routes.no_points": (409, N_("There are no points yet. Add those that are to be served.")),
    "routes.no_vehicles": (409, N_("There are no vehicles yet. Add one with what it loads and its shift.")),
    "routes.no_way": (
        400,
        N_("Vehicle %(vehicle)s cannot get to or from point %(point)s: no street that it can use leads there."),
    ),
    "routes.no_yard": (409, N_("Say first where the vehicles start.")),
    "routes.interrupted": (500, N_("The planning ended before it was done. Plan anew.")),
    "routes.not_downloaded": (
        503,
        N_(
            "The planner could not be downloaded: this server is offline, or its disk is full. "
            "Today’s routes stay as they are; plan again when it is online."
        ),
    ),
    "routes.not_installed": (
        409,
        N_(
            "The planner is not installed on this server. Whoever keeps it stops the site and starts it with: "
            "./comuna up --with routes. Until then today’s routes stay as they are."
        ),
    ),
    "routes.not_planned": (409, N_("There is no plan yet, or the points were changed since. Plan first.")),
    "routes.shift_too_short": (
        400,
        N_(
            "The shift is too short: to get to these points, serve one and come home takes longer: %(points)s. Give "
            "the vehicles a longer shift."
        ),
    ),
    "routes.too_many": (400, N_("A service can have %(limit)s points at the most. Make two services of it.")),
    "routes.unreachable": (
        400,
        N_(
            "No vehicle can get to these points and back (%(count)s): %(points)s. On the map no street joins them with "
            "the start and the dump, or every street there is too narrow or one-way. Move them, or use a smaller "
            "vehicle."
        ),
    ),
    "routes.yard_unreachable": (
        400,
        N_("A vehicle cannot get from its start to the dump and back: no street on the map joins the two."),
    ),
    "service.bad_amount": (400, N_("The amount is a whole number of up to seven digits, such as 40.")),
    "service.bad_id": (400, N_("That form was sent twice, or is broken. Open the page anew.")),
    "service.bad_vehicle": (
        400,
        N_("A vehicle needs a name, what it loads (at least 1), a shift in minutes and a speed in km/h (1 to 90)."),
    ),
    "service.no_name": (400, N_("Give it a name.")),
    "service.no_week": (400, N_("That is no week.")),
    "service.more_than_there_is": (400, N_("A week has at most %(most)s stops: each point on each of its days.")),
    "service.nothing_served": (400, N_("Say how many points were served, or how many were missed.")),
    "service.planned_already": (409, N_("This plan holds already.")),
    "service.unknown": (404, N_("There is no such service in this group.")),
    "service.unknown_block": (404, N_("There is no such block in this service.")),
    "service.unknown_point": (404, N_("There is no such point in this service.")),
    "service.unknown_type": (400, N_("A service collects garbage, makes visits, or does something else.")),
    "service.week_ahead": (400, N_("That week has not begun.")),
    "service.week_done": (409, N_("How that week went is written down already.")),
}
"""Refusal → (HTTP status, sentence)."""

SENTENCES: Final[dict[str, str]] = {
    "map.imported": N_("A map was imported: %(source)s. Streets: %(streets)s; the file’s SHA-256 is %(file_digest)s."),
    "map.imported.erased": N_("A map was imported. Streets: %(streets)s; the file’s SHA-256 is %(file_digest)s."),
    "service.founded.garbage": N_("A service begins, the collection of garbage: %(name)s."),
    "service.founded.garbage_erased": N_("A service begins, the collection of garbage; its name was erased."),
    "service.founded.visits": N_("A service begins, rounds of visits: %(name)s."),
    "service.founded.visits_erased": N_("A service begins, rounds of visits; its name was erased."),
    "service.founded.other": N_("A service begins: %(name)s."),
    "service.founded.other_erased": N_("A service begins; its name was erased."),
    "service.planned": N_(
        "New rounds hold: %(points)s points, %(vehicles)s vehicles, %(trips)s trips; %(metres)s m in %(minutes)s "
        "minutes. The plan’s SHA-256 is %(digest)s."
    ),
    "service.planned.before": N_(
        "New rounds hold: %(points)s points, %(vehicles)s vehicles, %(trips)s trips; %(metres)s m in %(minutes)s "
        "minutes, before it was %(before_metres)s m in %(before_minutes)s. The plan’s SHA-256 is %(digest)s."
    ),
    "service.planned.unserved": N_(
        "New rounds hold: %(points)s points, %(vehicles)s vehicles, %(trips)s trips; %(metres)s m in %(minutes)s "
        "minutes. Without time for them: %(unserved)s points. The plan’s SHA-256 is %(digest)s."
    ),
    "service.planned.before_unserved": N_(
        "New rounds hold: %(points)s points, %(vehicles)s vehicles, %(trips)s trips; %(metres)s m in %(minutes)s "
        "minutes, before it was %(before_metres)s m in %(before_minutes)s. Without time for them: %(unserved)s points. "
        "The plan’s SHA-256 is %(digest)s."
    ),
    "round.done": N_(
        "The rounds of week %(week)s are over. Points served: %(served)s; missed: %(missed)s; reports of “not "
        "collected”: %(reports)s."
    ),
}
"""Act → its sentence, by the kind's name and the ending of `rules/service_minutes.py`."""
