"""What offices of the seed place did in the open: tasks asked of grids, publications, supervision.

What was loaded once stays as it was, whatever the day of the next load.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from commongrid.charter.matter import Actor
from commongrid.ledger import face as ledger
from commongrid.rooms.duties import face as duties
from commongrid.rooms.findings import face as findings
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places
from commongrid.rooms.publications import face as publications
from commongrid.stories.seeding.staff import GACHA, SUMU, TOWN

NAMESPACE = UUID("3b0a7a52-58e1-4d0e-9a5f-0c7c1f2b6d84")
DAY = timedelta(days=1)
NOON = timedelta(hours=12)
LATE_BY, LATE_EVERY = 3 * DAY + NOON, 29  # how late, and every how many
MISSING = {SUMU: (4, 9, 15), TOWN: (2,)}  # the bodies, in order, whose newest nobody published
LAST = "affair town major"  # of the publications; who finds it need not load them
INVENTED = "（虚构）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """An invented task for grids: who proposed it when, who said what, and how it was decided."""

    by: str
    days_ago: int
    task: str
    basis: str
    reason: str
    minutes: int
    items: tuple[str, ...] = ()
    heard_days: int = 0
    voices: Sequence[tuple[str, bool, str]] = ()
    is_approved: bool | None = None
    decision: str = ""


TASKS = (
    Task(
        by="town-keeper", days_ago=40, minutes=15,
        task="每月查看一次楼道应急灯，坏的报修（虚构）",
        basis="演示依据：街道履职事项清单第 12 项（虚构）",
        reason="入冬停电时要靠它照路；物业一个月才来一次。",
        voices=(("town-grid", True, "顺路就能看，半小时够了。"),
                ("town-grid-next", True, "希望不用填表。")),
        is_approved=True, decision="两名网格员都同意，不填表，坏了按报修走。",
    ),
    Task(
        by="town-head", days_ago=30, minutes=45,
        task="每周抄一遍沿街商铺的营业时间（虚构）",
        basis="演示依据：上级通知（虚构）",
        reason="统计要用。",
        voices=(("town-grid", False, "商铺自己在门上写着，抄了也没有人看。"),
                ("town-grid-next", False, "")),
        is_approved=False, decision="没有法定依据，统计可以用已有的登记数据，不交给网格。",
    ),
    Task(
        by="town-keeper", days_ago=2, minutes=10, heard_days=14,
        task="上报井盖问题时量一量坑有多深（虚构）",
        basis="演示依据：城市道路管理条例（虚构引用）",
        reason="抢修班要知道带多少料，少跑一趟。",
        items=("question:B01/how_deep:number",),
        voices=(("town-grid", True, "不是必填就行。"),),
    ),
)  # fmt: skip


def load_offices(*, staff: Mapping[str, int], at: datetime) -> None:
    """Load it all. Run again it changes nothing."""
    for number, task in enumerate(TASKS):
        _load_task(number, task, staff, at)
    _load_affairs(staff, at)
    _load_supervision(staff, at)


def _load_task(number: int, task: Task, staff: Mapping[str, int], at: datetime) -> None:
    """Propose a task, hear the grids, and decide it where somebody has."""
    asked_at = at - task.days_ago * DAY
    card = duties.propose_duty(
        actor=_actor(staff, task.by, asked_at),
        at=asked_at,
        command_id=_id(f"task {number}"),
        place_code=TOWN,
        draft=duties.DutyDraft(
            task=task.task,
            items=task.items,
            basis_kind="list",
            basis=task.basis,
            reason=task.reason,
            minutes_a_week=task.minutes,
            valid_until=(asked_at + 240 * DAY).date(),
            heard_days=task.heard_days,
        ),
    )
    for who, is_for, said in task.voices:
        duties.give_opinion(
            actor=_actor(staff, who, asked_at + DAY),
            at=asked_at + DAY,
            command_id=_id(f"task {number} {who}"),
            admission_id=card.id,
            is_for=is_for,
            said=said,
        )
    if task.is_approved is not None:
        decided_at = asked_at + 6 * DAY
        duties.decide_duty(
            actor=_actor(staff, "town-centre", decided_at),
            at=decided_at,
            command_id=_id(f"task {number} decided"),
            admission_id=card.id,
            is_approved=task.is_approved,
            reason=task.decision,
        )


def _load_affairs(staff: Mapping[str, int], at: datetime) -> None:
    """What bodies published since the charter asks it: most in time, some late, a few missing."""
    if ledger.find_act(_id(LAST)) is not None:
        return
    for code, username in ((SUMU, "sumu-desk"), (TOWN, "town-community")):
        publisher = _actor(staff, username, at)
        for number, (promise, after) in enumerate(_kept_of(code, at)):
            draft = _kept(promise, number)
            name = f"affair {promise.place.code} {draft.rule} {draft.period}"
            _publish(name, publisher, promise.due_at + after, draft)
    decided_at = at - 9 * DAY
    major = publications.AffairDraft(
        place_code=places.list_children(TOWN, at)[0].code,
        rule="major",
        period=f"{decided_at.date()}",
        title=f"小区西门改为步行出入口{INVENTED}",
        text=f"居民议事会以多数通过，下月初施工，消防车仍可通行。{INVENTED}",
    )
    _publish(LAST, _actor(staff, "town-community", at), decided_at + DAY, major)


def _kept(promise: publications.AffairPromise, number: int) -> publications.AffairDraft:
    """A publication in words that fit what was promised, with sums that differ."""
    name = promise.rule.name.zh
    if promise.rule.every == "month":
        income, spent = 9000 + 700 * (number % 11), 6200 + 450 * (number % 7)
        text = f"收入 {income} 元（草场承包费），支出 {spent} 元（机井维修、电费）。"
    elif promise.place.code.startswith(TOWN[:9]):
        text = f"开居民议事会三次，修好单元门 {2 + number % 4} 处，公共收益 2100 元用于路灯。"
    else:
        text = f"开嘎查会议两次，修路 {200 + 50 * (number % 5)} 米，草场补奖名单已张榜。"
    return publications.AffairDraft(
        place_code=promise.place.code,
        rule=promise.rule.publication,
        period=promise.period,
        title=f"{promise.place.name.zh} {promise.period} {name}{INVENTED}",
        text=f"{text}{INVENTED}",
    )


def _kept_of(code: str, at: datetime) -> Iterator[tuple[publications.AffairPromise, timedelta]]:
    """What was promised long enough ago and kept, the oldest first; how long after its due time."""
    promises = publications.list_promises(places.get_place(code), at=at)
    due = [promise for promise in promises if promise.due_at + LATE_BY <= at]
    due.sort(key=lambda promise: (promise.due_at, promise.place.code, promise.rule.publication))
    newest = {promise.place.code: promise for promise in due}
    bodies = sorted(newest)
    missing = [newest[bodies[nth]] for nth in MISSING[code] if nth < len(bodies)]
    for number, promise in enumerate(due):
        if promise not in missing:
            is_late = number % LATE_EVERY == LATE_EVERY // 2
            yield promise, LATE_BY if is_late else -(1 + number % 5) * DAY - NOON


def _publish(name: str, actor: Actor, at: datetime, draft: publications.AffairDraft) -> None:
    publications.publish_affair(actor=actor, at=at, command_id=_id(name), draft=draft)


def _load_supervision(staff: Mapping[str, int], at: datetime) -> None:
    """A finding whose answer is owed, one of a village that was answered, a sample to be drawn."""
    found_at = at - 3 * DAY
    findings.make_finding(
        actor=_actor(staff, "town-supervise", found_at), at=found_at,
        command_id=_id("finding 0"), place_code=TOWN, unit="sanitation", about="redone",
        text=f"同一处垃圾一个月里清了又堆，重办的记录里没有写原因。请说明怎样根治。{INVENTED}",
    )  # fmt: skip
    village_at = at - 8 * DAY
    card = findings.make_finding(
        actor=_actor(staff, "sumu-watch", village_at), at=village_at,
        command_id=_id("finding 1"), place_code=GACHA, unit="gacha_committee",
        text=f"机井维修的支出没有附票据。请补上后再公布。{INVENTED}",
    )  # fmt: skip
    findings.answer_finding(
        actor=_actor(staff, "sumu-gacha", village_at + 2 * DAY), at=village_at + 2 * DAY,
        command_id=_id("finding 1 answered"), finding_id=card.id,
        text=f"票据已补齐，下次公布时一并附上。{INVENTED}",
    )  # fmt: skip
    sampled_at = at - timedelta(hours=2)
    findings.announce_sample(
        actor=_actor(staff, "town-supervise", sampled_at), at=sampled_at,
        command_id=_id("sample 0"), place_code=TOWN, since=sampled_at - 60 * DAY,
        until=sampled_at, by=findings.TYPE, size=12,
    )  # fmt: skip


def _actor(staff: Mapping[str, int], username: str, at: datetime) -> Actor:
    return people.staff_actor(staff[username], at)


def _id(name: str) -> UUID:
    return uuid5(NAMESPACE, name)
