#!/usr/bin/env python3
"""`debounce.py BINARY [KILLS]`: kill -9 while events wait for a pause. What was answered 2xx is not
lost: each window starts one run, with its last event."""

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

CONTACTS = 20
PAUSE_SECONDS = 3


def send_until_killed(server, contact, sent, acknowledged):
    """Events of one contact, numbered; remembers what was sent and what was answered."""
    try:
        while True:
            sent[contact] += 1
            status, answer = server.ask("POST", "/v1/events", {
                "type": "tick", "contact": {"id": contact}, "data": {"n": sent[contact]}})
            assert status == 202 and len(answer["data"]["debounced"]) == 1, (status, answer)
            acknowledged[contact] = sent[contact]
    except (urllib.error.URLError, http.client.HTTPException, OSError):
        pass


def runs_by_contact(server):
    found = {}
    for run in server.executions():
        _, trace = server.ask("GET", f"/v1/flows/executions/{run['id']}")
        event = trace["data"]["input"]
        found.setdefault(event["contact"]["id"], []).append(event["data"]["n"])
    return found


def live(server, kills, chance):
    server.start()
    server.make_key()
    server.publish("quiet", "event", [
        {"id": "trigger", "type": "trigger",
         "data": {"event": "tick", "debounce_seconds": PAUSE_SECONDS}}], [])
    contacts = [f"c{n}" for n in range(CONTACTS)]
    sent, acknowledged = dict.fromkeys(contacts, 0), {}
    for _ in range(kills):
        workers = [threading.Thread(target=send_until_killed,
                                    args=(server, contact, sent, acknowledged))
                   for contact in contacts]
        for worker in workers:
            worker.start()
        time.sleep(chance.uniform(0.1, 0.5))
        server.kill()
        for worker in workers:
            worker.join()
        server.start()
    deadline = time.monotonic() + 60
    while len(runs_by_contact(server)) < len(acknowledged):
        assert time.monotonic() < deadline, "a window was lost"
        time.sleep(0.2)
    time.sleep(PAUSE_SECONDS)
    runs = runs_by_contact(server)
    for contact in contacts:
        numbers = sorted(runs.get(contact, []))
        assert len(set(numbers)) == len(numbers), (contact, numbers)
        assert acknowledged[contact] <= numbers[-1] <= sent[contact], (contact, numbers)
    print(f"{sum(sent.values())} events, {sum(map(len, runs.values()))} runs, {kills} kills")


def main():
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    with tempfile.TemporaryDirectory(prefix="millrace-crash-") as folder:
        server = servers.Server(os.path.abspath(sys.argv[1]), os.path.join(folder, "data"))
        try:
            live(server, kills, random.Random(seed))
        finally:
            server.close()


if __name__ == "__main__":
    main()
