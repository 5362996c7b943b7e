#!/usr/bin/env python3
"""`standardwebhooks.py BINARY SCRATCH`: the npm package of that name signs, our hook checks.
Installs into SCRATCH. Exit code 77 without npm or its registry."""

import json
import os
import shutil
import subprocess
import sys

from server import ENV, Server

HERE = os.path.dirname(os.path.abspath(__file__))
SKIPPED = 77
PACKAGE = "standardwebhooks@1"
FLOW = {"name": "Signed", "trigger_type": "webhook", "definition": {
    "nodes": [{"id": "trigger", "type": "trigger", "data": {
        "auth": {"type": "standard_webhooks", "secret": "{{env.WHSEC}}"}}},
              {"id": "done", "type": "end", "data": {}}],
    "edges": [{"source": "trigger", "target": "done"}]}}


def install(folder, script="standardwebhooks.mjs"):
    """False when it cannot be had here."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        return False
    os.makedirs(folder, exist_ok=True)
    shutil.copy(os.path.join(HERE, script), folder)
    with open(os.path.join(folder, "package.json"), "w", encoding="utf-8") as package:
        json.dump({"name": "clients", "private": True, "type": "module"}, package)
    try:
        done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", PACKAGE], cwd=folder,
                              capture_output=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def publish(server):
    key = server.create_key("clients")
    headers = [["X-API-Key", key], ["Content-Type", "application/json"]]
    made = server.send("POST", "/v1/flows", headers, json.dumps(FLOW).encode())
    flow = json.loads(made.body)["data"]["id"]
    if server.send("POST", f"/v1/flows/{flow}/publish", headers, b"").status != 200:
        raise SystemExit("the flow could not be published")
    return flow


def check(told):
    """What is wrong with the answers, by what was sent."""
    statuses = {name: answer["status"] for name, answer in told.items()}
    expected = {"signed": 202, "again": 202, "other": 202, "altered": 401, "old": 401, "early": 401}
    wrong = [f"{name}: {expected[name]} expected, got {statuses.get(name)}"
             for name in expected if statuses.get(name) != expected[name]]
    if not wrong and told["again"]["run"] != told["signed"]["run"]:
        wrong.append("the same message began two runs")
    if not wrong and told["other"]["run"] == told["signed"]["run"]:
        wrong.append("another message began no run of its own")
    return wrong


def main():
    binary, folder = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    if not install(folder):
        print("standardwebhooks: skipped, standardwebhooks cannot be installed here")
        return SKIPPED
    server = Server(binary)
    try:
        flow = publish(server)
        done = subprocess.run(["node", "standardwebhooks.mjs", f"{server.url}/hooks/{flow}",
                               ENV["WHSEC"]],
                              cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    finally:
        server.stop()
    if done.returncode != 0:
        print(done.stderr)
        return 1
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    wrong = check({answer["about"]: answer for answer in answers})
    for line in wrong:
        print(line)
    print(f"standardwebhooks: {len(answers)} messages, {len(wrong)} wrong answers")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
