"""The fieldwork room: phones of grid workers, what they sent, and what was answered."""

from __future__ import annotations

from commongrid.rooms.fieldwork.cards import (
    Announced,
    Answered,
    FileCard,
    Paired,
    PhoneCard,
    PhoneEntry,
    ReturnedCard,
    ReturnedWords,
    Sent,
)
from commongrid.rooms.fieldwork.commands.burden import (
    FEWEST_GRIDS,
    TimeTaken,
    add_minutes,
    sum_minutes,
)
from commongrid.rooms.fieldwork.commands.exports import take_export
from commongrid.rooms.fieldwork.commands.files import (
    GapError,
    drop_file,
    find_file,
    list_whole_files,
    put_piece,
    read_file,
)
from commongrid.rooms.fieldwork.commands.handovers import (
    HANDOVER,
    confirm_handover,
    decide_handover,
    end_cover,
    enter_effect,
    lapse_handover,
    lock_handover,
    propose_handover,
    withdraw_handover,
)
from commongrid.rooms.fieldwork.commands.intentions import (
    answer_intention,
    claim_intention,
    find_answers,
    keep_photos,
    lock_answer,
    made_when,
)
from commongrid.rooms.fieldwork.commands.phones import pair_phone, revoke_phone
from commongrid.rooms.fieldwork.commands.returned import open_returned_contact, settle_returned
from commongrid.rooms.fieldwork.domain.exporting import (
    LARGEST as LARGEST_EXPORT,
)
from commongrid.rooms.fieldwork.domain.exporting import (
    TOO_LARGE as EXPORT_TOO_LARGE,
)
from commongrid.rooms.fieldwork.domain.exporting import (
    Export,
    ExportedFile,
    open_export,
)
from commongrid.rooms.fieldwork.domain.handing import (
    LAPSES,
    NOTHING_BACK,
    End,
    HandoverKind,
    HandoverState,
    Plan,
    plan_posts,
)
from commongrid.rooms.fieldwork.domain.serving import MOST_PHONES, PhoneState
from commongrid.rooms.fieldwork.erasing import erase_expired, forget_matter
from commongrid.rooms.fieldwork.handovers import (
    HandoverCard,
    find_handover,
    find_trouble,
    held,
    list_due_handovers,
    list_handovers,
    list_holders,
    list_waiting_for,
)
from commongrid.rooms.fieldwork.keys import body_digest, command_id_for, row_id_for
from commongrid.rooms.fieldwork.office import office_key, office_public_key
from commongrid.rooms.fieldwork.phones import (
    GRACE_DAYS,
    find_phone,
    get_phone,
    list_grid_paths,
    list_own_phones,
    list_phones,
)
from commongrid.rooms.fieldwork.returning import count_returned, find_returned, list_returned

__all__ = [
    "EXPORT_TOO_LARGE",
    "FEWEST_GRIDS",
    "GRACE_DAYS",
    "HANDOVER",
    "LAPSES",
    "LARGEST_EXPORT",
    "MOST_PHONES",
    "NOTHING_BACK",
    "Announced",
    "Answered",
    "End",
    "Export",
    "ExportedFile",
    "FileCard",
    "GapError",
    "HandoverCard",
    "HandoverKind",
    "HandoverState",
    "Paired",
    "PhoneCard",
    "PhoneEntry",
    "PhoneState",
    "Plan",
    "ReturnedCard",
    "ReturnedWords",
    "Sent",
    "TimeTaken",
    "add_minutes",
    "answer_intention",
    "body_digest",
    "claim_intention",
    "command_id_for",
    "confirm_handover",
    "count_returned",
    "decide_handover",
    "drop_file",
    "end_cover",
    "enter_effect",
    "erase_expired",
    "find_answers",
    "find_file",
    "find_handover",
    "find_phone",
    "find_returned",
    "find_trouble",
    "forget_matter",
    "get_phone",
    "held",
    "keep_photos",
    "lapse_handover",
    "list_due_handovers",
    "list_grid_paths",
    "list_handovers",
    "list_holders",
    "list_own_phones",
    "list_phones",
    "list_returned",
    "list_waiting_for",
    "list_whole_files",
    "lock_answer",
    "lock_handover",
    "made_when",
    "office_key",
    "office_public_key",
    "open_export",
    "open_returned_contact",
    "pair_phone",
    "plan_posts",
    "propose_handover",
    "put_piece",
    "read_file",
    "revoke_phone",
    "row_id_for",
    "settle_returned",
    "sum_minutes",
    "take_export",
    "withdraw_handover",
]
