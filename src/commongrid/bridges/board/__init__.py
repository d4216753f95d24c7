"""The public board: exact counts to the tally engine, what may be shown to the publication."""

from commongrid.bridges.board.publishing import publish_due_months, tables_of
from commongrid.bridges.board.reading import (
    BoardPage,
    BoardRow,
    FigurePage,
    MonthPoint,
    WaitTable,
    read_board,
    read_figure,
)

__all__ = [
    "BoardPage",
    "BoardRow",
    "FigurePage",
    "MonthPoint",
    "WaitTable",
    "publish_due_months",
    "read_board",
    "read_figure",
    "tables_of",
]
