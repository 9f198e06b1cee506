"""Whatever is done to the store behind the program's back, `verify` names the first bad place."""

from pathlib import Path

import pytest

from router.record.audit.anchor import anchor_path
from router.record.audit.chain import canonical, genesis, mac_of, next_hash
from router.record.audit.keys import open_keys
from tests.audit.audit_world import World, admin, decision, outcome

ONE_LINE = {
    "body byte": ("UPDATE audit_events SET body = replace(body, '\"hour\":9', '\"hour\":8') WHERE seq = 271", (271, "altered")),
    "hash": ("UPDATE audit_events SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE seq = 271", (271, "forged")),
    "mac": ("UPDATE audit_events SET mac = replace(mac, substr(mac, 1, 1), 'x') WHERE seq = 271", (271, "forged")),
    "copied column": ("UPDATE audit_events SET \"user\" = 'eve' WHERE seq = 271", (271, "columns differ")),
    "copied moment": ("UPDATE audit_events SET at = at + 1 WHERE seq = 271", (271, "columns differ")),
    "body no JSON": ("UPDATE audit_events SET body = substr(body, 2) WHERE seq = 271", (271, "altered")),
    "deleted": ("DELETE FROM audit_events WHERE seq = 271", (271, "missing")),
    "several deleted": ("DELETE FROM audit_events WHERE seq BETWEEN 269 AND 271", (269, "missing")),
    "first deleted": ("DELETE FROM audit_events WHERE seq = 1", (1, "missing")),
    "beginning deleted": ("DELETE FROM audit_events WHERE seq < 271", (1, "missing")),
    "last deleted": ("DELETE FROM audit_events WHERE seq = 300", (300, "cut off")),
    "all deleted": ("DELETE FROM audit_events", (1, "cut off")),
    "checkpoint deleted": ("DELETE FROM audit_checkpoints WHERE seq = 256", (256, "checkpoint missing")),
    "checkpoint altered": ("UPDATE audit_checkpoints SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE seq = 256", (256, "checkpoint forged")),
    "head set back": ("UPDATE audit_heads SET seq = 299", (300, "beyond the head")),
    "head altered": ("UPDATE audit_heads SET hash = replace(hash, substr(hash, 1, 1), 'x')", (300, "head differs")),
    "head deleted": ("DELETE FROM audit_heads", (300, "head missing")),
    "public key replaced": ("UPDATE audit_heads SET public_key = replace(public_key, substr(public_key, 1, 1), 'x')", (300, "key replaced")),
    "moved to another chain": (f"UPDATE audit_events SET chain = '{'0' * 32}' WHERE seq = 271", (271, "missing")),
}  # fmt: skip


@pytest.mark.parametrize("name", ONE_LINE)
def test_verify_names_the_first_bad_place(filled: World, name: str) -> None:
    statement, expected = ONE_LINE[name]
    assert filled.first_fault(statement) == expected
    assert [report.faults for report in filled.verify()] == [()]


def test_two_events_that_changed_places_are_told_from_forged_ones(world: World) -> None:
    world.fill(20)
    world.sql(
        "UPDATE audit_events SET seq = 1000 WHERE seq = 7",
        "UPDATE audit_events SET seq = 7 WHERE seq = 8",
        "UPDATE audit_events SET seq = 8 WHERE seq = 1000",
    )
    (report,) = world.verify()
    assert [(fault.seq, fault.kind) for fault in report.faults] == [(7, "moved"), (8, "moved")]
    assert report.faults[0].detail == "it was written as event 8"


def test_an_inserted_event_shows_even_with_right_hashes(world: World) -> None:
    world.fill(20)
    chain = world.auditor.chain
    body = canonical(decision(99).to_body())
    with world.engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT seq, body FROM audit_events ORDER BY seq").all()
        before = genesis(chain)
        bodies = [*(row[1] for row in rows[:9]), body, *(row[1] for row in rows[9:])]
        connection.exec_driver_sql("UPDATE audit_events SET seq = seq + 1000 WHERE seq > 9")
        connection.exec_driver_sql("UPDATE audit_events SET seq = seq - 999 WHERE seq > 1000")
        connection.exec_driver_sql(
            "INSERT INTO audit_events (chain, seq, id, at, kind, body, hash, mac) "
            f"SELECT chain, 10, '{'9' * 32}', at, kind, body, hash, mac FROM audit_events WHERE seq = 9"
        )
        for seq, text in enumerate(bodies, 1):
            before = next_hash(before, text)
            connection.exec_driver_sql(
                f"UPDATE audit_events SET hash = '{before}' WHERE seq = {seq}"
            )
        connection.exec_driver_sql(f"UPDATE audit_heads SET seq = 21, hash = '{before}'")
    assert world.first_fault() == (10, "forged")


def test_an_end_cut_off_with_its_head_and_checkpoints_shows_by_the_anchor(filled: World) -> None:
    cut = (
        "DELETE FROM audit_events WHERE seq > 250",
        "DELETE FROM audit_checkpoints WHERE seq > 250",
        "UPDATE audit_heads SET seq = 250, hash = (SELECT hash FROM audit_events WHERE seq = 250)",
    )
    assert filled.first_fault(*cut) == (251, "cut off")


