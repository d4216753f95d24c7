"""Which hidden counts can be balanced out: against every table there could be."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from commongrid.engines.tally import Edge, close_loops

NODES = "abcd"
EDGES = st.lists(
    st.tuples(st.sampled_from(NODES), st.sampled_from(NODES), st.integers(2, 4)),
    min_size=1,
    max_size=5,
)


def balance(edges, counts):
    """What each node has in the end."""
    return [
        sum(n * ((e.head == node) - (e.tail == node)) for e, n in zip(edges, counts, strict=True))
        for node in NODES
    ]


def values_of(edges, hidden, number):
    """Every count an edge could have, by trying all; shown ones and the nodes are known."""
    choices = [range(1, 7) if edge.key in hidden else (edge.count,) for edge in edges]
    known = balance(edges, [edge.count for edge in edges])
    return {counts[number] for counts in product(*choices) if balance(edges, counts) == known}


@given(EDGES, st.integers(0, 4))
def test_a_secret_is_free_or_everything_it_leads_to_is_hidden(found, which):
    edges = [
        Edge(str(n), tail, head, count)
        for n, (tail, head, count) in enumerate(found)
        if tail != head
    ]
    if not edges:
        return
    number = which % len(edges)
    secret = {edges[number].key}
    hidden = secret | close_loops(edges, secret, (), ())
    if len(values_of(edges, hidden, number)) == 1:
        every = {edge.key for edge in edges}
        assert len(values_of(edges, every, number)) == 1, "then nothing would have freed it"


def test_what_is_free_already_hides_nothing_else():
    edges = [Edge("take", "a", "b", 9), Edge("lapse", "a", "b", 2), Edge("offer", "c", "a", 11)]
    assert close_loops(edges, {"lapse"}, {"take"}, ()) == frozenset()
    assert close_loops(edges, {"lapse"}, (), {"a", "b"}) == frozenset()
    assert close_loops(edges, {"lapse"}, (), ()) == {"take", "offer"}


def test_where_no_loop_is_all_that_hangs_together_is_hidden():
    chain = [Edge("1", "a", "b", 3), Edge("2", "b", "c", 9), Edge("3", "c", "d", 9)]
    assert close_loops(chain, {"1"}, (), ()) == {"2", "3"}
