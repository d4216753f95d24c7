"""The words of the places room: levels, kinds and settlements, with their names."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from commongrid.kernel.text import Text


class Level(StrEnum):
    """Levels of the division tree, from the city down."""

    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"
    GRID = "grid"
    MICRO_GRID = "micro_grid"


LEVELS: tuple[Level, ...] = tuple(Level)


class Kind(StrEnum):
    """What a place of a level is called; rules go by the level, words by the kind."""

    CITY = "city"
    DISTRICT = "district"
    BANNER = "banner"
    COUNTY = "county"
    COUNTY_CITY = "county_city"
    ZONE = "zone"
    SUBDISTRICT = "subdistrict"
    TOWN = "town"
    SUMU = "sumu"
    TOWNSHIP = "township"
    FARM = "farm"
    COMMUNITY = "community"
    VILLAGE = "village"
    GACHA = "gacha"
    COMPREHENSIVE = "comprehensive"
    EXCLUSIVE = "exclusive"
    EMERGENCY = "emergency"
    STAIRWELL = "stairwell"
    HAMLET = "hamlet"


class Settlement(StrEnum):
    """How people live there; it selects the case of a limit (a hamlet is far away)."""

    URBAN = "urban"
    TOWN = "town"
    HAMLET = "hamlet"
    REMOTE = "remote"


KINDS_OF: Mapping[Level, tuple[Kind, ...]] = {
    Level.CITY: (Kind.CITY,),
    Level.COUNTY: (Kind.DISTRICT, Kind.BANNER, Kind.COUNTY, Kind.COUNTY_CITY, Kind.ZONE),
    Level.TOWNSHIP: (Kind.SUBDISTRICT, Kind.TOWN, Kind.SUMU, Kind.TOWNSHIP, Kind.FARM),
    Level.VILLAGE: (Kind.COMMUNITY, Kind.VILLAGE, Kind.GACHA),
    Level.GRID: (Kind.COMPREHENSIVE, Kind.EXCLUSIVE, Kind.EMERGENCY),
    Level.MICRO_GRID: (Kind.STAIRWELL, Kind.HAMLET),
}
"""The first kind of a level is what a place is taken for when nothing else is said."""

LEVEL_NAMES: Mapping[Level, Text] = {
    Level.CITY: Text("市", "city"),
    Level.COUNTY: Text("区、旗、县", "district or banner"),
    Level.TOWNSHIP: Text("街道、苏木、镇", "subdistrict, sumu or town"),
    Level.VILLAGE: Text("社区、嘎查、村", "community, gacha or village"),
    Level.GRID: Text("网格", "grid"),
    Level.MICRO_GRID: Text("微网格", "micro-grid"),
}

KIND_NAMES: Mapping[Kind, Text] = {
    Kind.CITY: Text("市", "city"),
    Kind.DISTRICT: Text("区", "district"),
    Kind.BANNER: Text("旗", "banner"),
    Kind.COUNTY: Text("县", "county"),
    Kind.COUNTY_CITY: Text("县级市", "county-level city"),
    Kind.ZONE: Text("开发区", "development zone"),
    Kind.SUBDISTRICT: Text("街道", "subdistrict"),
    Kind.TOWN: Text("镇", "town"),
    Kind.SUMU: Text("苏木", "sumu"),
    Kind.TOWNSHIP: Text("乡", "township"),
    Kind.FARM: Text("农牧林场", "farm or station"),
    Kind.COMMUNITY: Text("社区", "community"),
    Kind.VILLAGE: Text("村", "village"),
    Kind.GACHA: Text("嘎查", "gacha"),
    Kind.COMPREHENSIVE: Text("综合网格", "comprehensive grid"),
    Kind.EXCLUSIVE: Text("专属网格", "exclusive grid"),
    Kind.EMERGENCY: Text("应急网格", "emergency grid"),
    Kind.STAIRWELL: Text("楼栋微网格", "stairwell micro-grid"),
    Kind.HAMLET: Text("艾里微网格", "hamlet micro-grid"),
}
