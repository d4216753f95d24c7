"""What happens in the seed place: each script is one invented matter and the steps it took.

A step is ``(hours after the one before, who, action, fields)``. "reporter" is the person who raised
it; everybody else is a user name without its place prefix. "clock" is time, which acts when the
clock that its field names has run out. "+3" is the day three days on, "@4" the matter of script 4.
Every state of every flow is some matter's last one (tests/stories/seeding).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Step = tuple[float, str, str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Script:
    """One invented matter and the steps it took."""

    place: str  # town | sumu
    grid: int  # number of the grid within the place
    type_code: str
    days_ago: float
    text: str
    steps: tuple[Step, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)
    photo: bool = False
    contact: bool = False
    channel: str = "web"
    shareable: bool = False


ACCEPT: Step = (0.6, "desk", "accept", {})
PUBLISH: Step = (0.1, "desk", "publish_words", {})


def _offer(unit: str) -> Step:
    return (0.5, "dispatch", "offer", {"unit": unit, "reason": "派单目录的主办单位。"})


def _take(who: str) -> Step:
    return (2, who, "take", {"contact_name": "值班室 0475-000-0000"})


def _answer(who: str, text: str) -> Step:
    return (
        3, who, "answer",
        {"answer_text": text, "next_step": "派人到现场处理", "next_on": "+2"},
    )  # fmt: skip


def _done(who: str, words: str) -> Step:
    return (6, who, "claim_done", {"feedback": words, "record": words, "photo": True})


def _serve(who: str) -> tuple[Step, ...]:
    """Accepted by the first receiver and given to their unit."""
    return (
        (0.4, who, "accept", {}),
        (0.5, who, "assign", {"unit": "community"}),
    )


def _hang(obstacle: str, plan: str) -> Step:
    return (
        30, "centre", "hang",
        {"obstacle": obstacle, "obstacle_verified": True, "plan": plan,
         "owner_name": "街道分管负责人", "review_on": "+40"},
    )  # fmt: skip


def _screen() -> Step:
    return (
        4, "desk", "screen",
        {"screen_violence": "no", "screen_capacity": "yes", "screen_bar": "no",
         "screen_authority": "no"},
    )  # fmt: skip


def _safe(who: str, milestone: str, words: str) -> Step:
    """The first of two promises kept: what was dangerous or urgent is dealt with."""
    return (1, who, "milestone", {"milestone": milestone, "record": words, "photo": True})


IN_VAIN: tuple[Step, ...] = tuple(
    (30, "desk", "callback", {"callback_result": "not_reached", "note": "电话无人接听"})
    for _ in range(3)
)
UNCONFIRMED: Step = (1, "desk", "cannot_confirm", {"reason": "三次回访都没有联系上。"})
SERVED: Step = (
    3, "community", "serve",
    {"feedback": "材料已代交，结果会打电话告诉您。", "record": "已代交材料并留回执。"},
)  # fmt: skip
PASS: Step = (8, "check", "check_pass", {"record": "现场已看，与反馈一致。", "seen_on": "+0"})
CONFIRM: Step = (5, "reporter", "confirm", {})

SCRIPTS: tuple[Script, ...] = (
    Script("town", 0, "A01", 0.05, "楼门口垃圾堆满了，已经有味道。", photo=True, contact=True),
    Script("town", 1, "B02", 0.02, "小区西门路灯不亮，晚上老人出门不方便。", shareable=True),
    Script("town", 2, "A03", 0.04, "学校门口路面全是泥。", (ACCEPT,), photo=True),
    Script("town", 3, "B06", 0.3, "健身器材的踏板断了。", (ACCEPT, _offer("culture_office"))),
    Script("town", 0, "B03", 3.2, "路面坑洼，电动车容易摔。",
           (ACCEPT, _offer("transport_bureau"), _take("transport"),
            _answer("transport", "已经勘察，先放警示牌。"),
            _safe("transport", "make_safe", "警示牌和围挡已经放好。"), PUBLISH),
           photo=True, shareable=True),
    Script("town", 4, "D05", 0.1, "一楼住户在绿地上搭棚子。",
           (ACCEPT, _offer("enforcement_team"),
            (1, "enforce", "object", {"legal_basis": "职责清单：物业共用部位由住建部门牵头。",
                                      "reason": "这处绿地属于物业共用部位。"}))),
    Script("town", 5, "E01", 1.0, "菜摊摆到人行道上，婴儿车过不去。",
           (ACCEPT, _offer("enforcement_team"),
            (2, "enforce", "object", {"legal_basis": "职责清单第三项", "reason": "属于市场内部。"}),
            (5, "centre", "appoint", {"unit": "enforcement_team",
                                      "reason": "摊位在市场红线外，由综合执法办理。"}),
            _answer("enforce", "已经约摊主明早一起看位置。"),
            _safe("enforce", "advise", "已当面劝导，摊位先让出盲道。"))),
    Script("town", 0, "A01", 0.9, "垃圾桶两天没清。",
           (ACCEPT, _offer("sanitation"), _take("sanitation"),
            (1, *_done("sanitation", "已清运并冲洗，今后每天早晚各清一次。")[1:])),
           photo=True, contact=True),
    Script("town", 1, "A01", 9.0, "花坛里有装修垃圾袋。",
           (ACCEPT, _offer("sanitation"), _take("sanitation"),
            _done("sanitation", "垃圾袋已清走。"), CONFIRM,
            (4, "reporter", "rate", {"rating": "satisfied", "rating_text": "当天就清了，谢谢。"}),
            PUBLISH),
           photo=True, contact=True, shareable=True),
    Script("town", 2, "A03", 2.0, "路口泥土没人扫。",
           (ACCEPT, _offer("sanitation"), _take("sanitation"),
            _answer("sanitation", "今天下午派车清扫。"),
            _done("sanitation", "已清扫。"),
            (20, "reporter", "not_solved", {"reason": "只扫了一半，南侧还是泥。"})), contact=True),
    Script("town", 3, "B02", 20.0, "路灯闪，晚上不亮。",
           (ACCEPT, _offer("housing_bureau"), _take("housing"),
            _done("housing", "更换灯具。"), PASS), photo=True),
    Script("town", 4, "B06", 17.0, "乒乓球台开裂。",
           (ACCEPT, _offer("culture_office"),
            (0, "clock", "lapse_objection", {"clock": "objection"}))),
    Script("town", 5, "B03", 25.0, "人行道砖松动，整条街都要翻修。",
           (ACCEPT, _offer("transport_bureau"), _take("transport"),
            _answer("transport", "整条街要列入大修，先补最危险的三处。"),
            (30, "centre", "hang", {"obstacle": "今年的维修经费已用完，明年开春才能施工。",
                                    "obstacle_verified": True,
                                    "plan": "列入明年一季度计划，先补最危险的三处。",
                                    "owner_name": "交通局养护科",
                                    "review_on": "+40"}))),
    Script("town", 0, "E02", 0.05, "楼下烧烤店半夜还在吵。"),
    Script("town", 1, "H01", 6.0, "楼上漏水，两家说不拢。",
           ((4, "desk", "screen", {"screen_violence": "no", "screen_capacity": "yes",
                                   "screen_bar": "no", "screen_authority": "no"}),
            (20, "desk", "both_consent", {"consent_first": True, "consent_second": True,
                                          "openness": "closed"}),
            _safe("desk", "contact", "两家都已联系上，约好时间。")), channel="counter"),
    Script("town", 2, "F01", 1.0, "想问老年卡怎么办。",
           ((0.4, "community", "accept", {}),
            (0.5, "community", "assign", {"unit": "community"}),
            (1, "community", "answer", {"answer_text": "带身份证和一张照片到社区大厅，当场办。",
                                        "next_step": "您来社区即可", "next_on": "+3"}),
            (1, "community", "serve", {"feedback": "已经告诉您办理地点和材料。",
                                       "record": "电话答复，材料清单已发。"})), channel="phone"),
    Script("town", 3, "F02", 12.0, "请帮我母亲申请高龄津贴。",
           ((0.4, "community", "accept", {}),
            (0.5, "community", "assign", {"unit": "community"}),
            _answer("community", "材料基本齐了，只差一份。"),
            (2, "community", "wait_person", {"asked_for": "老人的银行卡复印件",
                                             "ask_until_on": "+10",
                                             "ask_channel": "网格员上门取"})), contact=True),
    Script("town", 4, "F02", 15.0, "办理残疾人两项补贴。",
           ((0.4, "community", "accept", {}),
            (0.5, "community", "assign", {"unit": "community"}),
            _answer("community", "材料已经递交区残联。"),
            (2, "community", "wait_office", {"office": "区残联", "office_limit": "20 个工作日",
                                             "review_on": "+6"})), contact=True),
    Script("town", 5, "C03", 0.82, "家里只有十五度，老人怕冷。",
           (ACCEPT, _offer("heating_company"),
            (1, "heating", "take", {"contact_name": "供热值班 0475-000-0000"}),
            (2, "heating", "answer", {"answer_text": "今天下午上门测温、放气。",
                                      "next_step": "上门测温", "next_on": "+0"}),
            _safe("heating", "temporary_help", "先送去两台电暖器。")),
           answers={"cold_and_frail": "yes", "room_warmth": "15"}, contact=True),
    Script("town", 1, "A05", 3.0, "草坪缺株，露土了。", ((0.8, "desk", "redirect",
           {"redirect_case": "market", "answer_text": "这块绿地由小区物业养护，请先联系物业。"}),)),
    Script("town", 0, "A01", 1.1, "楼道口堆纸箱。",
           (ACCEPT, (2, "grid", "solve_here", {"feedback": "已和住户一起清走。",
                                               "record": "现场清理。", "photo": True}))),
    Script("town", 0, "A02", 10.0, "工地的土堆在路边，刮风全是灰。",
           ((3, "reporter", "withdraw", {}),),
           answers={"is_earth": "yes"}),
    Script("town", 3, "B01", 0.8, "井盖没了，只剩一个洞。",
           ((0.1, "desk", "hand_over", {"line": "owner", "taken_by": "供水抢修值班"}),),
           answers={"danger": "yes"}, photo=True),
    Script("town", 4, "C04", 0.02, "楼道里有煤气味。"),
    Script("town", 2, "E01", 1.3, "早市占了半条路，公交车绕行。",
           (ACCEPT, _offer("enforcement_team"), _take("enforce"),
            _answer("enforce", "今晚请各方到社区商量。"),
            _safe("enforce", "advise", "已劝导摊主让出公交车道。"),
            (2, "council", "deliberate", {"subject": "早市放在哪里、几点收摊。",
                                          "invited": "摊主、两侧楼栋的居民、公交公司。"}))),
    Script("town", 3, "A03", 16.0, "幼儿园门口有碎玻璃。",
           (ACCEPT, _offer("sanitation"), _take("sanitation"),
            _done("sanitation", "碎玻璃已清扫。"), *IN_VAIN, UNCONFIRMED)),
    Script("town", 0, "B03", 1.2, "还是那个坑，昨晚有人摔了。",
           ((2, "desk", "merge", {"leading": "@4", "reason": "同一路段、同一处坑洼。"}),
            (1, "desk2", "merge", {"leading": "@4", "reason": "已核对位置，确为同一处。"}))),
    Script("town", 1, "D03", 0.6, "电梯停在五楼，里面有人。",
           ((0.05, "desk", "hand_over", {"line": "119", "taken_by": "消防救援接警台"}),),
           answers={"people_inside": "yes"}, channel="phone"),
    Script("town", 2, "F03", 0.03, "想申请临时救助，不知道要什么材料。", contact=True),
    Script("town", 3, "F06", 0.9, "想找附近的保洁工作。", ((0.4, "community", "accept", {}),)),
    Script("town", 4, "F02", 22.0, "社区能不能代办老年公交卡。",
           (*_serve("community"), _answer("community", "制卡机坏了，先替您登记。"),
            _hang("制卡机停产，新机正在招标。", "到货前每周二由工作人员代到总站办理。"))),
    Script("town", 5, "F01", 11.0, "新生儿落户要什么材料。",
           (*_serve("community"), SERVED, CONFIRM,
            (6, "reporter", "rate", {"rating": "partly", "rating_text": "办好了，跑了两趟。"}))),
    Script("town", 0, "F01", 18.0, "异地看病怎么报销。",
           (*_serve("community"), SERVED, *IN_VAIN, UNCONFIRMED)),
    Script("town", 1, "F02", 48.0, "代办残疾证换证。",
           (*_serve("community"),
            (2, "community", "wait_person", {"asked_for": "两张一寸照片", "ask_until_on": "+14",
                                             "ask_channel": "送到社区大厅"}),
            (24 * 5, "community", "remind", {}), (24 * 5, "community", "remind", {}),
            (0, "clock", "lapse", {"clock": "wait_person"})), contact=True),
    Script("town", 2, "F02", 6.5, "请帮我代签房屋过户。",
           ((0.4, "community", "accept", {}),
            (3, "desk", "decline", {"legal_basis": "不动产登记暂行条例：申请人应当到场。",
                                    "routes": "不动产登记中心可以预约上门。",
                                    "answer_text": "过户要本人到场，依法不能代签。"}),
            (2, "desk2", "decline", {"legal_basis": "不动产登记暂行条例：申请人应当到场。",
                                     "routes": "不动产登记中心可以预约上门。",
                                     "answer_text": "过户要本人到场，依法不能代签。"}))),
    Script("town", 3, "F01", 3.5, "想咨询退休金为什么少了。",
           ((1, "desk", "redirect", {"redirect_case": "administrative_review",
                                     "answer_text": "请到社保中心查询，窗口地址写在回执上。"}),)),
    Script("town", 4, "F09", 4.5, "需要蒙古语翻译陪同看病。", ((1, "reporter", "withdraw", {}),)),
    Script("town", 5, "F05", 0.4, "老人突然说不出话。",
           ((0.05, "desk", "hand_over", {"line": "120", "taken_by": "急救调度台"}),),
           answers={"acute": "yes"}, channel="phone"),
    Script("town", 2, "H01", 0.6, "隔壁装修挡了楼道窗户。", (_screen(),), channel="counter"),
    Script("town", 3, "H01", 9.0, "楼上空调滴水。",
           (_screen(), (20, "reporter", "settle", {"note": "邻居自己接了水管。"}))),
    Script("town", 4, "H07", 7.0, "对征地补偿决定不服。",
           ((3, "desk", "divert", {"divert_reason": "authority",
                                   "routes": "可在六十日内向区人民政府申请行政复议。"}),),
           channel="counter"),
    Script("town", 5, "H06", 8.0, "借给朋友的钱没有还。",
           (_screen(), (10, "desk", "refuse", {"routes": "可以向人民法院起诉或申请支付令。"}))),
    Script("town", 0, "H03", 5.5, "物业费收得不明白。", ((6, "reporter", "withdraw", {}),)),
    Script("town", 1, "B05", 0.6, "路面塌了一块，有脸盆大。",
           ((0.05, "desk", "hand_over", {"line": "owner", "taken_by": "排水抢修值班"}),
            (0.2, "desk", "acknowledge", {"taken_by": "排水抢修班，已出发"}),
            (0.1, *_safe("community", "cordon", "四周已经围好，夜里有灯。")[1:]))),
    Script("town", 2, "C05", 0.65, "主管道爆了，水漫到路上。",
           ((0.05, "desk", "hand_over", {"line": "owner", "taken_by": "供水抢修值班"}),
            (0.2, "desk", "acknowledge", {"taken_by": "供水抢修班"}),
            (1, "community", "follow_up", {"unit": "community"}),
            (0.3, *_safe("community", "stop_water", "总阀已关，路面不再进水。")[1:])), photo=True),
    Script("town", 3, "E03", 5.0, "消防通道停满了车。",
           ((0.1, "desk", "hand_over", {"line": "122", "taken_by": "交警值班"}),
            (0.1, "desk", "acknowledge", {"taken_by": "交警中队"}),
            (0.3, "community", "follow_up", {"unit": "community"}),
            (0.3, "community", "milestone", {"milestone": "clear_or_cordon", "photo": True,
                                             "record": "车辆已全部挪走，通道已划线。"}),
            (6, "check", "check_pass", {"record": "通道畅通。", "seen_on": "+0"}))),
    Script("town", 4, "B01", 0.06, "井盖有点响。",
           ((0.1, "desk", "not_emergency", {"type": "B03", "reason": "井盖完好，垫圈松动。"}),)),
    # the sumu
    Script("sumu", 0, "B03", 3.0, "通往艾里的路被雨水冲断了一段。",
           (ACCEPT, _offer("transport_bureau"), _take("transport"),
            _answer("transport", "明天派挖掘机修便道。"),
            _safe("transport", "make_safe", "断口两头已放警示桩。")), contact=True),
    Script("sumu", 1, "C06", 2.0, "手机没有信号，打电话要上山坡。", (ACCEPT,)),
    Script("sumu", 2, "G01", 0.7, "机井抽不上水，牲口没水喝。",
           ((0.5, "desk", "accept", {}),
            (0.5, "desk", "assign", {"unit": "water_bureau"}),
            (3, "water", "answer", {"answer_text": "明早拉水车先送水，同时修泵。",
                                    "next_step": "送水、修泵", "next_on": "+1"})),
           answers={"drinking": "yes"}, contact=True, channel="phone"),
    Script("sumu", 3, "G03", 0.6, "邻居家的羊吃了我家的玉米茬。", channel="grid_worker"),
    Script("sumu", 0, "A01", 0.5, "饮水点旁边有垃圾。",
           (ACCEPT, _offer("sanitation"))),
    Script("sumu", 4, "G02", 0.3, "两家草场的网围栏位置说法不一样。", channel="counter"),
    # long promises on their way: half of the time used, most of it, and extended
    Script("town", 1, "B03", 9.0, "小区门口的减速带翘起来了。",
           (ACCEPT, _offer("transport_bureau"), _take("transport"),
            _answer("transport", "本周内换新的。"),
            _safe("transport", "make_safe", "翘起的一段已经拆除。")), photo=True),
    Script("town", 3, "B03", 12.5, "桥头的路面裂了，雨天积水。",
           (ACCEPT, _offer("transport_bureau"), _take("transport"),
            _answer("transport", "要等天晴铺油。"),
            _safe("transport", "make_safe", "裂缝两侧已放锥桶。")), photo=True, contact=True),
    Script("sumu", 1, "B03", 10.0, "村口过水路面被冲坏了。",
           (ACCEPT, _offer("transport_bureau"), _take("transport"),
            _answer("transport", "先垫砂石，再修过水路面。"),
            _safe("transport", "make_safe", "已垫砂石，车辆能慢行。"))),
)  # fmt: skip
