"""The matters room: raise a matter, act on it, read it. Doors call nothing deeper.

Commands are keyword-only and take ``actor`` (who), ``at`` (the clock, read once at the edge) and
``command_id`` (a UUID made by the form or the client: sending it twice does nothing twice).
A refused command raises ``Refused`` with the verdict and changes nothing.
"""

from __future__ import annotations

from commongrid.rooms.matters.cards import (
    ChoiceCard,
    Cluster,
    Counts,
    Filters,
    FormField,
    Light,
    Lineage,
    LineageStep,
    LinkCard,
    LinkMade,
    LinkPage,
    MatterCard,
    MatterList,
    MatterPage,
    OfferCard,
    PhotoCard,
    PromiseCard,
    SimilarCard,
    SoundCard,
    Standing,
    StepCard,
    TypeCard,
    UnitProposal,
    WaitingLink,
)
from commongrid.rooms.matters.commanded import Contact, Done, Draft, Photo, Raised
from commongrid.rooms.matters.commands.acting import OWN_COMMANDS, take_action
from commongrid.rooms.matters.commands.clockwork import run_clock
from commongrid.rooms.matters.commands.consents import note_consents, stop_sharing
from commongrid.rooms.matters.commands.contacts import (
    change_contact,
    erase_contact,
    read_own_contact,
    reveal_contact,
)
from commongrid.rooms.matters.commands.erasing import Erased, erase_due
from commongrid.rooms.matters.commands.erasing_again import erase_again
from commongrid.rooms.matters.commands.erasing_all import Gone, erase_all, find_certificates
from commongrid.rooms.matters.commands.following import (
    Reach,
    follow_matter,
    forget_follower_contact,
    list_followers_with_contact,
    open_follower_contact,
)
from commongrid.rooms.matters.commands.histories import (
    HistoriesRecorded,
    History,
    HistoryStep,
    PastRules,
    Stopped,
    known_origins,
    record_histories,
)
from commongrid.rooms.matters.commands.links import end_link, make_link, reveal_to_link
from commongrid.rooms.matters.commands.photos import add_photos, redact_photo
from commongrid.rooms.matters.commands.raising import raise_matter
from commongrid.rooms.matters.commands.receipts import act_id_for, receipt_code_of
from commongrid.rooms.matters.commands.rights import (
    RIGHTS,
    ask_right,
    correct_words,
    lift_restriction,
    restrict,
)
from commongrid.rooms.matters.commands.sounds import add_voice_note, write_down
from commongrid.rooms.matters.commands.sweeping import sweep_files
from commongrid.rooms.matters.commands.views import drop_view, save_view
from commongrid.rooms.matters.commands.writing import files_kept_if_saved
from commongrid.rooms.matters.domain.images import UnreadablePicture, is_picture
from commongrid.rooms.matters.domain.images import clean as clean_picture
from commongrid.rooms.matters.domain.links import STEPS as LINK_STEPS
from commongrid.rooms.matters.domain.links import LinkState
from commongrid.rooms.matters.queries.field import (
    FieldChoice,
    FieldFeed,
    FieldField,
    FieldMatter,
    FieldStep,
    list_field_matters,
)
from commongrid.rooms.matters.queries.files import FilesReport, verify_files
from commongrid.rooms.matters.queries.handing import (
    Eased,
    GridStanding,
    HandedLine,
    get_grid_standing,
    handing_actor,
    list_eased,
)
from commongrid.rooms.matters.queries.links import (
    find_link,
    get_link_page,
    list_links,
    list_waiting_links,
    open_link_photo,
)
from commongrid.rooms.matters.queries.lists import (
    cluster_matters,
    count_each,
    count_matters,
    filters_from,
    list_matters,
    list_views,
)
from commongrid.rooms.matters.queries.own_data import OwnData, get_own_data
from commongrid.rooms.matters.queries.pages import (
    explain_action,
    find_by_receipt,
    get_matter,
    get_own_matter,
    open_photo,
    reporter_of,
)
from commongrid.rooms.matters.queries.past import (
    PastAct,
    PastMatter,
    first_raised_at,
    walk_past_acts,
    walk_past_matters,
)
from commongrid.rooms.matters.queries.public import (
    LeftOut,
    PublicCard,
    PublicFilters,
    PublicList,
    count_left_out,
    get_public_matter,
    list_public_matters,
)
from commongrid.rooms.matters.queries.raising import (
    advise_before_raising,
    list_matter_types,
    list_questions,
)
from commongrid.rooms.matters.queries.repeats import is_same_draft, is_same_follow, is_same_step
from commongrid.rooms.matters.queries.rights import (
    Asked,
    Opening,
    find_asked,
    list_asked,
    list_openings,
    reason_name,
    reason_of,
)
from commongrid.rooms.matters.queries.scope import IsOpen, acts_on_matters_within
from commongrid.rooms.matters.queries.similar import find_similar
from commongrid.rooms.matters.queries.sounds import open_sound
from commongrid.rooms.matters.queries.standing import find_standing
from commongrid.rooms.matters.queries.totals import Totals, count_totals

