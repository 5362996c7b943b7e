"""What must hold after the crashes: the ledger against the API and the world outside."""

import asyncio
import collections
import json
import time

import client

IN_FLIGHT_GRACE = 1.0  # seconds from an answer of the world outside to its commit, at the very most


async def settle(server, patience=120):
    """Waits until no execution is open."""
    for _ in range(patience * 4):
        opened = await asyncio.to_thread(lambda: list(server.executions("&status=running")))
        if not opened:
            return
        await asyncio.sleep(0.25)
    raise AssertionError(f"{len(opened)} executions never ended, such as {opened[0]}")


async def numbers_of(server, executions):
    """Execution id -> `n` of its trigger, read from its trace."""
    waiting, found = list(executions), {}

    async def read():
        connection = client.Client(server.port, [f"X-API-Key: {server.key}"])
        while waiting:
            execution = waiting.pop()
            status, body = await connection.request("GET", f"/v1/flows/executions/{execution}")
            assert status == 200, f"{execution}: {status} {body!r}"
            run = json.loads(body)["data"]
            status, error = run["status"], run.get("error")
            assert status == "completed", f"{execution} is {status}: {error}"
            first = run["node_runs"][0]
            found[execution] = first["output"]["body"]["n"]
        connection.close()

    await asyncio.gather(*(read() for _ in range(8)))
    return found


async def check_executions(server, sent):
    listed = await asyncio.to_thread(lambda: [row["id"] for row in server.executions()])
    assert len(listed) == len(set(listed)), "the list shows an execution twice"
    numbers = await numbers_of(server, listed)
    runs_of = collections.defaultdict(list)
    for execution, number in numbers.items():
        runs_of[number].append(execution)
    for entry in sent:
        runs = runs_of.pop(entry.number, [])
        if entry.execution:
            assert runs == [entry.execution], f"{entry} was acknowledged, and has {runs}"
        else:
            assert len(runs) <= 1, f"{entry} has {runs}"
    assert not runs_of, f"executions that nobody triggered: {dict(runs_of)}"
    return len(listed)


def check_calls(sent, calls, killed_at):
    """Calls repeat only over a kill, when they were in flight at it, and under the same key."""
    by_number = collections.defaultdict(list)
    for call in calls:
        by_number[call.number].append(call)
    finished_before = {entry.number for entry in sent if entry.finished}
    repeated = 0
    for entry in sent:
        made = by_number[entry.number]
        if entry.kind == "pure":
            assert not made
            continue
        if entry.execution:
            assert made, f"{entry} was acknowledged and never called"
        keys = {call.key for call in made}
        assert len(keys) <= 1, f"{entry} called under {keys}"
        for key in keys if entry.execution else ():
            assert key.startswith(entry.execution + ":"), f"{entry} called under {key}"
        for earlier, later in zip(made, made[1:]):
            repeated += 1
            assert earlier.epoch < later.epoch, f"{entry} called twice without a kill between"
            answered = earlier.answered_at
            assert not answered or answered > killed_at[earlier.epoch] - IN_FLIGHT_GRACE, (
                f"{entry} called again although it was answered "
                f"{killed_at[earlier.epoch] - answered:.3f} s before the kill")
    return repeated, len(finished_before)


def now():
    return time.monotonic()
