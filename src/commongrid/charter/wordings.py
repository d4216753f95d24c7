# ruff: noqa: E501 - one sentence a line reads better than a broken one
"""The sentences the loader says about files that do not make a charter."""

from __future__ import annotations

from collections.abc import Mapping

from commongrid.charter.problems import Problem, Wording, worded, wording
from commongrid.charter.schema import Where
from commongrid.kernel.text import Text

LOADER: Mapping[str, Wording] = {
    "folder_missing": wording(
        "没有这个文件夹", "there is no such folder",
        "写对章程的文件夹名，或新建这个文件夹", "correct the name of the charter folder, or create it",
    ),
    "file_missing": wording(
        "缺少文件 {file}", "the file {file} is missing",
        "在本地或公共章程的文件夹里放上 {file}，第一行写列名", "put {file} into the place's folder or the common one, with the column names in its first line",
    ),
    "file_unknown": wording(
        "章程里没有叫 {file} 的表", "a charter has no table called {file}",
        "改正文件名；可用的有：{expected}", "correct the file's name; there are: {expected}",
    ),
    "file_empty": wording(
        "文件里没有列名", "the file has no line of column names",
        "第一行写上：{expected}", "write these names into the first line: {expected}",
    ),
    "encoding_gbk": wording(
        "文件是 GBK 编码，不是 UTF-8", "the file is written in GBK, not in UTF-8",
        "在表格软件里另存为“CSV UTF-8（逗号分隔）”", "save it again in the spreadsheet as “CSV UTF-8 (comma delimited)”",
    ),
    "encoding_unknown": wording(
        "文件不是 UTF-8 编码，第 {byte} 个字节读不出来", "the file is not UTF-8; byte {byte} cannot be read",
        "用 UTF-8 编码另存一次", "save the file again as UTF-8",
    ),
    "column_missing": wording(
        "缺少列 {column}", "the column {column} is missing",
        "在第一行加上 {column}；这张表的列是：{expected}", "add {column} to the first line; the columns of this table are: {expected}",
    ),
    "column_unknown": wording(
        "不认识列 {column}", "the column {column} is not known",
        "改正或删去这一列；这张表的列是：{expected}", "correct the name or remove the column; the columns of this table are: {expected}",
    ),
    "column_twice": wording(
        "列 {column} 出现了两次", "the column {column} stands there twice",
        "只留一列", "keep one of them",
    ),
    "cells_too_many": wording(
        "这一行有 {count} 格，列名只有 {expected} 个", "the row has {count} cells but there are only {expected} column names",
        "内容里有逗号的格子要加英文双引号", "put cells that contain a comma into double quotes",
    ),
    "csv_syntax": wording(
        "这一行的引号没有配对", "the quotes of this row do not match",
        "成对地写英文双引号，一格之内不换行", "close every double quote, and keep each cell on one line",
    ),
    "cell_missing": wording(
        "{column} 不能空着", "{column} must not be empty",
        "填上{expected}", "fill in {expected}",
    ),
    "text_missing_zh": wording(
        "缺少中文（{column}）", "the Chinese text is missing ({column})",
        "在 {column} 写上中文；两种文字都要有", "write the Chinese words into {column}; both languages are needed",
    ),
    "text_missing_en": wording(
        "缺少英文（{column}）", "the English text is missing ({column})",
        "在 {column} 写上英文；两种文字都要有", "write the English words into {column}; both languages are needed",
    ),
    "key_bad": wording(
        "“{value}”不能作键", "“{value}” cannot be a key",
        "只用小写字母、数字和下划线，例如 take_over；类型代码用大写字母加两位数字", "use letters, digits and underscores only, such as take_over; a type code is a capital letter and two digits",
    ),
    "enum_bad": wording(
        "“{value}”不在可选的值里", "“{value}” is not one of the values allowed",
        "改成其中一个：{expected}", "use one of: {expected}",
    ),
    "date_bad": wording(
        "“{value}”不是日期", "“{value}” is not a date",
        "写成 年-月-日，例如 2024-01-31", "write year-month-day, such as 2024-01-31",
    ),
    "duration_bad": wording(
        "“{value}”不是时限", "“{value}” is not a duration",
        "写成数字加单位：h 小时、wh 工作小时、d 天、wd 工作日、mo 月，例如 0.5h、5wd；天和月不带小数", "write a number and a unit: h hours, wh working hours, d days, wd working days, mo months, such as 0.5h or 5wd; days and months have no decimals",
    ),
    "number_bad": wording(
        "“{value}”不是{expected}", "“{value}” is not {expected}",
        "只写数字，不带单位和千分号", "write digits only, without a unit or separators",
    ),
    "yes_no_bad": wording(
        "“{value}”既不是 yes 也不是 no", "“{value}” is neither yes nor no",
        "写 yes 或 no；空着就是 no", "write yes or no; empty means no",
    ),
    "choices_bad": wording(
        "选项“{value}”读不懂", "the choice “{value}” cannot be read",
        "写成 键=中文/English，用英文分号隔开", "write key=中文/English, parted by semicolons",
    ),
    "place_bad": wording(
        "“{value}”不是十二位区划代码", "“{value}” is not a division code of twelve digits",
        "写十二位数字，不足的后面补零", "write twelve digits, with zeros at the end where it is shorter",
    ),
    "step_bad": wording(
        "时钟动作“{value}”读不懂", "the clock effect “{value}” cannot be read",
        "写成 动词 空格 时钟，例如 start accept；动词有：{expected}", "write a verb, a space and a clock, such as start accept; the verbs are: {expected}",
    ),
    "guard_unknown": wording(
        "没有叫“{value}”的条件", "there is no guard called “{value}”",
        "用这些条件之一：{expected}", "use one of the guards: {expected}",
    ),
    "guard_args": wording(
        "条件“{value}”的写法不对", "the guard “{value}” is not written as it should be",
        "写成 {expected}", "write {expected}",
    ),
    "effect_unknown": wording(
        "没有叫“{value}”的效果", "there is no effect called “{value}”",
        "用这些效果之一：{expected}", "use one of the effects: {expected}",
    ),
    "reference_unknown": wording(
        "{table}里没有“{value}”", "there is no “{value}” in {table}",
        "改正这个键，或在 {table} 里加上它；已有：{expected}", "correct the key, or add it to {table}; there are: {expected}",
    ),
    "duplicate_key": wording(
        "键 {value} 在第 {line} 行已经有了", "the key {value} already stands in line {line}",
        "删去其中一行；新旧规则用版本区分，不在同一张表里写两行", "remove one of the two rows; old and new rules are told apart by versions, not by two rows",
    ),
    "until_before_from": wording(
        "失效日期 {value} 不晚于生效日期 {expected}", "valid_until {value} is not after valid_from {expected}",
        "失效日期要晚于生效日期；一直有效就空着", "set a later date, or leave it empty while the rule stands",
    ),
    "source_missing": wording(
        "没有写来源", "the row names no source",
        "写上依据的法条、文件或表；自己拟定的写明“本地拟定”，mark 用 proposal", "name the law, document or table it rests on; for a rule of your own say so and mark it proposal",
    ),
    "mark_bad": wording(
        "“{value}”不是可信度标记", "“{value}” is not a mark of trust",
        "用 law、official、secondary、weak、proposal 之一", "use law, official, secondary, weak or proposal",
    ),
    "drop_unknown": wording(
        "要删去的 {value} 在公共章程里没有", "the row {value} that is to be dropped is not in the base charter",
        "改正键，或删去这一行", "correct the key, or remove this row",
    ),
    "drop_with_content": wording(
        "drop=yes 的行还填了 {column}", "a row with drop=yes also fills {column}",
        "删除的行只留键和 drop；要改内容就去掉 drop", "leave only the key and drop; to change the row, clear drop instead",
    ),
    "yaml_syntax": wording(
        "YAML 写法有错：{value}", "the YAML cannot be read: {value}",
        "看这一行的缩进、冒号和引号", "look at the indentation, colons and quotes of this line",
    ),
    "yaml_shape": wording(
        "{value} 应当是{expected}", "{value} should be {expected}",
        "照公共章程的 charter.yaml 改", "write it as the common charter.yaml does",
    ),
    "yaml_key_unknown": wording(
        "不认识 {value}", "{value} is not known here",
        "改正或删去；可用的有：{expected}", "correct or remove it; there are: {expected}",
    ),
    "yaml_key_missing": wording(
        "缺少 {value}", "{value} is missing",
        "加上一行 {value}: …", "add a line {value}: …",
    ),
    "yaml_key_twice": wording(
        "{value} 写了两次", "{value} stands there twice",
        "只留一个", "keep one of them",
    ),
    "id_not_folder": wording(
        "id 写的是 {value}，文件夹叫 {expected}", "the id is {value}, but the folder is called {expected}",
        "让 id 和文件夹同名，别处才找得到这份章程", "give both the same name, so that the charter is found by it",
    ),
    "base_circle": wording(
        "base 绕回到了自己：{value}", "the base charters form a circle: {value}",
        "base 只能指向不依赖本章程的章程", "let base name a charter that does not rest on this one",
    ),
    "hours_bad": wording(
        "办公时段“{value}”读不懂", "the office hours “{value}” cannot be read",
        '写成 "08:30-12:00"，晚的在后', 'write "08:30-12:00", the later time last',
    ),
    "hours_overlap": wording(
        "{value} 有 {count} 组办公时间", "{value} has {count} sets of office hours",
        "调整 from 和 until，让每一天正好属于一个季节（until 当天不算）", "change from and until so that each day belongs to exactly one season (until is exclusive)",
    ),
    "month_day_bad": wording(
        "“{value}”不是“月-日”", "“{value}” is not a month and day",
        '写成 "05-01"，要加引号', 'write "05-01", in quotes',
    ),
    "calendar_bad": wording(
        "工作日历不成立：{value}", "the working calendar does not hold: {value}",
        "改正 charter.yaml 里的 calendar", "correct calendar in charter.yaml",
    ),
    "holiday_bad": wording(
        "节假日这一行读不懂：{value}", "this holiday row cannot be read: {value}",
        "写成 首日,末日,off 或 work,最长一个月;例如 2024-10-01,2024-10-07,off", "write first day, last day and off or work, at most a month; such as 2024-10-01,2024-10-07,off",
    ),
    "holiday_twice": wording(
        "{value} 前后说法不一：{expected} 里写的相反", "{value} is said both ways: {expected} says the opposite",
        "同一天只能是上班或放假；删去一行", "one day is either worked or free; remove one of the rows",
    ),
}  # fmt: skip


def loader_problem(code: str, where: Where, key: str, **values: str | Text) -> Problem:
    """A problem of the loader at this place."""
    return worded(LOADER[code], code, where, key, values)
