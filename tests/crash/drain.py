#!/usr/bin/env python3
"""`drain.py BINARY`: SIGTERM under load. It ends in time with code 0, breaks no keep-alive
connection that waits for an answer, and loses nothing that it acknowledged."""

import asyncio
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))

import counter as counters  # noqa: E402
import load as loads  # noqa: E402
import server as servers  # noqa: E402
import verify  # noqa: E402

ROUNDS = 3
EXIT_SECONDS_MAX = 30


async def drain_once(server, flows, sent):
    load = loads.Load(flows)
    load.sent = sent
    load.port = server.port
    workers = [asyncio.create_task(load.worker(kind, keyed=False))
               for kind in ("pure", "call") for _ in range(8)]
    await asyncio.sleep(1.5)
    code = await asyncio.to_thread(server.terminate, EXIT_SECONDS_MAX)
    load.stopped = True
    await asyncio.gather(*workers)
    assert code == 0, f"exit code {code}"
    broken = load.broken_keep_alive
    assert broken == 0, f"{broken} connections broke without an answer"


async def run(binary, folder):
    counter = await counters.Counter(answer_after=0.05).start()
    server = servers.Server(binary, os.path.join(folder, "data"), ["--egress-allow", "127.0.0.0/8"])
    sent = []
    try:
        await asyncio.to_thread(server.start)
        server.make_key()
        flows = await asyncio.to_thread(loads.publish_flows, server, counter.port)
        for _ in range(ROUNDS):
            await drain_once(server, flows, sent)
            await asyncio.to_thread(server.start)
        await verify.settle(server)
        stored = await verify.check_executions(server, sent)
        print(f"{ROUNDS} drains, {len(sent)} triggers, {stored} executions, none lost")
    finally:
        server.close()


def main():
    with tempfile.TemporaryDirectory(prefix="millrace-drain-") as folder:
        asyncio.run(run(os.path.abspath(sys.argv[1]), folder))


if __name__ == "__main__":
    main()
