#!/usr/bin/env python3
"""kill -9 under load, again and again: `kill9.py BINARY [KILLS]`. Prints what it counted."""

import asyncio
import os
import random
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))

import counter as counters  # noqa: E402
import load as loads  # noqa: E402
import server as servers  # noqa: E402
import verify  # noqa: E402

PURE_WORKERS, CALL_WORKERS = 12, 12


async def park_some(load, count=10):
    """A few triggers of the flow that sleeps over the next kill."""
    await asyncio.gather(*(load.once("park") for _ in range(count)))


async def crash_often(server, load, counter, kills, chance):
    killed_at = []
    for number in range(kills):
        await asyncio.to_thread(server.start)
        load.port = server.port
        parking = asyncio.create_task(park_some(load))
        await asyncio.sleep(chance.uniform(0.2, 1.2))
        server.kill()
        killed_at.append(verify.now())
        load.port = None
        await parking
        await counter.emptied()
        counter.epoch = number + 1
    return killed_at


async def run(binary, kills, folder):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    counter = await counters.Counter().start()
    server = servers.Server(binary, os.path.join(folder, "data"), ["--egress-allow", "127.0.0.0/8"])
    try:
        await asyncio.to_thread(server.start)
        server.make_key()
        load = loads.Load(await asyncio.to_thread(loads.publish_flows, server, counter.port), 0.004)
        server.kill()
        workers = [asyncio.create_task(load.worker(kind, keyed=index % 2 == 0))
                   for kind, count in (("pure", PURE_WORKERS), ("call", CALL_WORKERS))
                   for index in range(count)]
        killed_at = await crash_often(server, load, counter, kills, random.Random(seed))
        await asyncio.to_thread(server.start)
        load.port = server.port
        await asyncio.sleep(1)
        load.stopped = True
        await asyncio.gather(*workers)
        await verify.settle(server)
        stored = await verify.check_executions(server, load.sent)
        repeated, _ = verify.check_calls(load.sent, counter.calls, killed_at)
        acknowledged = sum(bool(entry.execution) for entry in load.sent)
        print(f"{kills} kills, {len(load.sent)} triggers, {acknowledged} acknowledged, "
              f"{stored} executions, {len(counter.calls)} calls, {repeated} repeated")
        assert repeated > 0, "no call was in flight at any kill: the test has tested nothing"
    finally:
        server.close()


def main():
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    with tempfile.TemporaryDirectory(prefix="millrace-crash-") as folder:
        asyncio.run(run(os.path.abspath(sys.argv[1]), kills, folder))


if __name__ == "__main__":
    main()