__all__ = [
    "LINK_STEPS",
    "OWN_COMMANDS",
    "RIGHTS",
    "Asked",
    "ChoiceCard",
    "Cluster",
    "Contact",
    "Counts",
    "Done",
    "Draft",
    "Eased",
    "Erased",
    "FieldChoice",
    "FieldFeed",
    "FieldField",
    "FieldMatter",
    "FieldStep",
    "FilesReport",
    "Filters",
    "FormField",
    "Gone",
    "GridStanding",
    "HandedLine",
    "HistoriesRecorded",
    "History",
    "HistoryStep",
    "IsOpen",
    "LeftOut",
    "Light",
    "Lineage",
    "LineageStep",
    "LinkCard",
    "LinkMade",
    "LinkPage",
    "LinkState",
    "MatterCard",
    "MatterList",
    "MatterPage",
    "OfferCard",
    "Opening",
    "OwnData",
    "PastAct",
    "PastMatter",
    "PastRules",
    "Photo",
    "PhotoCard",
    "PromiseCard",
    "PublicCard",
    "PublicFilters",
    "PublicList",
    "Raised",
    "Reach",
    "SimilarCard",
    "SoundCard",
    "Standing",
    "StepCard",
    "Stopped",
    "Totals",
    "TypeCard",
    "UnitProposal",
    "UnreadablePicture",
    "WaitingLink",
    "act_id_for",
    "acts_on_matters_within",
    "add_photos",
    "add_voice_note",
    "advise_before_raising",
    "ask_right",
    "change_contact",
    "clean_picture",
    "cluster_matters",
    "correct_words",
    "count_each",
    "count_left_out",
    "count_matters",
    "count_totals",
    "drop_view",
    "end_link",
    "erase_again",
    "erase_all",
    "erase_contact",
    "erase_due",
    "explain_action",
    "files_kept_if_saved",
    "filters_from",
    "find_asked",
    "find_by_receipt",
    "find_certificates",
    "find_link",
    "find_similar",
    "find_standing",
    "first_raised_at",
    "follow_matter",
    "forget_follower_contact",
    "get_grid_standing",
    "get_link_page",
    "get_matter",
    "get_own_data",
    "get_own_matter",
    "get_public_matter",
    "handing_actor",
    "is_picture",
    "is_same_draft",
    "is_same_follow",
    "is_same_step",
    "known_origins",
    "lift_restriction",
    "list_asked",
    "list_eased",
    "list_field_matters",
    "list_followers_with_contact",
    "list_links",
    "list_matter_types",
    "list_matters",
    "list_openings",
    "list_public_matters",
    "list_questions",
    "list_views",
    "list_waiting_links",
    "make_link",
    "note_consents",
    "open_follower_contact",
    "open_link_photo",
    "open_photo",
    "open_sound",
    "raise_matter",
    "read_own_contact",
    "reason_name",
    "reason_of",
    "receipt_code_of",
    "record_histories",
    "redact_photo",
    "reporter_of",
    "restrict",
    "reveal_contact",
    "reveal_to_link",
    "run_clock",
    "save_view",
    "stop_sharing",
    "sweep_files",
    "take_action",
    "verify_files",
    "walk_past_acts",
    "walk_past_matters",
    "write_down",
]
