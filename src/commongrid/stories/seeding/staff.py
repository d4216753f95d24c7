"""Invented staff of the seed place: one account for every role a flow needs, in both places."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from commongrid.charter.matter import Actor
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places

BASIS = "演示任命（虚构） / invented appointment for the demo"
TOWN, SUMU, GACHA = "150502004000", "150522200000", "150522200200"


@dataclass(frozen=True, slots=True)
class SeedPerson:
    """An invented member of staff. ``roles`` are role, place code and unit (or "")."""

    username: str
    zh: str
    en: str
    roles: tuple[tuple[str, str, str], ...] = field(default=())


def _unit(
    username: str, zh: str, en: str, place: str, unit: str, *, head: bool = False
) -> SeedPerson:
    role = "head" if head else "handler"
    return SeedPerson(username, f"{zh}（虚构）", f"{en} (invented)", ((role, place, unit),))


def _area(username: str, zh: str, en: str, place: str, *roles: str) -> SeedPerson:
    posts = tuple((role, place, "") for role in roles)
    return SeedPerson(username, f"{zh}（虚构）", f"{en} (invented)", posts)


SEED_STAFF: tuple[SeedPerson, ...] = (
    # the subdistrict
    _area("town-desk", "前台 白露", "Desk Bai Lu", TOWN, "desk", "intake"),
    _area("town-desk2", "前台 谷雨", "Desk Gu Yu", TOWN, "desk"),
    _area("town-dispatch", "派单员 夏至", "Dispatcher Xia Zhi", TOWN, "dispatcher"),
    _area("town-centre", "指挥中心 霜降", "Centre Shuang Jiang", TOWN, "centre"),
    _area("town-centre2", "指挥中心 惊蛰", "Centre Jing Zhe", TOWN, "centre"),
    _area("town-check", "核查人 秋分", "Checker Qiu Fen", TOWN, "checker"),
    _area("town-head", "街道 立春", "Subdistrict Li Chun", TOWN, "township"),
    _area("town-council", "社区党组织 小满", "Community council Xiao Man", TOWN, "council"),
    _area("town-supervise", "监督员 大寒", "Supervisor Da Han", TOWN, "supervisor"),
    _area("town-keeper", "章程管理 立秋", "Charter keeper Li Qiu", TOWN,
          "charter_keeper", "appointing", "place_keeper", "data_officer"),
    SeedPerson(
        "town-community", "社区 芒种（虚构）", "Community Mang Zhong (invented)",
        (("community", TOWN, "community"),),
    ),
    _unit("town-sanitation", "环卫 寒露", "Sanitation Han Lu", TOWN, "sanitation"),
    _unit("town-sanitation-head", "环卫负责人 处暑", "Sanitation head Chu Shu", TOWN,
          "sanitation", head=True),
    _unit("town-housing", "住建 清明", "Housing Qing Ming", TOWN, "housing_bureau"),
    _unit("town-housing-head", "住建负责人 立夏", "Housing head Li Xia", TOWN,
          "housing_bureau", head=True),
    _unit("town-transport", "交通 雨水", "Transport Yu Shui", TOWN, "transport_bureau"),
    _unit("town-heating", "供热 大雪", "Heating Da Xue", TOWN, "heating_company"),
    _unit("town-heating-head", "供热负责人 小雪", "Heating head Xiao Xue", TOWN,
          "heating_company", head=True),
    _unit("town-enforce", "综合执法 小暑", "Enforcement Xiao Shu", TOWN, "enforcement_team"),
    _unit("town-water", "供水 大暑", "Water Da Shu", TOWN, "water_company"),
    _unit("town-service", "便民服务中心 冬至", "Service centre Dong Zhi", TOWN, "service_centre"),
    # the sumu
    _area("sumu-desk", "前台 萨仁", "Desk Saran", SUMU, "desk", "intake"),
    _area("sumu-dispatch", "派单员 其木格", "Dispatcher Chimeg", SUMU, "dispatcher"),
    _area("sumu-centre", "指挥中心 朝鲁", "Centre Chuluu", SUMU, "centre"),
    _area("sumu-check", "核查人 娜仁", "Checker Naran", SUMU, "checker"),
    _area("sumu-head", "苏木 巴特尔", "Sumu Baatar", SUMU, "township"),
    _area("sumu-keeper", "章程管理 乌云", "Charter keeper Oyuun", SUMU,
          "charter_keeper", "appointing", "place_keeper", "data_officer"),
    _unit("sumu-water", "水务 苏日", "Water Sur", SUMU, "water_bureau"),
    _unit("sumu-transport", "交通 阿古拉", "Transport Aguula", SUMU, "transport_bureau"),
    _unit("sumu-transport-head", "交通负责人 塔娜", "Transport head Tana", SUMU,
          "transport_bureau", head=True),
    _unit("sumu-gacha", "嘎查 宝音", "Gacha Buyan", SUMU, "gacha_committee"),
    # last, so that the numbers of the others stay
    _area("town-review", "独立复核人 立冬", "Reviewer Li Dong", TOWN, "reviewer"),
    _area("sumu-watch", "嘎查监督委员会 高娃", "Gacha supervision Gowa", GACHA, "village_watch"),
)  # fmt: skip


def load_staff(
    *, setup: Actor, at: datetime, command_id: UUID, password: str, grid_codes: tuple[str, ...]
) -> dict[str, int]:
    """Make the accounts and appointments. Returns account ids by user name."""
    found: dict[str, int] = {}
    for person in (*SEED_STAFF, *grid_workers(grid_codes)):
        card = people.create_account(
            actor=setup,
            at=at,
            command_id=uuid5(command_id, person.username),
            username=person.username,
            display_name=person.zh,
            display_name_en=person.en,
            work_phone="0475-000-0000",
            password=password,
            must_use_totp=False,
        )
        found[person.username] = card.id
        for role, place_code, unit in person.roles:
            place = places.get_place(place_code)
            people.appoint_person(
                actor=setup,
                at=at,
                command_id=uuid5(command_id, f"{person.username}/{role}/{place_code}"),
                account_id=card.id,
                role=role,
                place_code=place.code,
                place_path=place.path,
                unit_key=unit,
                basis=BASIS,
            )
    return found


def grid_workers(grid_codes: tuple[str, ...]) -> tuple[SeedPerson, ...]:
    """Four grid workers: this grid's and the next grid's, in each of the two places."""
    chosen = []
    for prefix, root in (("town", TOWN), ("sumu", SUMU)):
        grids = [code for code in grid_codes if code.startswith(root[:9])][:2]
        for name, code in zip(("grid", "grid-next"), grids, strict=True):
            unit = "community" if prefix == "town" else "gacha_committee"
            chosen.append(
                SeedPerson(
                    f"{prefix}-{name}",
                    f"网格员 {code[-6:]}（虚构）",
                    f"Grid worker {code[-6:]} (invented)",
                    (("grid_worker", code, unit),),
                )
            )
    return tuple(chosen)
