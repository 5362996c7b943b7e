#!/usr/bin/env python3
"""Named test tenant.fairness: `fairness.py BINARY`. One workspace asks twenty times as much as its
key may; it is refused with 429 and Retry-After, and of the other's triggers none is. How long those
took, alone and beside the flood, is printed and not judged."""

import asyncio
import json
import os
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))

import client  # noqa: E402
import server as servers  # noqa: E402
import verify  # noqa: E402

PER_MINUTE = 1_000
QUIET_TRIGGERS = 400          # in a row, twice: alone and beside the flood
FLOOD_TRIGGERS, FLOOD_CONNECTIONS = 20 * PER_MINUTE, 20
NODES = [{"id": "start", "type": "trigger", "data": {}},
         {"id": "done", "type": "end", "data": {"output": {"n": "{{trigger.n}}"}}}]
EDGES = [{"source": "start", "target": "done"}]


class Tenant:
    def __init__(self, port, key, path):
        self.port, self.key, self.path = port, key, path
        self.accepted, self.refused, self.sent = [], 0, 0

    def connect(self):
        return client.Client(self.port, [f"X-API-Key: {self.key}"])

    async def trigger(self, connection):
        """Seconds to its answer."""
        self.sent += 1
        begun = time.monotonic()
        body = b'{"input":{"n":%d}}' % self.sent
        status, answer = await connection.request("POST", self.path, body)
        took = time.monotonic() - begun
        if status == 202:
            self.accepted.append(json.loads(answer)["data"]["id"])
            return took
        assert status == 429, f"{status} {answer!r}"
        assert connection.fields.get("retry-after"), "429 without Retry-After"
        self.refused += 1
        return took


async def in_a_row(tenant):
    connection = tenant.connect()
    took = [await tenant.trigger(connection) for _ in range(QUIET_TRIGGERS)]
    connection.close()
    return took


async def flood(tenant, other):
    """Until as much was sent as makes a flood, and the other one is through."""
    connection = tenant.connect()
    while tenant.sent < FLOOD_TRIGGERS or not other.done():
        await tenant.trigger(connection)
    connection.close()


async def flood_alone(tenant):
    """In a process of its own, so that the other one does not wait for this client."""
    other = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    floods = [asyncio.create_task(flood(tenant, other)) for _ in range(FLOOD_CONNECTIONS)]
    while tenant.refused == 0 and not any(task.done() for task in floods):
        await asyncio.sleep(0.01)
    print("flooding", flush=True)
    await asyncio.gather(*floods)
    print(json.dumps([tenant.accepted, tenant.refused]))


async def beside_a_flood(loud, quiet):
    """How long the quiet one's triggers took."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, __file__, "flood", str(loud.port), loud.key, loud.path,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=1 << 24)
    assert await process.stdout.readline() == b"flooding\n"
    took = await in_a_row(quiet)
    told, _ = await process.communicate(b"through")
    assert process.returncode == 0, "the flood has broken off"
    loud.accepted, loud.refused = json.loads(told)
    return took


async def completed(server, tenant):
    """Reads the end of every accepted run: they are all there, each once, and have completed."""
    server.key = tenant.key
    await verify.settle(server)
    listed = await asyncio.to_thread(lambda: list(server.executions("&status=completed")))
    assert sorted(run["id"] for run in listed) == sorted(tenant.accepted), tenant.path


def percentile(took, share):
    return sorted(took)[int(len(took) * share)]


def tenant_of(server, name):
    key = server.make_key(name)
    flow = server.publish(name, "api", NODES, EDGES)
    return Tenant(server.port, key, f"/v1/flows/{flow}/execute")


async def run(binary, folder):
    server = servers.Server(binary, os.path.join(folder, "data"),
                            ["--limits.key-requests-per-minute", str(PER_MINUTE)])
    try:
        await asyncio.to_thread(server.start)
        quiet, loud = tenant_of(server, "quiet"), tenant_of(server, "loud")
        alone = await in_a_row(quiet)
        beside = await beside_a_flood(loud, quiet)
        assert quiet.refused == 0, f"{quiet.refused} of the quiet one's triggers were refused"
        assert loud.refused > len(loud.accepted), f"{len(loud.accepted)} of the flood got in"
        for name, tenant in (("quiet", quiet), ("loud", loud)):
            tenant.key = server.make_key(name)  # the one that it had is spent
            await completed(server, tenant)
        for name, share in (("median", 0.5), ("p99", 0.99)):
            before, after = percentile(alone, share), percentile(beside, share)
            print(f"{name} {after * 1000:.2f} ms beside the flood, {before * 1000:.2f} ms alone: "
                  f"{after / before:.2f} times")
        print(f"quiet: {len(quiet.accepted)} accepted, none refused; flood: {len(loud.accepted)} "
              f"accepted, {loud.refused} refused")
    finally:
        server.close()


def main():
    if sys.argv[1] == "flood":
        return asyncio.run(flood_alone(Tenant(int(sys.argv[2]), sys.argv[3], sys.argv[4])))
    with tempfile.TemporaryDirectory(prefix="millrace-fairness-") as folder:
        asyncio.run(run(os.path.abspath(sys.argv[1]), folder))


if __name__ == "__main__":
    main()
