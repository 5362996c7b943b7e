#!/usr/bin/env python3
"""kill -9 in the middle of bulk jobs: `bulk_kill9.py BINARY [RUNS]`. After every restart the job
goes on by itself, its counts add up whenever they are read, and at the end every run was cancelled,
or replayed exactly once."""

import collections
import os
import random
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))

import server as servers  # noqa: E402

DEADLINE = 120
BULK = "/v1/flows/executions/bulk"


def progress(server, job):
    status, answer = server.ask("GET", f"{BULK}/{job}")
    assert status == 200, (status, answer)
    data = answer["data"]
    parts = sum(data[name] for name in ("done", "failed", "skipped", "remaining"))
    assert data["total"] == parts, data
    return data


def carry_through(server, job, total, chance):
    """Kills the server at random moments until the job is over; the job and the kills that met it
    at work."""
    kills = 0
    deadline = time.monotonic() + DEADLINE
    while True:
        data = progress(server, job)
        if data["status"] == "completed":
            return data, kills
        assert time.monotonic() < deadline, data
        if data["done"] < (kills + 1) * total // 5 or kills == 4:
            time.sleep(0.002)
            continue
        time.sleep(chance.uniform(0, 0.01))
        server.kill()
        server.start()
        kills += 1


def start_job(server, kind, body):
    status, answer = server.ask("POST", f"{BULK}-{kind}", {**body, "dry_run": True})
    assert status == 200 and not answer["data"]["at_least"], (status, answer)
    counted = answer["data"]["total"]
    status, answer = server.ask("POST", f"{BULK}-{kind}", body)
    assert status == 202, (status, answer)
    return answer["data"]["id"], counted


def execute(server, flow, count):
    return {server.ask("POST", f"/v1/flows/{flow}/execute", {})[1]["data"]["id"]
            for _ in range(count)}


def cancels(server, runs, chance):
    flow = server.publish("nap", "api", [
        {"id": "trigger", "type": "trigger", "data": {}},
        {"id": "nap", "type": "delay", "data": {"seconds": 36000}}],
        [{"source": "trigger", "target": "nap"}])
    execute(server, flow, runs)
    job, counted = start_job(server, "cancel", {"filter": {"flow_id": flow}})
    late = execute(server, flow, 1).pop()
    data, kills = carry_through(server, job, runs, chance)
    assert counted == data["total"] == data["done"] == runs, (counted, data)
    for run in server.executions(f"&flow_id={flow}"):
        expected = "running" if run["id"] == late else "cancelled"
        assert run["status"] == expected, run
    return kills


def replays(server, runs, chance):
    flow = server.publish("mark", "api", [
        {"id": "trigger", "type": "trigger", "data": {}},
        {"id": "done", "type": "end", "data": {"output": {"ok": True}}}],
        [{"source": "trigger", "target": "done"}])
    origins = execute(server, flow, runs)
    job, counted = start_job(server, "replay", {"filter": {"flow_id": flow}})
    data, kills = carry_through(server, job, runs, chance)
    assert counted == data["total"] == data["done"] == runs, (counted, data)
    replayed = collections.Counter(run["replay_of"] for run in
                                   server.executions(f"&flow_id={flow}") if "replay_of" in run)
    assert replayed == dict.fromkeys(origins, 1), replayed.most_common(3)
    return kills


def main():
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 600
    seed = random.randrange(1 << 32)
    chance = random.Random(seed)
    print(f"seed {seed}")
    with tempfile.TemporaryDirectory(prefix="millrace-crash-") as folder:
        server = servers.Server(os.path.abspath(sys.argv[1]), os.path.join(folder, "data"))
        try:
            server.start()
            server.make_key()
            kills = [cancels(server, runs, chance), replays(server, runs, chance)]
            assert min(kills) > 0, f"no kill met a job at work: {kills}"
            print(f"{runs} cancelled over {kills[0]} kills, {runs} replayed over {kills[1]}")
        finally:
            server.close()


if __name__ == "__main__":
    main()
