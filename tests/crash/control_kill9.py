#!/usr/bin/env python3
"""kill -9 among cancels, pauses and resumes: `control_kill9.py BINARY [KILLS]`. What was answered
holds after every restart; what was under way holds whole or not at all."""

import http.client
import os
import random
import sys
import tempfile
import threading
import time
import urllib.error

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))

import server as servers  # noqa: E402

RUNS, WORKERS = 60, 4
BECOMES = {"pause": "paused", "resume": "waiting", "cancel": "cancelled"}


class Run:
    def __init__(self, name):
        self.name = name
        self.state = "waiting"  # as last answered
        self.maybe = None       # what an unanswered wish would have made of it


def state_of(answer):
    data = answer["data"]
    return data.get("substatus", data["status"])


def ask(server, run, wish):
    """One wish; False when the server is gone."""
    run.maybe = BECOMES[wish]
    try:
        status, answer = server.ask("POST", f"/v1/flows/executions/{run.name}/{wish}")
    except (urllib.error.URLError, http.client.HTTPException, OSError):
        return False
    if run.state == "cancelled" and wish != "cancel":
        assert status == 409, (run.name, wish, status, answer)
    elif status == 503:
        return False
    else:
        assert status == 200 and state_of(answer) == BECOMES[wish], (run.name, wish, status, answer)
        run.state = BECOMES[wish]
    run.maybe = None
    return True


def work(server, runs, chance, failures):
    try:
        wishes = ["pause", "resume"] * 5 + ["cancel"]
        while ask(server, chance.choice(runs), chance.choice(wishes)):
            pass
    except AssertionError as failure:
        failures.append(failure)


def check(server, runs):
    for run in runs:
        status, answer = server.ask("GET", f"/v1/flows/executions/{run.name}")
        assert status == 200, (run.name, status, answer)
        found = state_of(answer)
        assert found in (run.state, run.maybe), (run.name, found, run.state, run.maybe)
        run.state, run.maybe = found, None


def main():
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    seed = random.randrange(1 << 32)
    chance = random.Random(seed)
    print(f"seed {seed}")
    with tempfile.TemporaryDirectory(prefix="millrace-crash-") as folder:
        server = servers.Server(os.path.abspath(sys.argv[1]), os.path.join(folder, "data"))
        try:
            server.start()
            server.make_key()
            flow = server.publish("nap", "api", [
                {"id": "trigger", "type": "trigger", "data": {}},
                {"id": "nap", "type": "delay", "data": {"seconds": 36000}}],
                [{"source": "trigger", "target": "nap"}])
            runs = [Run(server.ask("POST", f"/v1/flows/{flow}/execute", {})[1]["data"]["id"])
                    for _ in range(RUNS)]
            failures = []
            for _ in range(kills):
                workers = [threading.Thread(target=work, args=(
                    server, runs[at::WORKERS], random.Random(chance.random()), failures))
                    for at in range(WORKERS)]
                for worker in workers:
                    worker.start()
                time.sleep(chance.uniform(0.05, 0.4))
                server.kill()
                for worker in workers:
                    worker.join()
                assert not failures, failures
                server.start()
                check(server, runs)
            states = [run.state for run in runs]
            print(f"{kills} kills, " + ", ".join(
                f"{states.count(state)} {state}" for state in sorted(set(states))))
        finally:
            server.close()


if __name__ == "__main__":
    main()
