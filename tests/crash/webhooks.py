#!/usr/bin/env python3
"""kill -9 with webhook deliveries under way and waiting: `webhooks.py BINARY [KILLS]`.
Every event of every acknowledged run reaches the receiver, at least once, always under one id."""

import collections
import json
import os
import random
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))

import receiver as receivers  # noqa: E402
import server as servers  # noqa: E402

RUNS_PER_LIFE = 40
RECEIVER_PAUSE_SECONDS = 0.03
PATIENCE_SECONDS = 60
NODES = [{"id": "trigger", "type": "trigger", "data": {}},
         {"id": "done", "type": "end", "data": {}}]
EDGES = [{"source": "trigger", "target": "done"}]


def must(told, status):
    assert told[0] == status, told
    return told[1]["data"] if told[1] else None


def run_some(server, flow):
    """The runs that were acknowledged."""
    return [must(server.ask("POST", f"/v1/flows/{flow}/execute", {"input": {"n": n}}), 202)["id"]
            for n in range(RUNS_PER_LIFE)]


def arrivals(receiver):
    """By run: how often each event came."""
    found = collections.defaultdict(collections.Counter)
    with receiver.arrived:
        for request in receiver.requests:
            event = json.loads(request["body"])
            assert request["headers"]["webhook-id"] == event["id"]
            found[event["data"]["execution_id"]][event["id"]] += 1
    return found


def wait_for_all(receiver, runs):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        found = arrivals(receiver)
        missing = [run for run in runs if len(found[run]) < 2]
        if not missing:
            return found
        assert time.monotonic() < deadline, f"{len(missing)} runs were not told whole"
        time.sleep(0.1)


def run(binary, kills, folder):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    receiver = receivers.Receiver(RECEIVER_PAUSE_SECONDS)
    server = servers.Server(binary, os.path.join(folder, "data"),
                            ["--egress-allow", "127.0.0.1/32"])
    try:
        server.start()
        server.make_key()
        flow = server.publish("told", "api", NODES, EDGES)
        events = ["execution.started", "execution.completed"]
        webhook = must(server.ask("POST", "/v1/webhooks", {"url": receiver.url, "events": events}),
                       201)["id"]
        runs, untold = [], 0
        for _ in range(kills):
            runs += run_some(server, flow)
            time.sleep(chance.uniform(0, 0.1))
            server.kill()
            untold += 2 * len(runs) - sum(len(counts) for counts in arrivals(receiver).values())
            server.start()
        found = wait_for_all(receiver, runs)
        repeated = sum(count - 1 for counts in found.values() for count in counts.values())
        assert all(len(counts) == 2 for counts in found.values()), "an event under two ids"
        assert untold > 0, "nothing waited at any kill: the test has tested nothing"
        deadline = time.monotonic() + PATIENCE_SECONDS
        path = f"/v1/webhooks/{webhook}/deliveries?status=pending"
        while must(server.ask("GET", path), 200):
            assert time.monotonic() < deadline, "deliveries wait that have arrived"
            time.sleep(0.1)
        print(f"{kills} kills, {len(runs)} runs, {len(receiver.requests)} deliveries, "
              f"{untold} untold at kills, {repeated} repeated, 0 missing")
    finally:
        server.close()
        receiver.close()


def main():
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    with tempfile.TemporaryDirectory(prefix="millrace-webhooks-") as folder:
        run(os.path.abspath(sys.argv[1]), kills, folder)


if __name__ == "__main__":
    main()
