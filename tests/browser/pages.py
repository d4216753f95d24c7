"""Which addresses are pages, who opens them, and why the others are none."""

ANYBODY, DESK, KEEPER = "", "town-desk", "town-keeper"

# name: (address with the keys of the sample, who opens it)
PAGES = {
    "about:index": ("/-/", DESK),
    "about:rules": ("/-/rules", DESK),
    "about:charter": ("/-/rules/{charter}", DESK),
    "about:charter_part": ("/-/rules/{charter}/types", DESK),
    "about:states": ("/-/states", DESK),
    "about:why": ("/-/why", DESK),
    "about:jobs": ("/-/jobs", DESK),
    "about:versions": ("/-/versions", DESK),
    "about:acts": ("/-/acts", KEEPER),
    "about:settings": ("/-/settings", KEEPER),
    "staff:account": ("/staff/", DESK),
    "staff:login": ("/staff/login/", ANYBODY),
    "staff:again": ("/staff/again/", DESK),
    "staff:recovery": ("/staff/recovery/", DESK),
    "staff:password": ("/staff/password/", DESK),
    "staff:people": ("/staff/people/", KEEPER),
    "staff:person_new": ("/staff/people/new/", KEEPER),
    "staff:person": ("/staff/people/{account_id}/", KEEPER),
    "staff:appoint": ("/staff/people/{account_id}/appoint/", KEEPER),
    "staff:person_password": ("/staff/people/{account_id}/password/", KEEPER),
    "staff:person_second_step": ("/staff/people/{account_id}/second-step/", KEEPER),
    "staff:person_close": ("/staff/people/{account_id}/close/", KEEPER),
    "staff:end_post": ("/staff/people/{account_id}/end/{post_id}/", KEEPER),
    "staff:charters": ("/staff/charter/", KEEPER),
    "desk:inbox": ("/desk/", DESK),
    "desk:tasks": ("/desk/tasks/", DESK),
    "desk:map": ("/desk/map/", DESK),
    "desk:new": ("/desk/new/", DESK),
    "desk:matter": ("/desk/m/{matter_id}/", DESK),
    "desk:sheet": ("/desk/m/{matter_id}/sheet/", DESK),
    "desk:redact": ("/desk/m/{matter_id}/photos/{photo_id}/redact/", DESK),
    "resident:home": ("/", ANYBODY),
    "resident:places": ("/places/", ANYBODY),
    "resident:help": ("/help/", ANYBODY),
    "resident:paper": ("/help/paper/", ANYBODY),
    "resident:privacy": ("/privacy/", ANYBODY),
    "resident:accessibility": ("/accessibility/", ANYBODY),
    "resident:what": ("/report/what/", ANYBODY),
    "resident:my_code": ("/my/code/", ANYBODY),
    "resident:grids": ("/grids/", ANYBODY),
    "resident:grid_post": ("/grids/{grid}/", ANYBODY),
    "open311:page": ("/open311/", ANYBODY),
    "api:home": ("/api/", ANYBODY),
    "api:docs": ("/api/docs", ANYBODY),
    "ogc:landing": ("/ogc/", ANYBODY),
    "ogc:conformance": ("/ogc/conformance", ANYBODY),
    "ogc:collections": ("/ogc/collections", ANYBODY),
    "ogc:collection": ("/ogc/collections/matters", ANYBODY),
    "ogc:items": ("/ogc/collections/matters/items", ANYBODY),
    "ogc:item": ("/ogc/collections/grids/items/{grid}", ANYBODY),
    "ogc:exports": ("/ogc/exports", ANYBODY),
}

# Pages that stand in the middle of a journey, and are looked at where the journey leads.
JOURNEYS = {
    **dict.fromkeys(
        [
            *("resident:questions", "resident:advice", "resident:where", "resident:similar"),
            *("resident:photo", "resident:check", "resident:sent", "resident:my"),
            *(
                "resident:my_act",
                "resident:my_contact",
                "resident:my_erase",
                "resident:follow",
                "resident:report",
            ),
        ],
        "tests/browser/test_resident_journey.py",
    ),
    "about:changes": "tests/site/test_about_pages.py",
    **dict.fromkeys(["desk:act", "desk:new_follow"], "tests/browser/test_desk_journey.py"),
    **dict.fromkeys(
        ["staff:code", "staff:setup", "staff:setup_start"], "tests/doors/staff/test_setup.py"
    ),
}

NOT_PAGES = {
    **dict.fromkeys(
        [
            *("about:alive", "about:health", "about:ready", "about:metrics"),
            *("desk:map_points", "desk:map_outlines", "desk:export", "resident:outlines"),
            *("open311:discovery", "open311:root", "open311:discovery_beside", "open311:services"),
            *("open311:definition", "open311:requests", "open311:request", "open311:token"),
            *("ogc:api", "ogc:schema", "ogc:queryables", "ogc:csvw", "ogc:export", "ogc:nothing"),
            "resident:my_file",
        ],
        "for programs: data, not a page",
    ),
    **dict.fromkeys(
        ["staff:setup_qr", "desk:photo", "resident:my_photo", "resident:shared_photo",
         "resident:waiting_photo"],
        "a picture",
    ),
    **dict.fromkeys(
        ["desk:rows", "desk:map_list", "desk:new_grids", "desk:filters", "resident:suggest"],
        "a part of a page, looked at there",
    ),
    **dict.fromkeys(
        [
            *("common:set_language", "staff:logout", "staff:language", "staff:end_sessions"),
            *("desk:keep_view", "desk:forget_view", "desk:offer", "desk:reveal", "desk:add_photos"),
            *("resident:cancel", "resident:my_open", "resident:my_close", "resident:my_link"),
            *("resident:here", "desk:why"),
        ],
        "leads elsewhere",
    ),
    "about:style": "tests/browser/test_house_style.py",
}  # fmt: skip
PROGRAMS = ("v1:",)  # spaces whose addresses all speak JSON
