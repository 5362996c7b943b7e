#!/usr/bin/env python3
"""`stream.py BINARY [KILLS]`: live events over kill -9 and dropped connections. A client that
always comes back by Last-Event-ID has seen every event of every execution exactly once, in order.
Named test sse.resume, over a real process."""

import http.client
import json
import os
import random
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))

import events  # noqa: E402
import server as servers  # noqa: E402

STREAM = "/v1/flows/executions/stream"
NODES = [{"id": "start", "type": "trigger", "data": {}},
         {"id": "rest", "type": "delay", "data": {"seconds": 1}},
         {"id": "done", "type": "end", "data": {"output": {"ok": True}}}]
EDGES = [{"source": "start", "target": "rest"}, {"source": "rest", "target": "done"}]
PURE = [NODES[0], NODES[2]]
BROKEN = (OSError, http.client.HTTPException, ValueError)


class Watcher(threading.Thread):
    """Reads, loses its connection now and then, and comes back by the last id it got."""

    def __init__(self, server, chance):
        super().__init__(daemon=True)
        self.server, self.chance = server, chance
        self.events, self.gaps, self.drops = [], 0, 0
        self.stopped = False
        self.last_id = ""
        self.ready = threading.Event()

    def run(self):
        while not self.stopped:
            try:
                self.watch(events.Stream(self.server.port, STREAM, self.server.key, self.last_id))
            except BROKEN:
                time.sleep(0.05)

    def watch(self, stream):
        drop_after = self.chance.randrange(1, 400)
        while not self.stopped and drop_after > 0:
            fields = stream.block()
            if fields is None:
                break
            if fields.get("event") == "stream.gap":
                self.gaps += 1
            elif "data" in fields and fields["event"] != "stream.overflow":
                self.events.append((fields["id"], json.loads(fields["data"])))
            self.last_id = stream.last_id
            if self.last_id:
                self.ready.set()
            drop_after -= 1
        self.drops += 1
        stream.close()


class Loader(threading.Thread):
    """Executes flows; what was acknowledged is in `acknowledged`."""

    def __init__(self, server, flows):
        super().__init__(daemon=True)
        self.server, self.flows = server, flows
        self.acknowledged = []
        self.stopped = False

    def run(self):
        while not self.stopped:
            flow = self.flows[len(self.acknowledged) % len(self.flows)]
            try:
                status, answer = self.server.ask("POST", f"/v1/flows/{flow}/execute", {"input": {}})
                if status == 202:
                    self.acknowledged.append(answer["data"]["id"])
            except BROKEN:
                time.sleep(0.05)


def wait_for_the_end(server, watcher):
    """Until every execution has ended and its last event has been seen."""
    for _ in range(600):
        open_runs = list(server.executions("&status=running"))
        seen = {event["data"]["execution_id"] for _, event in watcher.events
                if event["type"] in ("execution.completed", "execution.failed")}
        listed = {execution["id"] for execution in server.executions()}
        if not open_runs and listed <= seen:
            return listed
        time.sleep(0.1)
    raise AssertionError(f"{len(open_runs)} open, {len(listed - seen)} ends not seen")


def order_of(position):
    commit, number = position.split(".")
    return int(commit), int(number)


def check(server, watcher, acknowledged, listed):
    positions = [order_of(position) for position, _ in watcher.events]
    assert positions == sorted(set(positions)), "an event came twice or out of order"
    assert watcher.gaps == 0, f"{watcher.gaps} gaps"
    assert set(acknowledged) <= listed
    by_run = {}
    for _, event in watcher.events:
        by_run.setdefault(event["data"]["execution_id"], []).append(event)
    for execution in listed:
        told = by_run[execution]
        _, answer = server.ask("GET", f"/v1/flows/executions/{execution}")
        nodes = [run["node_id"] for run in answer["data"]["node_runs"]]
        types = [event["type"].removeprefix("execution.") for event in told]
        expected = ["started"] + ["node_started", "node_completed"] * len(nodes) + ["completed"]
        assert types == expected, f"{execution}: {types} instead of {expected}"
        named = [event["data"]["node_id"] for event in told if "node_id" in event["data"]]
        assert named[::2] == nodes and named[1::2] == nodes, f"{execution}: {named}"


def run(binary, kills, folder):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    server = servers.Server(binary, os.path.join(folder, "data"), ["--actors.park-after-ms", "500"])
    try:
        server.start()
        server.make_key()
        flows = [server.publish("rests", "api", NODES, EDGES),
                 server.publish("pure", "api", PURE, [{"source": "start", "target": "done"}])]
        watcher = Watcher(server, random.Random(chance.random()))
        loader = Loader(server, flows)
        watcher.start()
        assert watcher.ready.wait(20), "the stream never told where it stands"
        loader.start()
        for _ in range(kills):
            time.sleep(chance.uniform(0.3, 1.2))
            server.kill()
            server.start()
        time.sleep(0.5)
        loader.stopped = True
        loader.join()
        listed = wait_for_the_end(server, watcher)
        watcher.stopped = True
        check(server, watcher, loader.acknowledged, listed)
        print(f"{kills} kills, {watcher.drops} dropped connections, {len(listed)} executions, "
              f"{len(watcher.events)} events, each once and in order")
    finally:
        server.close()


def main():
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    with tempfile.TemporaryDirectory(prefix="millrace-stream-") as folder:
        run(os.path.abspath(sys.argv[1]), kills, folder)


if __name__ == "__main__":
    main()
