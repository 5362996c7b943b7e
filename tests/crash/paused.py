#!/usr/bin/env python3
"""`paused.py BINARY`: a server that stands still is triggered, killed, started paused again, and
resumed. Nothing runs before; everything accepted runs once afterwards."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))

import counter as counters  # noqa: E402
import server as servers  # noqa: E402

TRIGGERS = 40
LOOK_SECONDS = 2.5  # longer than the nap, the schedule and a slot's lateness


def resume(server):
    return subprocess.run([server.binary, "resume", "--data-dir", server.data_dir],
                          capture_output=True, text=True, check=False)


def publish_flows(server, port):
    call = {"id": "call", "type": "http_request", "data": {
        "method": "POST", "url": f"http://127.0.0.1:{port}/", "body": {"n": "{{trigger.n}}"}}}
    start = {"id": "trigger", "type": "trigger", "data": {}}
    hook = {"id": "trigger", "type": "trigger", "data": {"response_mode": "on_complete"}}
    clock = {"id": "trigger", "type": "trigger", "data": {"every_seconds": 1}}
    nap = {"id": "nap", "type": "delay", "data": {"seconds": 1}}
    return {
        "calls": server.publish("calls", "api", [start, call],
                                [{"source": "trigger", "target": "call"}]),
        "naps": server.publish("naps", "api", [start, nap],
                               [{"source": "trigger", "target": "nap"}]),
        "hook": server.publish("hook", "webhook", [hook], []),
        "clock": server.publish("clock", "schedule", [clock], [])}


def statuses(server):
    return [run["status"] for run in server.executions() if run["trigger_type"] != "schedule"]


def check_still(server, counter, accepted):
    time.sleep(LOOK_SECONDS)
    assert not counter.calls, counter.calls
    assert statuses(server) == ["pending"] * accepted, statuses(server)
    assert not list(server.executions("&trigger_type=schedule"))
    assert server.ask("GET", "/health") == (200, {"status": "ok", "paused": True})
    assert server.ask("GET", "/ready") == (200, {"status": "ready", "paused": True})


def trigger(server, flows, first):
    accepted = []
    for n in range(first, first + TRIGGERS):
        status, answer = server.ask("POST", f"/v1/flows/{flows['calls']}/execute",
                                    {"input": {"n": n}})
        assert status == 202 and answer["data"]["status"] == "pending", (status, answer)
        accepted.append(answer["data"]["id"])
    status, answer = server.ask("POST", f"/v1/flows/{flows['naps']}/execute", {})
    assert status == 202, (status, answer)
    accepted.append(answer["data"]["id"])
    began = time.monotonic()
    status, answer = server.ask("POST", f"/hooks/{flows['hook']}", {})
    assert status == 202 and time.monotonic() - began < 10, (status, answer)
    accepted.append(answer["execution_id"])
    return accepted


def wait_until_done(server, count):
    deadline = time.monotonic() + 30
    while statuses(server) != ["completed"] * count:
        assert time.monotonic() < deadline, statuses(server)
        time.sleep(0.1)


def live(server, counter):
    server.start()
    server.make_key()
    flows = publish_flows(server, counter.port)
    accepted = trigger(server, flows, 0)
    check_still(server, counter, len(accepted))
    server.kill()
    server.start()
    accepted += trigger(server, flows, TRIGGERS)
    server.kill()
    server.start()
    check_still(server, counter, len(accepted))
    told = resume(server)
    assert (told.returncode, told.stdout) == (0, "resumed\n"), told
    wait_until_done(server, len(accepted))
    assert sorted(run["id"] for run in server.executions() if run["trigger_type"] != "schedule") \
        == sorted(accepted)
    assert sorted(call.number for call in counter.calls) == list(range(2 * TRIGGERS))
    assert list(server.executions("&trigger_type=schedule")), "the clock fires again"
    assert server.ask("GET", "/health") == (200, {"status": "ok"})
    told = resume(server)
    assert (told.returncode, told.stdout) == (0, "it was not paused\n"), told
    server.kill()
    told = resume(server)
    assert told.returncode == 1 and "no server runs" in told.stderr, told
    print(f"{len(accepted)} triggers stood still over two kills and ran once")


async def main():
    counter = await counters.Counter().start()
    with tempfile.TemporaryDirectory(prefix="millrace-crash-") as folder:
        server = servers.Server(os.path.abspath(sys.argv[1]), os.path.join(folder, "data"),
                                ["--paused", "--egress-allow", "127.0.0.0/8"])
        try:
            await asyncio.to_thread(live, server, counter)
        finally:
            server.close()


if __name__ == "__main__":
    asyncio.run(main())