def test_a_store_that_was_emptied_shows_by_the_anchor(world: World) -> None:
    world.fill(5)
    world.sql("DELETE FROM audit_events", "DELETE FROM audit_heads")
    assert world.first_fault() == (1, "cut off")


def test_a_cut_stays_in_the_chain_after_it_went_on(world: World) -> None:
    world.fill(10)
    world.sql(
        "DELETE FROM audit_events WHERE seq > 6",
        "UPDATE audit_heads SET seq = 6, hash = (SELECT hash FROM audit_events WHERE seq = 6)",
    )
    world.append(admin(1), *(decision(number) for number in range(50, 60)))
    (report,) = world.verify()
    assert [(fault.seq, fault.kind) for fault in report.faults] == [(7, "cut")]
    assert report.faults[0].detail == "events were cut off here: the store had 6, the anchor had seen 10"
    assert report.last == 18


@pytest.mark.parametrize(("content", "kind"), [(None, "anchor missing"), (b"0 nothing", "anchor damaged")])
def test_an_anchor_that_is_gone_or_altered_shows_before_and_after_the_chain_goes_on(
    world: World, content: bytes | None, kind: str
) -> None:
    world.fill(10)
    path = anchor_path(world.keys, world.auditor.chain)
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    if content is not None:
        assert world.first_fault() == (10, kind)
    world.append(decision(70))
    assert world.first_fault() == (11, kind)
    assert world.verify()[0].last == 12


def test_the_anchor_cannot_be_set_back_by_an_older_copy_of_another_chain(world: World, tmp_path: Path) -> None:
    world.fill(10)
    other = World.of(world.engine, tmp_path / "other")
    other.append(decision(500))
    stolen = anchor_path(other.keys, other.auditor.chain).read_bytes()
    anchor_path(world.keys, world.auditor.chain).write_bytes(stolen)
    assert world.first_fault() == (10, "anchor damaged")


def test_another_installations_chain_is_checked_by_hashes_and_signatures(filled: World, tmp_path: Path) -> None:
    stranger = open_keys(tmp_path / "stranger")
    (report,) = filled.verify(stranger)
    assert (report.own, report.faults, report.events) == (False, (), 300)
    flip = "UPDATE audit_events SET body = replace(body, '\"hour\":9', '\"hour\":8') WHERE seq = 3"
    (report,) = filled.verify(stranger, after=(flip,))
    assert (report.faults[0].seq, report.faults[0].kind) == (3, "altered")


def test_a_rewritten_foreign_chain_shows_at_its_signed_checkpoint(filled: World, tmp_path: Path) -> None:
    stranger, chain = open_keys(tmp_path / "stranger"), filled.auditor.chain
    before, rewritten = genesis(chain), []
    with filled.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT seq, body FROM audit_events ORDER BY seq").all()
    for seq, body in rows:
        altered = body.replace('"hour":9', '"hour":8')
        before = next_hash(before, altered)
        mac = mac_of(stranger, chain, seq, before)
        rewritten.append(f"({seq}, '{altered}', '{before}', '{mac}')")
    tampering = (
        f"WITH new(seq, body, hash, mac) AS (VALUES {', '.join(rewritten)}) UPDATE audit_events"
        " SET body = new.body, hash = new.hash, mac = new.mac FROM new WHERE audit_events.seq = new.seq",
        f"UPDATE audit_heads SET hash = '{before}'",
    )
    (report,) = filled.verify(stranger, after=tampering)
    assert [(fault.seq, fault.kind) for fault in report.faults] == [(256, "rewritten")]
    assert filled.first_fault(*tampering) == (1, "forged")


def test_chains_of_two_installations_stand_beside_each_other(world: World, tmp_path: Path) -> None:
    other = World.of(world.engine, tmp_path / "other")
    world.append(decision(1), outcome(2))
    other.append(decision(3))
    world.append(admin(4))
    reports = {report.chain: report for report in world.verify()}
    assert reports[world.auditor.chain].own and reports[world.auditor.chain].events == 3
    assert not reports[other.auditor.chain].own and reports[other.auditor.chain].events == 1
    assert all(not report.faults for report in reports.values())


def test_every_flipped_byte_of_an_event_in_the_file_is_named(tmp_path: Path) -> None:
    from tests.audit.audit_world import sqlite_engine

    engine = sqlite_engine(tmp_path / "store.db")
    world = World.of(engine, tmp_path / "audit")
    world.fill(5)
    with engine.connect() as connection:
        body = connection.exec_driver_sql("SELECT body FROM audit_events WHERE seq = 3").scalar_one()
    for at in range(0, len(body), 29):
        for bit in (1, 128):
            flipped = body[:at].encode() + bytes([body.encode()[at] ^ bit]) + body[at + 1 :].encode()
            with engine.begin() as connection:
                connection.exec_driver_sql(
                    "UPDATE audit_events SET body = CAST(? AS TEXT) WHERE seq = 3", (flipped,)
                )
            assert world.first_fault() == (3, "altered"), (at, bit)
    engine.dispose()


def test_a_letter_put_where_a_question_mark_stood_shows_though_the_hash_reads_both_alike(world: World) -> None:
    world.append(decision(1), decision(2, facts={"hour": 9, "path": ["src/what?.py"]}), decision(3))
    assert world.first_fault("UPDATE audit_events SET body = replace(body, 'what?', 'whaté') WHERE seq = 2") == (
        2, "spelled otherwise",
    )  # fmt: skip
