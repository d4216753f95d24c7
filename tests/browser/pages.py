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
    "about:wording": ("/-/messages", DESK),
    "about:letters": ("/-/letters", KEEPER),
    "staff:keys": ("/staff/keys/", KEEPER),
    "staff:key_new": ("/staff/keys/new/", KEEPER),
    "staff:program_new": ("/staff/keys/programs/new/", KEEPER),
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
    "desk:compare": ("/desk/m/{matter_id}/compare/{other_id}/", DESK),
    "desk:link_new": ("/desk/m/{matter_id}/links/new/", DESK),
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
    "board:chooser": ("/board/", ANYBODY),
    "board:definitions": ("/board/definitions/", ANYBODY),
    "board:board": ("/board/{place}/", ANYBODY),
    "board:figure": ("/board/{place}/raised/", ANYBODY),
    "board:embed": ("/board/{place}/embed/raised/", ANYBODY),
    "follow:index": ("/follow/", ANYBODY),
    "follow:matter": ("/follow/matter/{matter_id}/", ANYBODY),
    "follow:asked": ("/follow/asked/", ANYBODY),
    "follow:notices": ("/follow/notices/", DESK),
    "follow:webhooks": ("/follow/webhooks/", KEEPER),
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
    **dict.fromkeys(
        ["outside:task", "outside:act", "outside:contact", "desk:link_end"],
        "tests/browser/test_new_doors.py",
    ),
    **dict.fromkeys(
        ["follow:confirm", "follow:stop", "resident:my_mail", "resident:my_leading"],
        "tests/browser/test_new_doors.py",
    ),
    "staff:key_revoke": "tests/browser/test_new_doors.py",
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
            *("board:publication", "board:figure_csv", "board:figure_json"),
            *("follow:place_feed", "follow:matter_feed"),
            "resident:my_file",
        ],
        "for programs: data, not a page",
    ),
    **dict.fromkeys(
        ["staff:setup_qr", "desk:photo", "resident:my_photo", "resident:shared_photo",
         "resident:waiting_photo", "outside:photo"],
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
            *("resident:here", "desk:why", "outside:leave", "outside:enter", "follow:ask"),
            *("about:send_again", "about:let_go", "follow:webhook_test", "follow:webhook_remove"),
        ],
        "leads elsewhere",
    ),
    "about:style": "tests/browser/test_house_style.py",
}  # fmt: skip
PROGRAMS = ("v1:",)  # spaces whose addresses all speak JSON
