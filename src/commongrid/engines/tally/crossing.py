"""How closely two published tables of the same things pin a cell that neither of them shows.

A table by place and a table by type are both sums over the same matters. An attacker who has both
knows, for each pair of a place and a type, bounds in which their common count must lie. Here the
attacker is given MORE than is published: the counts of every place and every type by profile (the
combination of categories that the second table shows). What that attacker cannot tell, nobody can.

Source: Frechet's bounds of a two-way table, which are attained; matters of one profile may change
their types among each other without any published number changing.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]


def crossing_widths(rows: Counts, columns: Counts, totals: Counts) -> Counts:
    """How many values remain possible, less one, for each pair of a row and a column.

    Shape: rows (R, P), columns (C, P), totals (P,): counts by profile. Returns (R, C).
    Cost: R x C x P.
    """
    most = np.minimum(rows[:, None, :], columns[None, :, :])
    fewest = np.maximum(0, rows[:, None, :] + columns[None, :, :] - totals)
    widths: Counts = (most - fewest).sum(axis=2)
    return widths
