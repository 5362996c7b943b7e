#!/usr/bin/env python3
"""`eventsource.py BINARY SCRATCH`: clients that others wrote read our live events. curl -N, and the
npm client `eventsource` behind a proxy that drops its connection: it comes back by Last-Event-ID
and has seen each event once. Installs into SCRATCH. Exit code 77 without npm or its registry."""

import json
import os
import shutil
import subprocess
import sys

from server import Server

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "support"))

from events import Stream  # noqa: E402

SKIPPED = 77
STREAM = "/v1/flows/executions/stream"
FLOW = {"name": "Live", "trigger_type": "api", "definition": {
    "nodes": [{"id": "start", "type": "trigger", "data": {}},
              {"id": "done", "type": "end", "data": {"output": {"ok": True}}}],
    "edges": [{"source": "start", "target": "done"}]}}
EVENTS_PER_RUN, RUNS = 6, 3
PACKAGE = "eventsource@4.1.1"


def ask(server, key, method, path, body=None):
    headers = [["X-API-Key", key], ["Content-Type", "application/json"]]
    answer = server.send(method, path, headers, json.dumps(body).encode() if body else b"")
    assert answer.status < 300, answer.body
    return json.loads(answer.body)["data"]


def install(scratch):
    """Whether the client is there."""
    if shutil.which("npm") is None:
        return False
    os.makedirs(scratch, exist_ok=True)
    shutil.copy(os.path.join(HERE, "eventsource.mjs"), scratch)
    if os.path.isdir(os.path.join(scratch, "node_modules", "eventsource")):
        return True
    with open(os.path.join(scratch, "package.json"), "w", encoding="utf-8") as package:
        package.write('{"private": true, "type": "module"}\n')
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", PACKAGE]
    done = subprocess.run(command, cwd=scratch, capture_output=True, timeout=120, check=False)
    return done.returncode == 0


def run_some(server, key, flow, count=RUNS):
    for _ in range(count):
        ask(server, key, "POST", f"/v1/flows/{flow}/execute", {"input": {}})


def ids_since(server, key, position, count):
    stream = Stream(server.port, STREAM, key, position)
    ids = [event["id"] for _, event in zip(range(count), stream)]
    stream.close()
    return ids


def position_of(server, key):
    stream = Stream(server.port, STREAM, key)
    stream.until_live()
    stream.close()
    return stream.last_id


def check_curl(server, key, flow):
    """The published line but for host and key: it prints events as they come."""
    process = subprocess.Popen(
        ["curl", "-sN", f"{server.url}{STREAM}", "-H", f"X-API-Key: {key}",
         "-H", "Accept: text/event-stream"], stdout=subprocess.PIPE)
    lines = iter(process.stdout.readline, b"")
    assert next(lines) == b"retry: 3000\n"
    next(line for line in lines if line.startswith(b"id: "))
    run_some(server, key, flow, 1)
    named = [next(line for line in lines if line.startswith(b"event: ")) for _ in range(6)]
    process.terminate()
    process.wait()
    assert named[0] == b"event: execution.started\n", named
    assert named[-1] == b"event: execution.completed\n", named


def check_npm(server, key, flow, scratch):
    begin = position_of(server, key)
    count = RUNS * EVENTS_PER_RUN
    client = subprocess.Popen(
        ["node", "eventsource.mjs", str(server.port), STREAM, key, str(count)],
        cwd=scratch, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert client.stderr.readline() == b"open\n", client.stderr.read()
    run_some(server, key, flow)
    output, errors = client.communicate(timeout=120)
    assert client.returncode == 0, errors
    told = json.loads(output)
    expected = ids_since(server, key, begin, count)
    assert told["ids"] == expected, f"{told} instead of {expected}"
    assert told["connections"] > 2 and told["sent"], told
    return told["connections"]


def main():
    scratch = os.path.abspath(sys.argv[2])
    if not install(scratch):
        print("skipped: no npm, or its registry cannot be reached")
        return SKIPPED
    server = Server(os.path.abspath(sys.argv[1]))
    try:
        key = server.create_key("main")
        flow = ask(server, key, "POST", "/v1/flows", FLOW)["id"]
        ask(server, key, "POST", f"/v1/flows/{flow}/publish")
        check_curl(server, key, flow)
        connections = check_npm(server, key, flow, scratch)
    finally:
        code = server.stop()
    assert code == 0, f"exit code {code}"
    print(f"curl -N and {PACKAGE} read them; {connections} connections, no event twice or lost")
    return 0


if __name__ == "__main__":
    sys.exit(main())
