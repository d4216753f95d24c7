# ruff: noqa: E501 - one mistake a line reads as a table
"""Every mistake a readable charter can make is found with file, line, key and what to do."""

from pathlib import Path

import pytest

from commongrid.charter.linter import lint
from commongrid.charter.linter.forbidden import LINES, crossed
from commongrid.charter.linter.wordings import LINTER
from commongrid.charter.loader import list_charter_folders, load_charter
from tests.support.charters.copies import (
    TAIL,
    TINY,
    Edit,
    Seed,
    check_seed,
    copy_tiny,
    problems_of,
    row,
    seed,
)

CHARTERS = Path(__file__).parents[2] / "charters"
C = "common/"
T = C + "transitions.csv"
STATES = C + "states.csv"
LIMITS = C + "limits.csv"
PARAMETERS = C + "parameters.csv"
FIELDS = C + "fields.csv"
M = C + "messages.csv"
YAML = "town/charter.yaml"


def step(cells: str) -> Edit:
    return Edit(T, "", cells + TAIL)


def field(code: str, cells: str) -> Seed:
    """One more field: key, kind, Chinese, English, hints, choices."""
    return row(code, FIELDS, cells + ",,yes")


def parameter(code: str, cells: str) -> Seed:
    return row(code, PARAMETERS, cells)


