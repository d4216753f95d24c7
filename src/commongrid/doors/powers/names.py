"""Names of powers: what their steps are called, or our own words where a power has no step."""

from __future__ import annotations

from collections.abc import Mapping

from commongrid.charter.compiler import Compiled
from commongrid.kernel.text import Text

OWN: Mapping[str, Text] = {
    "accept_first": Text("首接即受理", "Accept as the first receiver"),
    "hand_over_matter": Text("办理中转交应急电话", "Hand a matter over to the emergency line"),
    "reach_local": Text("完成现场的节点", "Reach a milestone on the spot"),
    "record_step": Text("登记员记录节点", "Intake records a step"),
    "adopt_charter": Text("启用章程", "Adopt a charter"),
    "rehearse": Text("推演", "Rehearse"),
    "propose_change": Text("提出章程修改", "Propose a change of the charter"),
    "appoint_person": Text("任命工作人员", "Appoint staff"),
    "end_appointment": Text("结束任职", "End an appointment"),
    "keep_places": Text("维护区划和网格", "Keep places and grids"),
    "import_requests": Text("导入历史事项", "Import past matters"),
    "answer_rights": Text("答复个人信息请求", "Answer requests about personal data"),
    "own_data": Text("查阅、更正、删除本人信息", "See, correct and delete one's own data"),
    "erase_contact": Text("删除联系方式", "Erase contact data"),
    "redact_photo": Text("涂去照片中的内容", "Redact a photo"),
    "read_ledger": Text("查阅职权记录", "Read the ledger"),
    "oversee": Text("查看监督清单", "Oversee"),
    "make_finding": Text("提出监督意见", "Make a finding"),
    "answer_finding": Text("答复监督意见", "Answer a finding"),
    "plan_sample": Text("安排抽样复查", "Plan a sample"),
    "recheck": Text("复查已办结的事项", "Re-check closed matters"),
    "propose_duty": Text("提出新任务、新表格", "Propose a task or form"),
    "give_opinion": Text("网格提意见", "Give the grid's opinion"),
    "admit_duty": Text("批准或不准新任务", "Admit or refuse a task"),
    "handle_complaint": Text("办理投诉", "Handle a complaint"),
    "review_complaint": Text("复核投诉", "Review a complaint"),
    "publish_affairs": Text("公开村务、居务", "Publish village and community affairs"),
}


def power_name(power: str, compiled: Compiled) -> Text:
    """What a power is called: our own words, the labels of its steps, or its key."""
    if power in OWN:
        return OWN[power]
    steps = dict.fromkeys(row.action for row in compiled.charter.transitions if row.power == power)
    labels = [compiled.label(action) for action in steps]
    if not labels:
        return Text.both(power)
    return Text(" / ".join(one.zh for one in labels), " / ".join(one.en for one in labels))
