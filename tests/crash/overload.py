#!/usr/bin/env python3
"""Far more clients than a slow disk can serve: `overload.py SLOW_SERVER BINARY`. The surplus is
refused with 429 and Retry-After, memory stays bounded, and what was acknowledged is there."""

import asyncio
import os
import resource
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))

import client  # noqa: E402
import load as loads  # noqa: E402
import server as servers  # noqa: E402
import verify  # noqa: E402

CONNECTIONS = 2_000
ROUNDS = 4  # triggers of each connection
GROWTH_MIB_MAX = 256


def resident_mib(process):
    with open(f"/proc/{process}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def fire(connections, flow, round_number):
    """A trigger over each connection, none waiting for another; what was sent."""
    sent = []
    for number, connection in enumerate(connections):
        entry = loads.Sent(round_number * CONNECTIONS + number, "pure", keyed=False)
        body = b'{"n":%d,"text":"%s"}' % (entry.number, b"x" * 500)
        connection.send("POST", f"/hooks/{flow}/pure", body)
        sent.append(entry)
    return sent


async def collect(connection, entry, counts):
    status, answer = await connection.answer()
    counts[status] = counts.get(status, 0) + 1
    if status == 202:
        entry.execution = loads.json.loads(answer)["execution_id"]
    else:
        assert connection.fields.get("retry-after"), f"{status} without Retry-After"


async def press(port, flow):
    """(answers by status, what was sent)."""
    counts, sent = {}, []
    connections = [client.Client(port) for _ in range(CONNECTIONS)]
    for connection in connections:
        await connection.connect()
    for round_number in range(ROUNDS):
        fired = fire(connections, flow, round_number)
        await asyncio.gather(*map(lambda one, entry: collect(one, entry, counts),
                                  connections, fired))
        sent += fired
    for connection in connections:
        connection.close()
    return counts, sent


async def run(slow_server, binary, folder):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    os.environ["ASAN_OPTIONS"] = "quarantine_size_mb=4"
    server = servers.Server(slow_server, os.path.join(folder, "data"))
    try:
        await asyncio.to_thread(server.start)
        server.binary = binary
        server.make_key()
        flow = (await asyncio.to_thread(loads.publish_flows, server, 9))["pure"]
        before = resident_mib(server.process.pid)
        counts, sent = await press(server.port, flow)
        grown = resident_mib(server.process.pid) - before
        assert set(counts) == {202, 429}, f"answers by status: {counts}"
        assert grown < GROWTH_MIB_MAX, f"resident memory grew by {grown:.0f} MiB"
        await verify.settle(server)
        stored = await verify.check_executions(server, sent)
        print(f"{CONNECTIONS} connections: {counts[202]} accepted, {counts[429]} refused, "
              f"{stored} executions, resident memory grew by {grown:.0f} MiB")
    finally:
        server.close()


def main():
    with tempfile.TemporaryDirectory(prefix="millrace-overload-") as folder:
        asyncio.run(run(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), folder))


if __name__ == "__main__":
    main()