SEEDS = (
    # flows
    row("flow_missing", C + "types.csv", "F01,服务,Services,咨询,Enquiry,service,U3,,,none,none,no,no,record,,"),
    Seed("flow_without_start", STATES, "service,asked", (Edit(STATES, "", "service,asked,open,none,已问,asked,已收到,We have it" + TAIL),)),
    Seed("flow_unused", STATES, "service,asked", (Edit(STATES, "", "service,asked,open,none,已问,asked,已收到,We have it" + TAIL),)),
    row("state_unreachable", STATES, "event,limbo,open,none,悬着,limbo,悬着,in limbo"),
    Seed("state_without_exit", STATES, "event,parked", (Edit(STATES, "", "event,parked,open,none,停着,parked,停着,parked" + TAIL), step("event,handling,supervise,parked,supervise,,,,"))),
    Seed("no_end_reachable", STATES, "event,ping", (Edit(STATES, "", "event,ping,open,none,乒,ping,乒,ping" + TAIL), Edit(STATES, "", "event,pong,open,none,乓,pong,乓,pong" + TAIL), step("event,handling,supervise,ping,supervise,,,,"), step("event,ping,supervise,pong,supervise,,,,"), step("event,pong,supervise,ping,supervise,,,,"))),
    seed("waiting_only_time", T, "event,waiting_person,resume,handling,handle,", "event,waiting_person,resume,handling,lapse,", "zzz"),
    seed("outcome_missing", STATES, "event,closed,end,solved", "event,closed,end,none"),
    seed("outcome_on_open", STATES, "event,claimed,open,none", "event,claimed,open,solved"),
    row("transition_shadowed", T, "event,offered,take,accepted,take,,stop objection,take_offer,"),
    # clocks
    seed("end_starts_clock", T, "confirm,closed,judge,,stop all", "confirm,closed,judge,,stop all;start check"),
    seed("clock_left_running", T, "confirm,closed,judge,,stop all", "confirm,closed,judge,,stop check"),
    Seed("clock_never_stopped", T, "start patience", (Edit(T, "appoint,handling,appoint,,", "appoint,handling,appoint,,start patience"), Edit(C + "clocks.csv", "", "patience,耐心,patience,1d,unit" + TAIL))),
    seed("pause_without_resume", T, "resume finish", "stop answer", "pause finish"),
    seed("resume_without_pause", T, "pause finish", "stop answer", "resume finish"),
    seed("waiting_not_paused", T, "pause finish", "", "event,handling,wait"),
    seed("waiting_not_resumed", T, "resume finish", "", "event,waiting_person,resume"),
    seed("move_without_date", T, "milestone;new_due_on;reason", "milestone;reason", "event,handling,extend"),
    seed("extension_unbounded", T, "before_expiry:finish;once;max_same_length", "before_expiry:finish", "event,handling,extend"),
    seed("grace_unbounded", T, "event,handling,extend,=,extend,before_expiry:finish;once;max_same_length,move finish:*", "event,handling,extend,=,extend,before_expiry:finish;once;max_same_length,move finish:*;grace finish"),
    row("clock_unused", C + "clocks.csv", "dream,梦,dream,1d,unit"),
    # guards and effects
    seed("guard_twice", T, "urgent,stop all", "urgent;urgent,stop all"),
    seed("second_person_system", T, "time_over:objection", "time_over:objection;second_person"),
    seed("time_over_person", T, "take,handling,take,,", "take,handling,take,time_over:objection,"),
    seed("system_without_time", T, "lapse,handling,lapse,time_over:objection", "lapse,handling,lapse,"),
    seed("objection_after_appointment", T, "before_expiry:objection;never_appointed", "before_expiry:objection"),
    seed("redo_uncounted", T, "stop check;restart finish,count_redone;clear_claimed", "stop check;restart finish,clear_claimed"),
    seed("redo_uncounted", T, "closed,restart finish,count_redone;clear_claimed", "closed,restart finish,tell_person"),
    seed("self_closing", T, "check_pass,closed,check,not_handler", "check_pass,closed,handle,"),
    seed("self_closing", T, "check_pass,closed,check,not_handler", "check_pass,closed,check,"),
    seed("effect_field_missing", T, "start objection,set_offer,unit", "start objection,set_offer,", "event,accepted,offer"),
    seed("guard_field_missing", T, "tell_person,milestone;record?", "tell_person,record?"),
    seed("reveal_without_purpose", T, "no_interest,,reveal,reason", "no_interest,,reveal,reason?"),
    seed("reveal_too_wide", T, "event,*open,reveal,=,reveal", "event,*open,reveal,=,judge"),
    row("callback_too_early", T, "event,claimed,supervise,=,check,,,count_callback,reason"),
    row("callback_by_unit", T, "event,claimed,supervise,=,handle,after_limit,,count_callback,reason"),
    # powers and ladder
    row("power_unused", C + "powers.csv", "juggle,handler,unit,测试,test"),
    seed("scope_mismatch", C + "powers.csv", "withdraw,reporter,own", "withdraw,reporter,area"),
    seed("scope_mismatch", C + "powers.csv", "lapse,clock,system", "lapse,clock,unit"),
    row("role_without_power", C + "roles.csv", "poet,诗人,poet,any,staff"),
    seed("roles_unappointed", C + "powers.csv", "appoint_person,centre,area,测试依据,basis for tests" + TAIL, "", "zzz"),
    seed("ladder_into_nothing", C + "ladder.csv", "unit,centre,supervise", "unit,desk,supervise"),
    row("ladder_circle", C + "ladder.csv", "back,overdue,2,centre,unit,take"),
    seed("units_circle", C + "units.csv", "housing bureau,county,bureau,,", "housing bureau,county,bureau,cleaning,"),
    # duties and units
    seed("type_without_lead", C + "duties.csv", "B01,*,housing,lead", "B01,*,housing,support", "zzz"),
    seed("type_without_lead", C + "duties.csv", "B01,*,housing,lead", "B01,110101000000,housing,lead", "zzz"),
    seed("duty_outside_place", C + "duties.csv", "A01,*,housing", "A01,110101000000,housing"),
    row("lead_twice", C + "duties.csv", "A*,*,housing,lead,1"),
    row("unit_unused", C + "units.csv", "attic,阁楼,attic,county,service,,"),
    seed("emergency_without_line", C + "units.csv", "county,emergency,,119", "county,emergency,,"),
    # limits
    seed("proposal_as_law", LIMITS, "A02,clear,,5wh,limit,made up for tests,proposal", "A02,clear,,5wh,limit,made up for tests,law"),
    row("limit_unit_wrong", C + "clocks.csv", "mediate,调解,mediation,22wd,unit"),
    row("limit_unit_wrong", C + "clocks.csv", "confirm,确认,confirmation,60d,unit"),
    row("milestone_unused", C + "milestones.csv", "polish,擦亮,polish"),
    seed("type_without_limit", LIMITS, "B01,repair,,3wd,limit" + TAIL, "", "zzz"),
    seed("limit_marked_sourced", LIMITS, "A02,clear,,5wh,limit,made up for tests,proposal", "A02,clear,,5wh,limit,A city rule,official"),
    seed("case_never_told", C + "questions.csv", "no,winter_ice", "no,", "zzz"),
    row("case_unused", C + "cases.csv", "storm,大风,storm,answer"),
    seed("rank_twice", C + "classes.csv", "U3,一般,general,7d,2", "U3,一般,general,7d,1"),
    row("class_unused", C + "classes.csv", "U9,不急,no hurry,30d,9"),
    # parameters
    seed("parameter_value_bad", PARAMETERS, "reopening window,30,days", "reopening window,thirty,days"),
    parameter("parameter_value_bad", "wait_max,最久,longest wait,soon,duration,,,"),
    parameter("parameter_value_bad", "part,一份,part,1.5,share,,,"),
    seed("parameter_outside", PARAMETERS, "reopening window,30,days", "reopening window,91,days"),
    parameter("parameter_crosses_bound", "handover_grace,交接宽限,grace,5wd,duration,,9wd,charter"),
    parameter("parameter_crosses_bound", "handover_rest_days,间隔,rest,7,days,1,365,charter"),
    parameter("parameter_crosses_bound", "returns_after_appointment,指定后退回,returns after appointment,1,count,0,9,charter"),
    parameter("parameter_crosses_bound", "hung_review_days,挂账复查,hung review,120,days,1,365,charter"),
    parameter("parameter_crosses_bound", "smallest_count,最小公开数,smallest count,3,count,1,9,charter"),
    parameter("parameter_crosses_bound", "confirmation_days,确认期,confirmation window,45,days,1,60,charter"),
    parameter("parameter_crosses_bound", "activation_days,启动期,activation,15,days,1,60,charter"),
    parameter("parameter_crosses_bound", "extension_times,延期次数,extensions,2,count,0,9,charter"),
    parameter("parameter_crosses_bound", "mediation_limit,调解期,mediation limit,45d,duration,,,law"),
    parameter("parameter_bound_missing", "notice,公告期,notice,10,days,,,law"),
    # what is recorded of a person has a purpose
    field("personal_without_purpose", "mobile,text,手机号,mobile number,,,"),
    field("personal_without_purpose", "full,text,姓名,full name,,,"),
    field("personal_without_purpose", "who,choice,谁,Who,,,ill=病人/an ill person;other=别人/others"),
    row("personal_without_purpose", C + "questions.csv", "A01,years,number,您几岁,How old are you,,,,no,"),
    Seed("sensitive_not_marked", C + "purposes.csv", "illness,", (Edit(FIELDS, "", "illness,text,病情,illness,,,,,yes" + TAIL), Edit(C + "purposes.csv", "", "illness,叫救护车,to call help,依据,basis,no" + TAIL))),
    Seed("publication_unheld", C + "publications.csv", "money,", (Edit(C + "powers.csv", "publish_affairs,desk,area", "appoint_person,desk,area"),)),
    seed("publication_too_late", C + "publications.csv", "month,10d", "month,2mo"),
    seed("small_power_without_steps", C + "small_powers.csv", "propose=提出/propose;publish=公布/publish", "propose=提出/propose"),
    seed("small_power_watches_itself", C + "small_powers.csv", "监委会,watch", "村委会,committee"),
    row("small_power_twice", C + "small_powers.csv", "2,测试采购,another purchase,service,村委会,committee,测试依据,basis,a=甲/a;b=乙/b,监委会,watch"),
    row("purpose_of_nothing", C + "purposes.csv", "nothing,没有,none,依据,basis,no"),
    # what is never recorded, one line of the product each
    field("forbidden_field", "population_type,text,人口类型,population type,,,"),
    field("forbidden_field", "who,text,身份证号,identity number,,,"),
    field("forbidden_field", "household,text,家庭成员,household members,,,"),
    field("forbidden_field", "kind,choice,类别,kind,,,key=重点人员/key person;other=其他/other"),
    field("forbidden_field", "score_of_person,number,信用分,score,,,"),
    field("forbidden_field", "tags,text,标签,tags,,,"),
    field("forbidden_field", "origin,text,民族,ethnic group,,,"),
    field("forbidden_field", "belief,text,宗教信仰,religion,,,"),
    field("forbidden_field", "past,text,信访记录,petition history,,,"),
    field("forbidden_field", "health,text,健康码,health code,,,"),
    field("forbidden_field", "note_on,text,备注,remark,写明政治面貌,state the political status,"),
    field("forbidden_field", "path,text,轨迹,trajectory,,,"),
    field("forbidden_field", "picture,photos,人脸照片,face image,,,"),
    field("forbidden_field", "car,text,车牌号,licence plate,,,"),
    parameter("forbidden_field", "points_table,积分排名,points ranking,1,count,,,"),
    parameter("forbidden_field", "daily_check_in,每日打卡,daily check-in,1,count,,,"),
    row("forbidden_field", C + "questions.csv", "A01,faith,text,有宗教信仰吗,What is your religion,,,,no,"),
    row("forbidden_field", C + "cases.csv", "listed,特殊人群,special groups,answer"),
    row("forbidden_field", C + "types.csv", "K01,管理,Management,实有人口采集,Population register,event,U3,,,none,none,no,no,record,,"),
    seed("sealed_details", C + "types.csv", "none,asked,no,no,photo,A02,60", "none,asked,no,yes,photo,A02,60"),
    # words
    seed("words_not_chinese", C + "milestones.csv", "repair,修好,", "repair,this was not translated,"),
    seed("words_not_english", C + "milestones.csv", "repair,修好,repair", "repair,修好,修好"),
    row("name_twice", C + "types.csv", "A03,环境卫生,Sanitation,道路不洁,Dirty lane,event,U3,,,none,none,no,no,record,,"),
    field("choices_missing", "mood,choice,心情,mood,,,"),
    field("field_unused", "weather,text,天气,weather,,,"),
    row("action_unused", C + "actions.csv", "sing,唱歌,sing,唱了一首,A song was sung,normal"),
    # messages
    row("message_event_unknown", M, "party,feed,anyone,聚会,Party,来,Come"),
    row("message_placeholder_unknown", M, "take,feed,anyone,接下,Taken,{weather} 天气,The weather is {weather}"),
    row("message_placeholder_unknown", M, "take,feed,anyone,接下,Taken,停 {stop_link},Stop {stop_link}"),
    row("message_placeholder_personal", M, "take,mail,reporter,{contact_name} 接下了,{contact_name} has it,好,Good"),
    row("message_placeholder_personal", M, "take,feed,anyone,接下,Taken,他说 {Words},Somebody said {Words}"),
    row("message_brace_alone", M, "take,feed,anyone,接下,Taken,编号 {ref,Number {ref"),
    row("message_without_way_out", M, "take,mail,subscriber,接下,Taken,接下了,It was taken"),
    seed("message_without_confirmation", M, "按这里：{confirm_link},Press here: {confirm_link}", "按这里,Press here"),
    row("message_twisted", M, "take,feed,anyone,接下,Taken,编号 {ref},Taken it is"),
    # questions, sorting, lights
    seed("question_case_area", C + "questions.csv", "no,winter_ice", "no,hamlet"),
    seed("question_case_kind", C + "questions.csv", "A02,ice,yes_no", "A02,ice,text"),
    seed("sorting_when_bad", C + "sorting.csv", "ice_danger,type:A02", "ice_danger,kind:A02"),
    seed("sorting_unknown", C + "sorting.csv", "ice_danger,type:A02", "ice_danger,type:Z99"),
    seed("sorting_unknown", C + "sorting.csv", "answer:ice=yes", "answer:snow=yes"),
    row("sorting_shadowed", C + "sorting.csv", "smoke,words:冒烟;type:A01,advise,,请走开,Please step back,"),
    seed("sorting_without_line", C + "sorting.csv", "Call 119 at once,119", "Call 119 at once,"),
    seed("light_share", C + "lights.csv", "yellow,黄,yellow,0.75", "yellow,黄,yellow,0.4"),
    seed("light_unseen", C + "lights.csv", "blue,蓝,blue,0.5,,unit", "blue,蓝,blue,0.5,,"),
    # dates
    seed("row_expired", LIMITS, "A02,clear,,5wh,limit" + TAIL, "A02,clear,,5wh,limit,made up,proposal,2020-01-01,2023-06-01"),
    seed("row_not_yet", LIMITS, "A02,clear,,5wh,limit" + TAIL, "A02,clear,,5wh,limit,made up,proposal,2024-07-01,"),
    seed("calendar_uncovered", C + "charter.yaml", "covers: [2024-01-01, 2025-12-31]", "covers: [2024-01-01, 2024-06-30]", "zzz"),
    seed("holiday_uncovered", C + "charter.yaml", "covers: [2024-01-01, 2025-12-31]", "covers: [2024-03-01, 2025-12-31]", "zzz"),
    Seed("holiday_plain", C + "holidays_cn.csv", "zzz", (Edit(C + "holidays_cn.csv", "", "2024-03-04,2024-03-04,work,a plain Monday"),)),
)  # fmt: skip
ELSEWHERE = {
    "zzz": {
        "waiting_only_time": (STATES, "event,waiting_person"),
        "roles_unappointed": (C + "roles.csv", "grid_worker,"),
        "type_without_lead": (C + "types.csv", "B01,"),
        "type_without_limit": (C + "types.csv", "B01,"),
        "case_never_told": (LIMITS, "A02,clear,winter_ice"),
        "calendar_uncovered": (YAML, "# An invented place"),
        "holiday_uncovered": (YAML, "# An invented place"),
        "holiday_plain": (YAML, "# An invented place"),
    }
}
"""Mistakes that are told at another row than the one that was edited."""


