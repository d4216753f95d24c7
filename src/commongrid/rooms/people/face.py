"""The people room's face: who acts, where they may, and what they may read."""

from __future__ import annotations

from commongrid.rooms.people.cards import (
    AccountCard,
    ApiKeyCard,
    AppointmentCard,
    IssuedKey,
    KeyCard,
    StaffCard,
)
from commongrid.rooms.people.commands.accounts import create_account, deactivate_account
from commongrid.rooms.people.commands.api_keys import (
    create_service_account,
    issue_api_key,
    revoke_api_key,
)
from commongrid.rooms.people.commands.appointments import appoint_person, end_appointment
from commongrid.rooms.people.commands.bulk import BULK, allow_bulk, require_alone
from commongrid.rooms.people.commands.interests import declare_interest
from commongrid.rooms.people.commands.second_person import require_independent
from commongrid.rooms.people.commands.settings import (
    change_language,
    end_sessions,
    set_password,
)
from commongrid.rooms.people.commands.totp import (
    confirm_totp,
    disable_totp,
    enroll_totp,
    renew_recovery_codes,
)
from commongrid.rooms.people.key_queries import (
    find_api_key,
    get_api_key,
    list_api_keys,
    list_service_accounts,
)
from commongrid.rooms.people.queries import (
    acts_on_posts_within,
    display_names,
    find_account,
    get_account,
    holds_any_role,
    list_appointments,
    list_own_appointments,
    list_staff_for,
    list_units_staff,
    staff_actor,
)
from commongrid.rooms.people.scope import EVERYTHING, NOTHING, Scope, UnitPost, scope_of
from commongrid.rooms.people.second_factor import (
    CodeCheck,
    TotpCard,
    check_code,
    count_recovery_codes,
    find_begun_totp,
    has_second_factor,
    must_have_second_factor,
    second_factor_id,
)
from commongrid.rooms.people.within import is_within, passed_by, within_any

__all__ = [
    "BULK",
    "EVERYTHING",
    "NOTHING",
    "AccountCard",
    "ApiKeyCard",
    "AppointmentCard",
    "CodeCheck",
    "IssuedKey",
    "KeyCard",
    "Scope",
    "StaffCard",
    "TotpCard",
    "UnitPost",
    "acts_on_posts_within",
    "allow_bulk",
    "appoint_person",
    "change_language",
    "check_code",
    "confirm_totp",
    "count_recovery_codes",
    "create_account",
    "create_service_account",
    "deactivate_account",
    "declare_interest",
    "disable_totp",
    "display_names",
    "end_appointment",
    "end_sessions",
    "enroll_totp",
    "find_account",
    "find_api_key",
    "find_begun_totp",
    "get_account",
    "get_api_key",
    "has_second_factor",
    "holds_any_role",
    "is_within",
    "issue_api_key",
    "list_api_keys",
    "list_appointments",
    "list_own_appointments",
    "list_service_accounts",
    "list_staff_for",
    "list_units_staff",
    "must_have_second_factor",
    "passed_by",
    "renew_recovery_codes",
    "require_alone",
    "require_independent",
    "revoke_api_key",
    "scope_of",
    "second_factor_id",
    "set_password",
    "staff_actor",
    "within_any",
]
