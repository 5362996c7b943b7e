#!/usr/bin/env python3
"""Named test sideeffect.duplicates: `sideeffect.py BINARY [EXECUTIONS KILLS]`. Runs of three calls
in a row over kill -9: a call is made again only where it was in flight at the kill, always under
its first key, and no call is missing."""

import asyncio
import collections
import os
import random
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))

import counter as counters  # noqa: E402
import load as loads  # noqa: E402
import server as servers  # noqa: E402
import verify  # noqa: E402

NODES = ["one", "two", "three"]
WORKERS = 24


def publish(server, counter_port):
    calls = [loads.call_node(counter_port, name) for name in NODES]
    steps = ["hook", *NODES, "end"]
    return loads.flow_of(server, "calls", "on_complete", [*calls, loads.END],
                         [loads.edge(*pair) for pair in zip(steps, steps[1:])])


async def kill_after(server, load, counter, moments):
    """A kill each time as many calls have been made; when the kills were."""
    killed_at = []
    for moment in moments:
        while len(counter.calls) < moment:
            await asyncio.sleep(0.002)
        killed_at.append(verify.now())
        server.kill()
        load.port = None
        await counter.emptied()
        counter.epoch += 1
        await asyncio.to_thread(server.start)
        load.port = server.port
    return killed_at


def check_run(entry, made, counts, killed_at):
    """The calls of one run, in the order in which they came."""
    first, last = {}, None
    for call in made:
        assert call.key == f"{entry.execution}:{call.node}:0", f"{entry} called under {call.key}"
        if call.node in first:
            assert call.node == last.node, f"{entry}: {call.node} again, after {last.node}"
            assert call.epoch > last.epoch, f"{entry}: {call.node} twice without a kill between"
            counts["repeated"][last.epoch] += 1
        else:
            assert call.node == NODES[len(first)], f"{entry}: {call.node} out of its turn"
        first[call.node] = last = call
    assert list(first) == NODES, f"{entry} has called {list(first)} only"
    for kill, at in enumerate(killed_at):
        begun = made[0].epoch <= kill
        counts["in_flight"][kill] += begun and entry.answered_at > at


def check(sent, calls, killed_at):
    by_number = collections.defaultdict(list)
    for call in calls:
        by_number[call.number].append(call)
    counts = {"repeated": collections.Counter(), "in_flight": collections.Counter()}
    for entry in sent:
        assert entry.execution, f"{entry} was never answered"
        check_run(entry, by_number[entry.number], counts, killed_at)
    for kill in range(len(killed_at)):
        repeated, in_flight = counts["repeated"][kill], counts["in_flight"][kill]
        assert repeated <= in_flight, f"kill {kill}: {repeated} repeated of {in_flight} in flight"
    return sum(counts["repeated"].values()), sum(counts["in_flight"].values())


async def run(binary, executions, kills, folder):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    total = executions * len(NODES)
    moments = sorted(random.Random(seed).sample(range(1, total - WORKERS), kills))
    counter = await counters.Counter().start()
    server = servers.Server(binary, os.path.join(folder, "data"), ["--egress-allow", "127.0.0.0/8"])
    try:
        await asyncio.to_thread(server.start)
        server.make_key()
        flow = await asyncio.to_thread(publish, server, counter.port)
        load = loads.Load({"calls": flow}, count_max=executions)
        load.port = server.port
        workers = [asyncio.create_task(load.worker("calls", keyed=True)) for _ in range(WORKERS)]
        killed_at = await kill_after(server, load, counter, moments)
        await asyncio.gather(*workers)
        await verify.settle(server)
        stored = await verify.check_executions(server, load.sent)
        repeated, in_flight = check(load.sent, counter.calls, killed_at)
        print(f"{kills} kills, {stored} executions, {len(counter.calls)} calls, {repeated} "
              f"repeated of {in_flight} runs in flight at a kill, 0 missing")
        assert repeated > 0, "no call was in flight at any kill: the test has tested nothing"
    finally:
        server.close()


def main():
    executions, kills = map(int, sys.argv[2:4]) if len(sys.argv) > 3 else (600, 6)
    with tempfile.TemporaryDirectory(prefix="millrace-sideeffect-") as folder:
        asyncio.run(run(os.path.abspath(sys.argv[1]), executions, kills, folder))


if __name__ == "__main__":
    main()