@pytest.mark.parametrize("mistake", SEEDS, ids=str)
def test_mistake_is_found_with_its_line(mistake, tmp_path):
    if mistake.at in ELSEWHERE:
        file, at = ELSEWHERE[mistake.at][mistake.code]
        mistake = Seed(mistake.code, file, at, mistake.edits)
    check_seed(mistake, tmp_path)


def test_at_least_twenty_five_kinds_are_seeded():
    assert len({mistake.code for mistake in SEEDS}) >= 60


def test_every_wording_of_the_linter_is_seeded_or_named_here():
    # The loader already refuses these in files; the linter says them of charters from elsewhere.
    from_elsewhere = {"power_unheld", "parameter_missing"}
    assert set(LINTER) - {mistake.code for mistake in SEEDS} == from_elsewhere


def test_a_stored_charter_without_a_power_or_a_parameter_is_refused():
    from dataclasses import replace

    charter = load_charter(TINY / "town")
    powers = tuple(row for row in charter.powers if row.power != "check")
    bare = replace(charter, powers=powers, parameters={})
    assert {"power_unheld", "parameter_missing"} <= {problem.code for problem in lint(bare)}


def test_errors_come_before_warnings(tmp_path):
    place = copy_tiny(
        tmp_path,
        Edit(C + "cases.csv", "", "storm,大风,storm,answer" + TAIL),
        Edit(T, "before_expiry:objection;never_appointed", "before_expiry:objection"),
    )
    assert [(p.code, p.is_error) for p in problems_of(place)] == [
        ("objection_after_appointment", True),
        ("case_unused", False),
    ]


