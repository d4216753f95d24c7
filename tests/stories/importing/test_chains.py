"""Whole chains appended at once are the acts that one by one would have been."""

from uuid import UUID, uuid5

import pytest
from django.db import DatabaseError, transaction

from commongrid.ledger.face import (
    ActDraft,
    BrokenChainError,
    NoTransactionError,
    record_act,
    record_chains,
    verify,
)
from commongrid.ledger.models import Act, Chain
from tests.stories.importing.standing import NOW

SPACE = UUID("11111111-2222-4333-8444-555555555555")


def draft(subject, number, **more):
    given = {
        "command_id": uuid5(SPACE, f"{subject}/{number}"), "subject": subject, "action": "test",
        "actor": "system:test", "rule_id": "test", "at": NOW, "words": f"word {number}",
        "after": {"n": number},
    }  # fmt: skip
    return ActDraft(**{**given, **more})


def test_whole_chains_verify_like_single_acts(db):
    with transaction.atomic():
        for number in range(3):
            record_act(draft("a:1", number))
        assert record_chains([[draft("a:2", n) for n in range(3)], [], [draft("a:3", 0)]]) == 4
        record_act(draft("a:2", 3))  # a chain made at once goes on one by one
    assert verify().is_whole
    assert Chain.objects.get(subject="a:2").length == 4


def test_a_chain_is_of_one_new_subject_inside_a_transaction(transactional_db):
    with pytest.raises(NoTransactionError):
        record_chains([[draft("a:1", 0)]])
    with pytest.raises(BrokenChainError), transaction.atomic():
        record_chains([[draft("a:1", 0), draft("a:2", 0)]])
    with transaction.atomic():
        record_act(draft("a:1", 0))
    with pytest.raises(DatabaseError), transaction.atomic():
        record_chains([[draft("a:1", 1)]])
    assert verify().is_whole


@pytest.mark.django_db
def test_a_changed_act_of_a_bulk_is_found():
    with transaction.atomic():
        record_chains([[draft("a:1", n) for n in range(3)]])
    Act.objects.filter(position=1).update(core="{}")
    assert {finding.code for finding in verify().findings} >= {"hash"}
