"""Whole numbers looked at bit by bit: one instruction of the processor each."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types

from commongrid.engines.rehearsal.core.compiling import instruction


@instruction
def ones(_: Any, word: Any) -> Any:  # noqa: ARG001 - numba reads the names
    """How many bits are set."""

    def count(__: Any, builder: Any, ___: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return types.int64(types.int64), count


@instruction
def lowest(_: Any, word: Any) -> Any:  # noqa: ARG001 - numba reads the names
    """The number of the lowest bit that is set; of 0 whatever comes."""

    def count(__: Any, builder: Any, ___: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.IntType(1)(1))

    return types.int64(types.int64), count


@instruction
def leading(_: Any, word: Any) -> Any:  # noqa: ARG001 - numba reads the names
    """How many zeros stand before the first bit that is set; 64 where none is."""

    def count(__: Any, builder: Any, ___: Any, args: Any) -> Any:
        return builder.ctlz(args[0], ir.IntType(1)(0))

    return types.int64(types.uint64), count
