#!/usr/bin/env python3
"""`redact.py BINARY`: named test redact.traces. A secret goes out in URL, header and body, comes
back from a peer in every form, stands in an error, a message, a log line and a webhook: the peer
got the true value, and nothing that we show or log holds it."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "support"))

import hidden  # noqa: E402
from events import Stream  # noqa: E402
from server import environment  # noqa: E402

STREAM = "/v1/flows/executions/stream"
SECRETS = {"TOKEN": "s3cr3t-Token-0042", "ODD": 'it\'s "odd" & /+ \\ñ', "HOOK": "hook-Secret-99"}
INTERNAL = "value-of-an-internal-header"
START = {"id": "start", "type": "trigger", "data": {}}


def chain(*nodes):
    ids = ["start", *(node["id"] for node in nodes)]
    return [START, *nodes], [{"source": a, "target": b} for a, b in zip(ids, ids[1:])]


def call(port, path, **fields):
    return {"id": "ask", "type": "http_request", "data": {
        "method": "POST", "url": f"http://127.0.0.1:{port}{path}/{{{{env.TOKEN}}}}",
        "query": {"q": "{{env.ODD}}"},
        "headers": {"Authorization": "Bearer {{vars.token}}", "X-Copy": "{{env.ODD}}",
                    "X-Internal": INTERNAL},
        "body": {"token": "{{env.TOKEN}}", "odd": "{{env.ODD}}"}, **fields}}


def flows(port):
    keep = {"id": "keep", "type": "set", "data": {"assignments": [
        {"name": "token", "value": "{{env.TOKEN}}"}]}}
    say = {"id": "say", "type": "send_message", "data": {
        "channel": "sms", "to": "+15550100", "body": "{{vars.token}} {{nodes.ask.output.body}}"}}
    note = {"id": "note", "type": "log", "data": {"message": "got {{nodes.ask.output.body}}"}}
    done = {"id": "done", "type": "end", "data": {"output": {
        "all": "{{nodes.ask.output}}", "token": "{{vars.token}}"}}}
    return {"whole": chain(keep, call(port, "/echo"), say, note, done),
            "fails": chain(keep, call(port, "/fail", retry={"max_attempts": 1}))}


class Server:
    """The binary with these secrets, and its output in files."""

    def __init__(self, binary, folder):
        self.binary, self.data = binary, os.path.join(folder, "data")
        self.output = os.path.join(folder, "output")
        settings = os.path.join(folder, "millrace.toml")
        with open(settings, "w", encoding="utf-8") as file:
            file.write(hidden.settings_text(SECRETS, '[redact]\nheaders = ["X-Internal"]\n'))
        with open(self.output, "wb") as output:
            self.process = subprocess.Popen(
                [binary, "serve", "--config", settings, "--data-dir", self.data, "--log-level",
                 "debug", "--listen", "127.0.0.1:0", "--egress-allow", "127.0.0.0/8"],
                stdout=subprocess.PIPE, stderr=output, env=environment())
        self.port = int(self.process.stdout.readline().decode().rsplit(":", 1)[1])
        self.key = subprocess.run(
            [binary, "key", "create", "--data-dir", self.data, "--workspace", "w", "--dialect",
             "orbit"], check=True, capture_output=True, text=True).stdout.strip()

    def ask(self, method, path, body=None, headers=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, method=method,
                                         headers={"X-API-Key": self.key,
                                                  "Content-Type": "application/json",
                                                  **(headers or {})})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()

    def data_of(self, *request):
        return json.loads(self.ask(*request))["data"]

    def publish(self, name, trigger_type, nodes, edges):
        flow = self.data_of("POST", "/v1/flows", {
            "name": name, "trigger_type": trigger_type,
            "definition": {"nodes": nodes, "edges": edges}})["id"]
        self.ask("POST", f"/v1/flows/{flow}/publish", {})
        return flow

    def trace(self, execution):
        """The whole answer, once the execution has ended."""
        for _ in range(400):
            text = self.ask("GET", f"/v1/flows/executions/{execution}")
            if json.loads(text)["data"]["status"] != "running":
                return text
            time.sleep(0.05)
        raise AssertionError(f"{execution} does not end")

    def stop(self):
        self.process.terminate()
        rest = self.process.stdout.read()
        assert self.process.wait(40) == 0
        with open(self.output, "rb") as output:
            return rest + output.read()


def refuse(where, text, more=()):
    found = hidden.found_in(text, SECRETS)
    assert not found, f"{where} holds {found}: {text[:4000]}"
    for value in (INTERNAL, hidden.Echo.cookie, *more):
        assert value.encode() not in text, f"{where} holds {value}"


def run_flows(server, echo):
    """What was begun, by name."""
    runs = {}
    for name, (nodes, edges) in flows(echo.port).items():
        flow = server.publish(name, "api", nodes, edges)
        runs[name] = server.data_of("POST", f"/v1/flows/{flow}/execute", {"input": {}})["id"]
    auth = {"type": "header", "header": "X-Hook", "value": "{{env.HOOK}}"}
    hook = server.publish("hook", "webhook", [
        {"id": "start", "type": "trigger", "data": {"auth": auth}},
        {"id": "done", "type": "end", "data": {"output": "{{trigger.body}}"}}],
        [{"source": "start", "target": "done"}])
    answer = server.ask("POST", f"/hooks/{hook}?copy={SECRETS['HOOK']}",
                        {"copies": hidden.Echo.copies(SECRETS["ODD"])},
                        {"X-Hook": SECRETS["HOOK"], "X-Internal": INTERNAL,
                         "Authorization": "Bearer of-the-sender", "Cookie": "a=of-the-sender"})
    runs["hook"] = json.loads(answer)["execution_id"]
    return runs


def check_peer(echo):
    sent = {call["path"].split("/")[1]: call for call in echo.calls}
    for kind in ("echo", "fail"):
        assert SECRETS["TOKEN"] in sent[kind]["path"], sent[kind]
        assert sent[kind]["headers"]["Authorization"] == "Bearer " + SECRETS["TOKEN"]
        assert json.loads(sent[kind]["body"]) == {"token": SECRETS["TOKEN"], "odd": SECRETS["ODD"]}


def check_traces(traces):
    for name, text in traces.items():
        refuse(f"the trace of {name}", text, ["of-the-sender"])
    whole = json.loads(traces["whole"])["data"]
    assert whole["status"] == "completed", whole
    ask = next(run for run in whole["node_runs"] if run["node_id"] == "ask")
    assert ask["input"]["headers"]["Authorization"] == "***", ask["input"]
    assert ask["input"]["headers"]["X-Internal"] == "***"
    assert ask["input"]["body"] == {"token": "***", "odd": "***"}
    assert ask["output"]["headers"]["set-cookie"] == "***"
    assert ask["output"]["body"]["plain"] == "you sent ***"
    assert ask["output"]["body"]["url"] == "***", ask["output"]["body"]
    fails = json.loads(traces["fails"])["data"]
    assert fails["status"] == "failed" and "***" in json.dumps(fails["node_runs"]), fails
    hook = json.loads(traces["hook"])["data"]
    assert hook["input"]["headers"]["x-hook"] == "***"
    assert hook["input"]["query"]["copy"] == "***"


def check_events(server, stream, runs):
    open_runs, text = set(runs.values()), b""
    for event in stream:
        text += json.dumps(event, ensure_ascii=False).encode() + b"\n"
        if event["event"] in ("execution.completed", "execution.failed"):
            open_runs.discard(event["data"]["data"]["execution_id"])
        if not open_runs:
            break
    refuse("a live event", text, ["of-the-sender"])
    assert b"***" in text
    again = Stream(server.port, STREAM, server.key, "1.0")
    resumed = json.dumps(again.until_live(), ensure_ascii=False).encode()
    again.close()
    refuse("a resumed event", resumed, ["of-the-sender"])
    assert b"***" in resumed


def run(binary, folder):
    echo = hidden.Echo()
    server = Server(binary, folder)
    try:
        stream = Stream(server.port, STREAM, server.key)
        stream.until_live()
        runs = run_flows(server, echo)
        check_events(server, stream, runs)
        traces = {name: server.trace(execution) for name, execution in runs.items()}
        check_traces(traces)
        check_peer(echo)
        refuse("the list", server.ask("GET", "/v1/flows/executions"))
        output = server.stop()
        refuse("the log", output, ["of-the-sender"])
        assert b"channel.console" in output and b"got " in output, "nothing was logged"
        print(f"{len(SECRETS)} secrets in {len(runs)} executions: seen by the peer, by nobody else")
    finally:
        server.process.kill()
        server.process.wait()
        echo.close()


def main():
    with tempfile.TemporaryDirectory(prefix="millrace-redact-") as folder:
        run(os.path.abspath(sys.argv[1]), folder)


if __name__ == "__main__":
    main()
