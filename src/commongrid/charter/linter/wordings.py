# ruff: noqa: E501 - one sentence a line reads better than a broken one
"""The sentences the linter says about charters that can be read but should not be adopted."""

from __future__ import annotations

from collections.abc import Mapping

from commongrid.charter.problems import Problem, Severity, Wording, worded, wording
from commongrid.charter.schema import Where
from commongrid.kernel.text import Text

_W = Severity.WARNING

LINTER: Mapping[str, Wording] = {
    # flows
    "flow_missing": wording("事项类型 {type} 用的流程 {flow} 没有状态", "type {type} uses the flow {flow}, which has no states", "在 states.csv 和 transitions.csv 写出这个流程，或给类型换一个流程", "write the flow into states.csv and transitions.csv, or give the type another kind"),
    "flow_without_start": wording("流程 {flow} 没有从 new 开始的转换", "the flow {flow} has no transition from new", "加一行：from 写 new,action 写 raise", "add a row with new as from, such as the action raise"),
    "flow_unused": wording("流程 {flow} 没有事项类型使用", "no matter type uses the flow {flow}", "如果不需要，用 drop=yes 删去它的状态和转换", "drop its states and transitions if it is not needed", _W),
    "state_unreachable": wording("走不到状态 {state}", "the state {state} cannot be reached", "加一条通到它的转换，或用 drop=yes 删去它", "add a transition that leads to it, or drop it"),
    "state_without_exit": wording("状态 {state} 不是结束，却没有自己的出口", "the state {state} is not an end but has no exit of its own", "加一条离开它的转换，或把 kind 改成 end", "add a transition that leaves it, or make its kind end"),
    "no_end_reachable": wording("从状态 {state} 走不到任何结束", "no end can be reached from the state {state}", "让这一组状态有一条通向结束的路", "give this group of states a way to an end"),
    "waiting_only_time": wording("等待状态 {state} 只能靠时间离开", "only time can leave the waiting state {state}", "加一条由人办理的转换，例如 resume", "add a transition that a person can make, such as resume"),
    "outcome_missing": wording("结束状态 {state} 没有写算作什么结果", "the end {state} does not say what it counts as", "outcome 写 solved、not_solved 或 apart", "set outcome to solved, not_solved or apart"),
    "outcome_on_open": wording("状态 {state} 还没有结束，却写了结果 {value}", "the state {state} is not an end but has the outcome {value}", "outcome 改成 none；挂账不能算解决", "set outcome to none; a hung matter never counts as solved"),
    "transition_shadowed": wording("这一行永远轮不到：第 {line} 行先成立", "this row never gets its turn: line {line} always comes first", "给前一行加条件，或删去这一行", "add a guard to the earlier row, or remove this one"),
    # clocks
    "end_starts_clock": wording("进入结束状态 {state} 时还开始计时 {clock}", "the end {state} starts the clock {clock}", "删去 start；结束的事项不再计时", "remove the start; a matter that has ended owes nothing more"),
    "clock_left_running": wording("进入结束状态 {state} 时，时钟 {clock} 可能还在走", "the clock {clock} may still run when {state} is reached", "在 clocks 写 stop all，或写停掉它", "write stop all, or stop this clock, in clocks"),
    "clock_never_stopped": wording("流程 {flow} 开始了时钟 {clock}，却没有一步停掉它", "the flow {flow} starts the clock {clock} but no step stops it", "在该停的那一步写 stop {clock}", "write stop {clock} into the step that meets it"),
    "pause_without_resume": wording("流程 {flow} 暂停了 {clock}，却没有一步恢复它", "the flow {flow} pauses {clock} but no step resumes it", "在离开等待的那一步写 resume {clock}", "write resume {clock} into the step that leaves the waiting state"),
    "resume_without_pause": wording("流程 {flow} 恢复了 {clock}，但没有一步暂停它", "the flow {flow} resumes {clock} but no step pauses it", "在进入等待的那一步写 pause {clock}，或删去 resume", "write pause {clock} into the step that starts to wait, or remove the resume"),
    "waiting_not_paused": wording("进入等待状态 {state}，时限却没有暂停", "the limit goes on running in the waiting state {state}", "在 clocks 写 pause finish（挂账写 fail finish）", "write pause finish into clocks (fail finish for a hung matter)"),
    "waiting_not_resumed": wording("离开等待状态 {state}，时限却没有恢复", "the limit does not run on after the waiting state {state}", "在 clocks 写 resume finish", "write resume finish into clocks"),
    "move_without_date": wording("时限 {clock} 改期，却不要求填新日期", "the clock {clock} moves but no new date is asked for", "在 needs 加上一个必填的日期字段", "add a date field that must be filled to needs"),
    "extension_unbounded": wording("延期缺少条件 {value}", "the extension lacks the guard {value}", "延期只能一次、最多同样长、期满之前：加上这些条件", "an extension is granted once, at most the same length, before expiry: add these guards"),
    "grace_unbounded": wording("交接宽限不是由系统给，或者缺少条件", "the grace of a handover is not given by the system alone, or lacks a guard", "只给系统职权，并加上条件 falls_due:handover_grace 和 rested:handover_rest_days", "give the power to the system alone, and add the guards falls_due:handover_grace and rested:handover_rest_days"),
    "clock_unused": wording("没有一步用到时钟 {clock}", "no step uses the clock {clock}", "写进某一步，或用 drop=yes 删去", "use it in a step, or drop it", _W),
    # guards and effects
    "guard_twice": wording("同一条件 {value} 写了两次", "the guard {value} stands there twice", "只留一个", "keep one of them"),
    "second_person_system": wording("系统自己走的一步要求第二个人确认", "a step of the clock asks for a second person", "删去 second_person，或改由人办理", "remove second_person, or give the step to a person"),
    "time_over_person": wording("条件 {value} 是给时钟用的，这里却由人来做", "the guard {value} is meant for the clock, but a person takes this step", "换成系统职权，或去掉这个条件", "use a power of the system, or remove the guard", _W),
    "system_without_time": wording("系统自己走的一步没有写等什么时间", "a step of the clock does not say which time it waits for", "加上 time_over:<时钟>", "add time_over:<clock>"),
    "objection_after_appointment": wording("指定办理以后单位还能退回", "a unit could still return a matter after it was appointed", "加上条件 never_appointed：指定以后退回次数为 0", "add the guard never_appointed: after an appointment there are no returns"),
    "redo_uncounted": wording("重办没有计数", "a redo is not counted", "在 effects 加上 count_redone", "add count_redone to effects"),
    "self_closing": wording("办理的人可以自己结案", "whoever handled the matter can close it", "改由反映人或核查员结案，并加上条件 not_handler", "let the reporter or a checker close it, with the guard not_handler"),
    "effect_field_missing": wording("效果 {value} 要用字段 {field}，needs 里却没有", "the effect {value} uses the field {field}, which is not in needs", "在 needs 加上 {field}", "add {field} to needs"),
    "guard_field_missing": wording("条件 {value} 要看字段 {field}，needs 里却没有", "the guard {value} looks at the field {field}, which is not in needs", "在 needs 加上 {field}", "add {field} to needs"),
    "reveal_without_purpose": wording("查看联系方式不要求写用途", "contact data can be revealed without a purpose", "在 needs 加上必填的 purpose 或 reason", "add purpose or reason to needs, without a question mark"),
    "reveal_too_wide": wording("联系方式不是工作人员也能看", "contact data could be revealed to people who are not staff", "只给承办人员 reveal 的职权", "give the power to staff in charge only"),
    "callback_too_early": wording("回访可以在期限之前做", "a callback could be made before the limit has passed", "加上条件 after_limit", "add the guard after_limit"),
    "callback_by_unit": wording("承办单位可以自己回访", "the handling unit could make the callback itself", "回访交给受理台，不给承办单位", "let the desk call back, not the unit"),
    # powers and ladder
    "power_unheld": wording("没有人有职权 {power}", "nobody holds the power {power}", "在 powers.csv 给一个角色这项职权", "give the power to a role in powers.csv"),
    "power_unused": wording("没有一步用到职权 {power}", "no step uses the power {power}", "写进某条转换，或用 drop=yes 删去", "use it in a transition, or drop it", _W),
    "scope_mismatch": wording("角色 {role} 不能用范围 {scope}", "the role {role} cannot use the scope {scope}", "公众用 public、own，工作人员用 area、unit，时钟用 system", "public roles use public or own, staff area or unit, the clock system"),
    "role_without_power": wording("角色 {role} 没有任何职权", "the role {role} holds no power", "在 powers.csv 给它职权，或用 drop=yes 删去", "give it a power in powers.csv, or drop it", _W),
    "roles_unappointed": wording("没有人可以任命工作人员", "nobody may appoint staff", "在 powers.csv 给一个角色职权 appoint_person", "give a role the power appoint_person in powers.csv"),
    "ladder_into_nothing": wording("升级到 {role}，但它没有职权办“{action}”", "the ladder leads to {role}, who may not take the step {action}", "给 {role} 这项职权，或升级到另一个角色", "give {role} the power, or name another role"),
    "ladder_circle": wording("升级绕回原处：{value}", "the ladder runs in a circle: {value}", "让每一级都通向更高的一级", "let every rung lead to a higher one"),
    "units_circle": wording("单位的上级绕回自己：{value}", "the units above form a circle: {value}", "改正 above；最高一级空着", "correct above; leave it empty for the highest unit"),
    # duties and units
    "type_without_lead": wording("事项类型 {type} 在本地没有牵头单位", "no unit leads for the type {type} in this place", "在 duties.csv 加一行 part=lead,place 写 * 或本地代码", "add a row to duties.csv with part lead and * or this place as place"),
    "duty_outside_place": wording("派单目录里的地方 {place} 不在本章程的地方", "the place {place} of this duty lies outside the charter's place", "改正代码，或写 *", "correct the code, or write *"),
    "lead_twice": wording("{type} 在同一地方有两个同级的牵头单位：{value}", "the type {type} has two leads of the same rank in one place: {value}", "用 rank 分出先后，或改成 support", "tell them apart by rank, or make one of them support"),
    "unit_unused": wording("没有派单目录用到单位 {unit}", "no duty names the unit {unit}", "写进 duties.csv，或用 drop=yes 删去", "name it in duties.csv, or drop it", _W),
    "emergency_without_line": wording("应急单位 {unit} 没有电话", "the emergency unit {unit} has no line to call", "在 line 写上号码", "write its number into line", _W),
    # limits
    "proposal_as_law": wording("来源写的是本地拟定，却标成 {value}", "the source says it is a proposal, but the mark is {value}", "mark 改成 proposal；自己定的不能当作法律", "set mark to proposal; a rule of one's own is not law"),
    "limit_unit_wrong": wording("{milestone} 由法律定为 {expected}，这里写成 {value}", "the law sets {milestone} as {expected}, but it is {value} here", "用法律写的单位和长度", "use the unit and length of the law"),
    "milestone_unused": wording("没有时限用到节点 {value}", "no limit uses the milestone {value}", "写进 limits.csv，或用 drop=yes 删去", "use it in limits.csv, or drop it", _W),
    "type_without_limit": wording("事项类型 {type} 没有办结时限", "the type {type} has no limit for its solution", "在 limits.csv 写上；确实没有的，在 note 里说明原因", "write one into limits.csv; where there is none, say why in the note", _W),
    "limit_marked_sourced": wording("类型 {type} 写明时限是拟定的，这条时限却标成 {value}", "the type {type} says its limits are proposals, but this limit is marked {value}", "改 sourced，或把 mark 改成 proposal", "change sourced, or set mark to proposal", _W),
    "case_never_told": wording("没有提问也没有步骤会说出情形 {value}", "no question and no step ever tells the case {value}", "加一个 sets_case 的提问，或删去这种情形", "add a question that sets it, or drop the case", _W),
    "case_unused": wording("没有时限用到情形 {value}", "no limit uses the case {value}", "写进 limits.csv，或用 drop=yes 删去", "use it in limits.csv, or drop it", _W),
    "rank_twice": wording("类别 {value} 和 {other} 的先后相同", "the classes {value} and {other} have the same rank", "每一类写不同的 rank,0 最急", "give each class its own rank; 0 is the most urgent"),
    "class_unused": wording("没有事项类型用到类别 {value}", "no matter type uses the class {value}", "写进 types.csv，或用 drop=yes 删去", "use it in types.csv, or drop it", _W),
    # parameters
    "parameter_value_bad": wording("参数 {name} 的值“{value}”不是{expected}", "the value “{value}” of the parameter {name} is not {expected}", "改成{expected}", "write {expected}"),
    "parameter_outside": wording("参数 {name} 是 {value}，超出允许的 {expected}", "the parameter {name} is {value}, outside the allowed {expected}", "改回范围以内；法律定的范围本地不能改", "bring it back inside; a place cannot move a bound of the law"),
    "parameter_crosses_bound": wording("参数 {name} 是 {value}；界限是 {expected}（{source}）", "the parameter {name} is {value}; the bound is {expected} ({source})", "改回界限以内", "bring it back inside the bound"),
    "parameter_bound_missing": wording("参数 {name} 受法律约束，却没有写 least 或 most", "the parameter {name} is bound by law but names neither least nor most", "写上法律的界限", "write the bound of the law", _W),
    "parameter_missing": wording("没有参数 {name}", "the parameter {name} is missing", "在 parameters.csv 加上它", "add it to parameters.csv"),
    # what is never recorded
    "personal_without_purpose": wording("{field} 问到人（“{value}”），却没有写用途", "{field} asks about a person (“{value}”) and says no purpose", "在 purposes.csv 写明用途和依据，或删去它：没有用途就没有字段（个人信息保护法第六条）", "write its purpose and basis into purposes.csv, or remove it: no purpose, no field (PIPL art. 6)"),
    "sensitive_not_marked": wording("{field} 涉及敏感个人信息（“{value}”），用途里没有标明", "{field} touches sensitive data (“{value}”) and its purpose does not say so", "在 purposes.csv 的 sensitive 写 yes；通过前要有影响评估（个人信息保护法第二十八、五十五条）", "set sensitive to yes in purposes.csv; it needs an assessment before adoption (PIPL art. 28, 55)"),
    "purpose_of_nothing": wording("用途写给了 {field}，但没有这个字段或提问", "a purpose is written for {field}, which is no field and no question", "改正名称，或用 drop=yes 删去", "correct its name, or drop it", _W),
    "forbidden_field": wording("“{value}”记录的是人的身份或评价，不能有", "“{value}” would record what a person is or is rated as; it is refused", "删去它。底线第 {line} 条：{law}", "remove it. Line {line} that is never crossed: {law}"),
    "sealed_details": wording("封存的类型 {type} 还要收集细节（{value}）", "the sealed type {type} still collects details ({value})", "封存类型不收照片和文字，只记类别、时间和移交对象", "a sealed type takes no photo and no words; only the class, the time and the body told"),
    # words
    "words_not_chinese": wording("中文一栏里没有汉字：“{value}”", "the Chinese column has no Chinese in it: “{value}”", "写上中文", "write it in Chinese", _W),
    "words_not_english": wording("英文一栏里是汉字：“{value}”", "the English column has Chinese in it: “{value}”", "写上英文", "write it in English"),
    "name_twice": wording("“{value}”在第 {line} 行也用过", "“{value}” is also used in line {line}", "换一个说法，让人分得清", "choose other words, so that people can tell them apart", _W),
    "choices_missing": wording("{value} 是选择题，却没有选项", "{value} is a choice but offers none", "在 choices 写上选项", "write the choices"),
    "field_unused": wording("没有一步用到字段 {value}", "no step uses the field {value}", "写进 needs，或用 drop=yes 删去", "use it in needs, or drop it", _W),
    "action_unused": wording("没有一步用到动作 {value}", "no step uses the action {value}", "写进 transitions.csv，或用 drop=yes 删去", "use it in transitions.csv, or drop it", _W),
    # questions, sorting, lights, orders
    "question_case_area": wording("情形 {value} 由地方决定，提问不能设定它", "the case {value} is told by the area, so a question cannot set it", "换一种 told_by=answer 的情形", "use a case with told_by answer"),
    "question_case_kind": wording("只有是非题能设定情形，这题是 {value}", "only a yes-or-no question can set a case; this one is {value}", "kind 改成 yes_no，或清空 sets_case", "make its kind yes_no, or clear sets_case"),
    "sorting_when_bad": wording("条件“{value}”读不懂", "the condition “{value}” cannot be read", "写成 words:…、unless:…、type:…、answer:问=答 或 repeat,用分号隔开", "write words:…, unless:…, type:…, answer:question=value or repeat, parted by semicolons"),
    "sorting_unknown": wording("甄别规则提到不存在的{table}“{value}”", "the sorting rule names a {table} that does not exist: “{value}”", "改正它", "correct it"),
    "sorting_shadowed": wording("这条规则永远轮不到：第 {line} 行的 {value} 先成立", "this rule never gets its turn: {value} in line {line} always matches first", "把更窄的规则放在前面", "put the narrower rule first"),
    "sorting_without_line": wording("移交的规则没有写电话", "a rule that hands over names no line to call", "在 line 写上号码", "write the number into line"),
    "light_share": wording("灯 {value} 的比例不对：{share}", "the share of the light {value} is wrong: {share}", "写 0 到 1 之间的数，后面的灯比前面的大", "write a share between 0 and 1, each later light higher than the one before"),
    "light_unseen": wording("没有人看得到灯 {value}", "nobody sees the light {value}", "在 seen_by 写上角色", "name roles in seen_by"),
    # messages
    "message_event_unknown": wording("没有叫“{value}”的动作或事件", "there is no step or event called “{value}”", "写一个动作，或 {expected}", "name a step, or one of {expected}"),
    "message_placeholder_unknown": wording("不认识占位符 {value}", "the placeholder {value} is not known here", "用这些：{expected}", "use one of {expected}"),
    "message_placeholder_personal": wording("占位符 {value} 会写出个人信息；邮件、订阅源和提醒都不封口", "the placeholder {value} would tell something personal; no mail, feed or notice is sealed", "删去它；细节请本人凭回执查看", "remove it; whoever holds the receipt reads the details there"),
    "message_brace_alone": wording("有一个大括号不成对", "a brace stands alone", "占位符写在一对大括号里", "write a placeholder between two braces"),
    "message_without_way_out": wording("寄给订阅者的邮件没有停止关注的链接", "a mail to somebody who follows does not say how to stop it", "在正文加上占位符 {expected}", "add the placeholder {expected} to the words"),
    "message_without_confirmation": wording("确认邮件里没有确认链接", "the mail that confirms an address has no link to confirm", "在正文加上占位符 {expected}", "add the placeholder {expected} to the words"),
    "message_twisted": wording("中文和英文的占位符不一样：{value}", "the two languages do not fill in the same: {value}", "两种语言写同样的占位符", "use the same placeholders in both languages", _W),
    # publications and small powers
    "publication_unheld": wording("公开事项 {value} 没有人有职权公开", "nobody may make the publication {value}", "在 powers.csv 给一个角色职权 publish_affairs", "give a role the power publish_affairs in powers.csv"),
    "publication_too_late": wording("期限 {value} 太长，最多 {expected} 天", "the limit {value} is too long: {expected} days at most", "缩短 within", "shorten within"),
    "small_power_without_steps": wording("小微权力没有流程：至少要 {value} 步，代号不能重复", "a small power has no way to follow: {value} steps at least, each with a code of its own", "在 steps 写 代号=中文/English，用分号隔开", "write code=Chinese/English into steps, parted by semicolons"),
    "small_power_watches_itself": wording("{value} 自己监督自己", "{value} would watch over itself", "在 supervision 写另一个机构", "name another body under supervision"),
    "small_power_twice": wording("这项小微权力与第 {value} 项同名", "the small power has the name of number {value}", "合并，或改名", "join the two, or change a name"),
    # dates and calendar
    "row_expired": wording("这一行在章程生效前已经失效（{value}）", "the row had ended ({value}) before the charter begins", "删去它，或改有效期", "remove it, or change its validity", _W),
    "row_not_yet": wording("这一行在章程生效后才开始有效（{value}）", "the row begins ({value}) only after the charter does", "改 valid_from，或把章程的生效日推后", "change valid_from, or let the charter begin later", _W),
    "calendar_uncovered": wording("节假日只写到 {value}，章程从 {expected} 起至少要用一年", "holidays are known until {value}, but the charter is used for at least a year from {expected}", "补上节假日文件，并改 covers", "add the holidays, and move covers", _W),
    "holiday_uncovered": wording("节假日 {value} 在 covers 之外", "the holiday {value} lies outside covers", "改 covers，或删去这一天", "move covers, or remove the day", _W),
    "holiday_plain": wording("{value} 和平常的一周一样，不用写", "{value} is like the plain week and need not stand there", "删去这一行", "remove the row", _W),
}  # fmt: skip


def lint_problem(code: str, where: Where, key: str, **values: str | Text) -> Problem:
    """A problem of the linter at this place."""
    return worded(LINTER[code], code, where, key, values)
