#!/usr/bin/env python3
"""`retention.py LATE_SERVER`: what a client sees of an execution past its workspace's retention,
on servers whose clock stands days ahead."""

import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))

import events  # noqa: E402
import server as servers  # noqa: E402

STREAM = "/v1/flows/executions/stream"
NODES = [{"id": "start", "type": "trigger", "data": {}},
         {"id": "done", "type": "end", "data": {"output": {"ok": True}}}]
EDGES = [{"source": "start", "target": "done"}]
LEFT = {"id", "flow_id", "status", "started_at"}


def start(server, days):
    os.environ["LATE_DAYS"] = str(days)
    server.start()


def position_of(server):
    stream = events.Stream(server.port, STREAM, server.key)
    stream.until_live()
    stream.close()
    return stream.last_id


def keep_for(server, days):
    subprocess.run([server.binary, "workspace", "set", "test", "--retention-days", str(days),
                    "--data-dir", server.data_dir], check=True, capture_output=True)


def read(server, execution):
    status, answer = server.ask("GET", f"/v1/flows/executions/{execution}")
    assert status == 200, answer
    return answer["data"]


def check_past(server, execution, position):
    left = read(server, execution)
    assert set(left) == LEFT, left
    assert list(server.executions("&status=completed")) == [left]
    for wish in ({}, {"use_latest_version": False}, {"override_inputs": {"a": 1}}):
        status, answer = server.ask("POST", f"/v1/flows/executions/{execution}/replay", wish)
        assert (status, answer["error"]["code"]) == (409, "EXECUTION_REPLAY_TOO_OLD"), answer
    status, answer = server.ask("POST", f"/v1/flows/executions/{execution}/cancel", {})
    assert status in (200, 409), answer
    stream = events.Stream(server.port, STREAM, server.key, position)
    told = next(iter(stream))
    stream.close()
    assert told["event"] == "stream.gap", told


def run(binary, folder):
    server = servers.Server(binary, os.path.join(folder, "data"))
    try:
        start(server, 0)
        server.make_key()
        position = position_of(server)
        flow = server.publish("short", "api", NODES, EDGES)
        execution = server.ask("POST", f"/v1/flows/{flow}/execute", {"input": {}})[1]["data"]["id"]
        whole = read(server, execution)
        assert whole["node_runs"], whole
        server.terminate(40)
        start(server, 89)
        assert read(server, execution)["node_runs"] == whole["node_runs"]
        server.terminate(40)
        start(server, 91)
        check_past(server, execution, position)
        keep_for(server, 120)
        assert read(server, execution)["node_runs"] == whole["node_runs"], "it is still on disk"
        keep_for(server, 90)
        check_past(server, execution, position)
        print("an execution past its retention: four fields, no trace, no replay, no events")
    finally:
        server.close()


def main():
    with tempfile.TemporaryDirectory(prefix="millrace-retention-") as folder:
        run(os.path.abspath(sys.argv[1]), folder)


if __name__ == "__main__":
    main()
