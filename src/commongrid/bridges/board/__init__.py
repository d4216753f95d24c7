"""The public board: exact counts to the tally engine, what may be shown to the publication."""

from commongrid.bridges.board.burden import BurdenLine, BurdenPage, lines_of, read_burden
from commongrid.bridges.board.publishing import catch_up, publish_due_months, tables_of
from commongrid.bridges.board.reading import (
    BoardPage,
    BoardRow,
    FigurePage,
    MonthPoint,
    Past,
    WaitTable,
    read_board,
    read_figure,
)

__all__ = [
    "BoardPage",
    "BoardRow",
    "BurdenLine",
    "BurdenPage",
    "FigurePage",
    "MonthPoint",
    "Past",
    "WaitTable",
    "catch_up",
    "lines_of",
    "publish_due_months",
    "read_board",
    "read_burden",
    "read_figure",
    "tables_of",
]
