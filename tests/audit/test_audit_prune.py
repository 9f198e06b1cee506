"""What retention leaves stays verifiable, and nobody else can shorten the chain."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from router.model.ledger import Asker
from router.record.audit.anchor import read_anchor
from router.record.audit.prune import plan, prune
from router.record.tables import AUDIT_CHECKPOINTS, AUDIT_EVENTS
from tests.audit.audit_world import START, World, decision


def pruned(world: World, before_minute: int) -> int:
    with world.engine.begin() as connection:
        found, link = prune(connection, world.auditor, START + timedelta(minutes=before_minute), Asker("cli", "ada"))
    if link is not None:
        world.auditor.anchor(link)
    return found.events


def test_the_rest_of_a_pruned_chain_verifies_and_goes_on(world: World) -> None:
    world.fill(300)
    assert pruned(world, 280) == 279
    (report,) = world.verify()
    assert (report.faults, report.first, report.last, report.pruned_to) == ((), 280, 301, 279)
    assert pruned(world, 290) == 10
    world.append(decision(900))
    (report,) = world.verify()
    assert (report.faults, report.first, report.last, report.pruned_to) == ((), 290, 303, 289)


def test_of_what_was_removed_one_checkpoint_stays(world: World) -> None:
    world.fill(300)
    pruned(world, 270)
    pruned(world, 290)
    with world.engine.connect() as connection:
        rows = connection.execute(select(AUDIT_CHECKPOINTS.c.seq, AUDIT_CHECKPOINTS.c.kind)).all()
    assert [tuple(row) for row in rows] == [(289, "pruned")]


def test_an_act_of_pruning_is_itself_an_event(world: World) -> None:
    world.fill(5)
    pruned(world, 3)
    with world.engine.connect() as connection:
        query = select(AUDIT_EVENTS.c.body).order_by(AUDIT_EVENTS.c.seq.desc()).limit(1)
        body = connection.execute(query).scalar_one()
    assert '"action":"prune"' in body and '"events":2' in body and '"user":"ada"' in body


def test_an_old_event_that_was_entered_late_waits_for_the_newer_one_before_it(world: World) -> None:
    world.append(decision(1), decision(50), decision(2), decision(60))
    with world.engine.connect() as connection:
        found = plan(connection, world.auditor.chain, START + timedelta(minutes=10))
    assert (found.events, found.first, found.last) == (1, 1, 1)


def test_a_whole_log_may_go(world: World) -> None:
    world.fill(4)
    assert pruned(world, 1000) == 4
    (report,) = world.verify()
    assert (report.faults, report.first, report.last) == ((), 5, 5)
    anchored = read_anchor(world.keys, world.auditor.chain)
    assert anchored is not None and anchored.seq == 5


def test_nothing_old_enough_is_no_event(world: World) -> None:
    world.fill(3)
    assert pruned(world, 0) == 0
    assert world.verify()[0].last == 3


def test_a_beginning_that_somebody_else_removed_shows_despite_a_checkpoint_of_his(world: World, tmp_path: Path) -> None:
    world.fill(10)
    thief = World.of(world.engine, tmp_path / "thief")
    message = f"llm-router audit checkpoint {world.auditor.chain} 4 pruned "
    with world.engine.connect() as connection:
        query = select(AUDIT_EVENTS.c.hash).where(AUDIT_EVENTS.c.chain == world.auditor.chain, AUDIT_EVENTS.c.seq == 4)
        hash_ = connection.execute(query).scalar_one()
    forged = thief.keys.sign(message + hash_)
    world.sql(
        f"INSERT INTO audit_checkpoints VALUES ('{world.auditor.chain}', 4, 'pruned', 0, '{hash_}', '{forged}')",
        "DELETE FROM audit_events WHERE seq <= 4",
    )
    (report,) = world.verify()
    assert [(fault.seq, fault.kind) for fault in report.faults] == [(1, "missing"), (4, "checkpoint forged")]


def test_pruned_events_that_are_put_back_show(world: World) -> None:
    world.fill(6)
    with world.engine.connect() as connection:
        row = connection.execute(select(AUDIT_EVENTS).where(AUDIT_EVENTS.c.seq == 2)).one()
    pruned(world, 4)
    with world.engine.begin() as connection:
        connection.execute(AUDIT_EVENTS.insert().values(row._asdict()))
    assert world.first_fault() == (2, "pruned event")
