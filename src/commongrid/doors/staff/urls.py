"""Addresses of the staff door, mounted at /staff/."""

from django.urls import path

from commongrid.doors.staff.views import (
    careful,
    charters,
    entry,
    handovers,
    keys,
    own,
    people,
    phones,
    setup,
)

app_name = "staff"
urlpatterns = [
    path("", own.account, name="account"),
    path("login/", entry.log_in, name="login"),
    path("login/code/", entry.second_step, name="code"),
    path("logout/", entry.log_out, name="logout"),
    path("again/", entry.again, name="again"),
    path("setup/", setup.set_up, name="setup"),
    path("setup/start/", setup.start, name="setup_start"),
    path("setup/qr.svg", setup.qr, name="setup_qr"),
    path("recovery/", setup.recovery, name="recovery"),
    path("mail/", own.mail, name="mail"),
    path("mail/stop/", own.mail_stop, name="mail_stop"),
    path("language/", own.language, name="language"),
    path("password/", own.password, name="password"),
    path("sessions/end/", own.end_everywhere, name="end_sessions"),
    path("people/", people.people, name="people"),
    path("people/new/", people.new, name="person_new"),
    path("people/<int:account_id>/", people.person, name="person"),
    path("people/<int:account_id>/appoint/", people.appoint, name="appoint"),
    path("people/<int:account_id>/password/", careful.password, name="person_password"),
    path("people/<int:account_id>/second-step/", careful.second_step, name="person_second_step"),
    path("people/<int:account_id>/allow/", careful.allow, name="person_allow"),
    path("people/<int:account_id>/close/", careful.close, name="person_close"),
    path("people/<int:account_id>/end/<int:post_id>/", careful.end_post, name="end_post"),
    path("keys/", keys.keys, name="keys"),
    path("keys/new/", keys.key_new, name="key_new"),
    path("keys/programs/new/", keys.program_new, name="program_new"),
    path("keys/<int:key_id>/revoke/", keys.key_revoke, name="key_revoke"),
    path("phones/", phones.phones, name="phones"),
    path("phones/<int:phone_id>/revoke/", phones.phone_revoke, name="phone_revoke"),
    path("handovers/", handovers.handovers, name="handovers"),
    path("handovers/new/", handovers.new, name="handover_new"),
    path("handovers/<uuid:handover_id>/", handovers.handover, name="handover"),
    path("handovers/<uuid:handover_id>/sheet/", handovers.sheet, name="handover_sheet"),
    path("handovers/<uuid:handover_id>/do/<slug:what>/", handovers.do, name="handover_do"),
    path("charter/", charters.charters, name="charters"),
]