@pytest.mark.parametrize(
    "words",
    [
        "积分申诉", "办理结果申诉", "蒙汉语言协助", "民族语言", "surface", "a track in the field 小路",
        "face to face", "residents' committee", "rating 评价", "community 社区", "unscored goal",
        "dirty road", "grid party branch", "重点人行道",
    ],
)  # fmt: skip
def test_words_that_record_nobody_pass(words):
    assert crossed(words) is None


def test_the_problem_names_the_line_of_the_product(tmp_path):
    place = copy_tiny(tmp_path, Edit(FIELDS, "", "car,text,车牌号,licence plate,,,,,yes" + TAIL))
    (problem,) = [p for p in problems_of(place) if p.code == "forbidden_field"]
    assert "4" in problem.do.en
    assert LINES[3].law.zh in problem.do.zh


def test_a_hint_that_says_what_not_to_write_passes(tmp_path):
    hint = "car,text,车辆,vehicle,不要写车牌,do not write the licence plate,,,yes"
    place = copy_tiny(tmp_path, Edit(FIELDS, "", hint + TAIL))
    assert "forbidden_field" not in {problem.code for problem in problems_of(place)}


@pytest.mark.parametrize("folder", list_charter_folders(CHARTERS), ids=lambda path: path.name)
def test_the_charters_of_the_house_have_no_error(folder):
    errors = [problem.line("en") for problem in lint(load_charter(folder)) if problem.is_error]
    assert errors == []


def test_both_charters_are_there():
    assert len(list_charter_folders(CHARTERS)) >= 2
