#!/usr/bin/env python3
"""`webhooks.py BINARY SCRATCH`: real deliveries to a receiver on loopback: headers, signatures made
anew here, rotation, 410, a redirect that nobody follows. The npm package `standardwebhooks`, if it
can be installed into SCRATCH, must accept what its receivers would; without it that part is
skipped and said so."""

import hashlib
import hmac
import json
import os
import subprocess
import sys
import time

from server import Server
from standardwebhooks import HERE, install

sys.path.append(os.path.join(HERE, "..", "support"))

from receiver import Receiver  # noqa: E402

FLOW = {"name": "Told", "trigger_type": "api", "definition": {
    "nodes": [{"id": "trigger", "type": "trigger", "data": {}},
              {"id": "done", "type": "end", "data": {"output": {"ok": "ja — да"}}}],
    "edges": [{"source": "trigger", "target": "done"}]}}
OWN = {"User-Agent": "Devotel-Webhooks/1.0", "Content-Type": "application/json"}


class Client:
    def __init__(self, server):
        self.server = server
        self.headers = [["X-API-Key", server.create_key("told")],
                        ["Content-Type", "application/json"]]

    def ask(self, method, path, body=None, status=200):
        data = b"" if body is None else json.dumps(body).encode()
        answer = self.server.send(method, path, self.headers, data)
        assert answer.status == status, (method, path, answer.status, answer.body)
        return json.loads(answer.body)["data"] if answer.body else None

    def flow(self):
        flow = self.ask("POST", "/v1/flows", FLOW, 201)["id"]
        self.ask("POST", f"/v1/flows/{flow}/publish")
        return flow

    def settled(self, webhook, status, count):
        """Deliveries of `status`, once there are `count`."""
        deadline = time.monotonic() + 20
        while True:
            found = self.ask("GET", f"/v1/webhooks/{webhook}/deliveries?status={status}")
            if len(found) >= count or time.monotonic() > deadline:
                assert len(found) == count, found
                return found
            time.sleep(0.05)


def signatures(secrets, request):
    """What X-Devotel-Signature must say, made from the published rule."""
    stamp = request["headers"]["x-devotel-signature"].split(",")[0]
    text = stamp[2:].encode() + b"." + request["body"]
    macs = [hmac.new(secret.encode(), text, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([stamp] + ["v1=" + mac for mac in macs])


def check_request(request, secrets):
    headers, event = request["headers"], json.loads(request["body"])
    for name, value in OWN.items():
        assert headers[name.lower()] == value, headers
    assert set(event) == {"id", "type", "created_at", "data"}, event
    assert headers["x-devotel-event-id"] == headers["webhook-id"] == event["id"]
    assert headers["x-devotel-event-type"] == event["type"]
    assert headers["x-devotel-delivery-id"].startswith("dlv_")
    assert headers["x-devotel-signature"] == signatures(secrets, request), headers
    assert len(headers["webhook-signature"].split(" ")) == len(secrets)
    return event


def told_by_runs(client, receiver):
    """All events of one run, then with two secrets, then with the new one alone."""
    made = client.ask("POST", "/v1/webhooks", {"url": receiver.url, "events": ["*"]}, 201)
    webhook, old = made["id"], made["signing_secret"]
    flow = client.flow()
    run = client.ask("POST", f"/v1/flows/{flow}/execute", {"input": {"n": 1}}, 202)["id"]
    first = receiver.wait_for(6)
    events = [check_request(request, [old]) for request in first]
    assert {event["data"]["execution_id"] for event in events} == {run}
    types = sorted(event["type"] for event in events)
    assert types == sorted(["execution.started", "execution.completed"] +
                           ["execution.node_started", "execution.node_completed"] * 2), types
    assert len(client.settled(webhook, "delivered", 6)) == 6
    new = client.ask("POST", f"/v1/webhooks/{webhook}/rotate-secret")["signing_secret"]
    client.ask("POST", f"/v1/webhooks/{webhook}/test", None, 202)
    both = receiver.wait_for(7)[6]
    assert check_request(both, [new, old])["type"] == "webhook.test"
    last = client.ask("POST", f"/v1/webhooks/{webhook}/rotate-secret",
                      {"overlap_seconds": 0})["signing_secret"]
    client.ask("POST", f"/v1/webhooks/{webhook}/test", None, 202)
    alone = receiver.wait_for(8)[7]
    check_request(alone, [last])
    return webhook, [(old, first[0]), (old, both), (new, both), (last, alone)], (old, alone)


def refused_by_receivers(client, receiver, webhook):
    """A redirect to a private address, then 410: nothing more is sent."""
    before = len(receiver.requests)
    receiver.answers = [(307, {"Location": "http://10.0.0.1/"})]
    client.ask("POST", f"/v1/webhooks/{webhook}/test", None, 202)
    receiver.wait_for(before + 1)
    waiting = client.settled(webhook, "pending", 1)
    deadline = time.monotonic() + 20
    while waiting[0]["response_status"] is None and time.monotonic() < deadline:
        waiting = client.settled(webhook, "pending", 1)
    assert waiting[0]["response_status"] == 307 and waiting[0]["next_attempt_at"], waiting
    receiver.answers = [(410, {})]
    client.ask("POST", f"/v1/webhooks/{webhook}/test", None, 202)
    dead = client.settled(webhook, "dead", 1)
    assert dead[0]["response_status"] == 410, dead
    assert client.ask("GET", f"/v1/webhooks/{webhook}")["active"] is False
    again = client.ask("POST", f"/v1/webhooks/{webhook}/deliveries/redeliver",
                       {"status": "dead"}, 202)
    assert again["redelivered"] == 1, again
    assert len(client.settled(webhook, "delivered", 9)) == 9


def secrets_on_disk(server, secrets):
    """How many files of the data directory and the log hold a secret in the clear."""
    found = 0
    for folder, _, names in os.walk(server.directory):
        for name in names:
            if not os.path.isfile(os.path.join(folder, name)):
                continue  # the control socket
            with open(os.path.join(folder, name), "rb") as file:
                held = file.read()
            found += any(secret.encode() in held for secret in secrets)
    return found


def verified(folder, accepted, refused):
    lines = [json.dumps({"secret": secret, "headers": request["headers"],
                         "body": request["body"].decode()}) for secret, request in
             [*accepted, refused]]
    done = subprocess.run(["node", "verify.mjs"], cwd=folder, input="\n".join(lines) + "\n",
                          capture_output=True, text=True, timeout=60, check=True)
    told = done.stdout.splitlines()
    assert told[:-1] == ["accepted"] * len(accepted), told
    assert told[-1].startswith("refused"), told
    return len(told)


def main():
    binary, folder = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    receiver = Receiver()
    server = Server(binary, ["--egress-allow", "127.0.0.1/32"])
    try:
        client = Client(server)
        webhook, accepted, refused = told_by_runs(client, receiver)
        refused_by_receivers(client, receiver, webhook)
        found = secrets_on_disk(server, {secret for secret, _ in accepted})
    finally:
        server.stop()
        receiver.close()
    assert found == 0, f"{found} files hold a secret in the clear"
    if install(folder, "verify.mjs"):
        print(f"webhooks: standardwebhooks judged {verified(folder, accepted, refused)} deliveries")
    else:
        print("webhooks: skipped the verifier, standardwebhooks cannot be installed here")
    print(f"webhooks: {len(receiver.requests)} deliveries, 0 secrets on disk")
    return 0


if __name__ == "__main__":
    sys.exit(main())
