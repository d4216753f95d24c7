"""Whole numbers looked at bit by bit: one instruction of the processor each."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types

from commongrid.engines.rehearsal.core.compiling import instruction
from commongrid.engines.rehearsal.draws import MASK32, MULTIPLY, ROUNDS, WEYL

_TYPES: Any = types
_I32, _I64 = ir.IntType(32), ir.IntType(64)
_FOUR, _TWO = ir.VectorType(_I32, 4), ir.VectorType(_I64, 2)


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


@instruction
def scrambled(_: Any, key: Any, more: Any, a: Any, b: Any, c: Any, d: Any) -> Any:  # noqa: ARG001
    """Philox 4x32-10 of four words under two, both of its multiplications at once.

    Returns: its first two words as one, and the third. All that is given is 64 bits wide.
    WHY not in Python: numba knows no vectors, and a draw would be an eighth of all instructions.
    """
    word = types.uint64
    pair = _TYPES.UniTuple(word, 2)

    def scramble(context: Any, builder: Any, ___: Any, args: Any) -> Any:
        def four(*words: Any) -> Any:
            vector = ir.Constant(_FOUR, [0, 0, 0, 0])
            for place, one in enumerate(words):
                small = builder.trunc(one, _I32)
                vector = builder.insert_element(vector, small, _I32(place))
            return vector

        zero = _I64(0)
        keys = four(args[0], zero, args[1], zero)
        state = four(args[2], args[3], args[4], args[5])
        step = ir.Constant(_FOUR, [WEYL[0], 0, WEYL[1], 0])
        by = ir.Constant(_TWO, list(MULTIPLY))
        half, low = ir.Constant(_TWO, [32, 32]), ir.Constant(_TWO, [MASK32, MASK32])
        turned = ir.Constant(_FOUR, [3, 2, 1, 0])
        for _round in range(ROUNDS):
            wide = builder.bitcast(state, _TWO)
            product = builder.bitcast(builder.mul(builder.and_(wide, low), by), _FOUR)
            others = builder.bitcast(builder.lshr(wide, half), _FOUR)
            product = builder.shuffle_vector(product, product, turned)
            state = builder.xor(builder.xor(others, keys), product)
            keys = builder.add(keys, step)
        wide = builder.bitcast(state, _TWO)
        first = builder.extract_element(wide, _I32(0))
        first = builder.or_(builder.shl(first, _I64(32)), builder.lshr(first, _I64(32)))
        third = builder.and_(builder.extract_element(wide, _I32(1)), _I64(MASK32))
        return context.make_tuple(builder, pair, [first, third])

    return pair(*[word] * 6), scramble
