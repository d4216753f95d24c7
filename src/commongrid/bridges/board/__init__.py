"""The public board: exact counts to the tally engine, what may be shown to the publication."""

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
    "FigurePage",
    "MonthPoint",
    "Past",
    "WaitTable",
    "catch_up",
    "publish_due_months",
    "read_board",
    "read_figure",
    "tables_of",
]
