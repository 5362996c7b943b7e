#!/usr/bin/env python3
"""`limits.py BINARY`: what a client meets at the bounds of its key, on a server with low ones."""

import json
import os
import sys
import time

from matching import differences
from server import Server

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from events import Stream  # noqa: E402

PER_MINUTE, STREAMS_PER_KEY = 12, 2
STREAM = "/v1/flows/executions/stream"


def ask(server, key, path="/v1/flows", accept=""):
    headers = [["X-API-Key", key]] + ([["Accept", accept]] if accept else [])
    return server.send("GET", path, headers, None)


def expect(what, expected, actual):
    found = differences(expected, actual)
    if found:
        raise SystemExit(f"{what}: {'; '.join(found)}")


def check_rate(server):
    key, other = server.create_key("main"), server.create_key("main")
    for left in reversed(range(PER_MINUTE)):
        answer = ask(server, key)
        assert answer.status == 200, answer.body
        assert answer.headers["x-ratelimit-limit"] == str(PER_MINUTE)
        assert answer.headers["x-ratelimit-remaining"] == str(left), answer.headers
        assert 0 < int(answer.headers["x-ratelimit-reset"]) - time.time() <= 61
    refused = ask(server, key)
    assert refused.status == 429, refused.status
    after = int(refused.headers["retry-after"])
    assert 1 <= after <= 60 / PER_MINUTE, after
    assert refused.headers["x-ratelimit-remaining"] == "0"
    expect("429", {"error": {"code": "RATE_LIMITED", "status": 429, "message": "<string>",
                             "details": {"retry_after": after, "limit": PER_MINUTE,
                                         "window": "60s"}},
                   "meta": {"request_id": "<request>"}}, json.loads(refused.body))
    problem = ask(server, key, accept="application/problem+json")
    expect("RFC 9457", {"status": 429, "code": "RATE_LIMITED",
                        "details": {"limit": PER_MINUTE, "window": "60s"}},
           json.loads(problem.body))
    assert ask(server, other).status == 200, "another key of the workspace has its own bound"
    assert server.send("GET", "/health", [], None).status == 200


def check_streams(server):
    key, other = server.create_key("main"), server.create_key("main")
    streams = [Stream(server.port, STREAM, key) for _ in range(STREAMS_PER_KEY)]
    assert [stream.answer.status for stream in streams] == [200] * STREAMS_PER_KEY
    refused = ask(server, key, STREAM)
    assert refused.status == 429, refused.status
    assert refused.headers["retry-after"], refused.headers
    expect("429", {"error": {"code": "RATE_LIMITED", "status": 429,
                             "details": {"retry_after": "<number>", "limit": STREAMS_PER_KEY}}},
           json.loads(refused.body))
    assert Stream(server.port, STREAM, other).answer.status == 200
    streams.pop().close()
    for _ in range(5):  # the server learns of the end on its own
        again = Stream(server.port, STREAM, key)
        if again.answer.status == 200:
            return
        time.sleep(0.1)
    raise SystemExit("a place that was given back was not to be had")


def main():
    server = Server(os.path.abspath(sys.argv[1]),
                    ["--limits.key-requests-per-minute", str(PER_MINUTE),
                     "--limits.streams-per-key", str(STREAMS_PER_KEY)])
    try:
        check_rate(server)
        check_streams(server)
    finally:
        code = server.stop()
    assert code == 0, f"exit code {code}"
    print("the bounds of a key hold")


if __name__ == "__main__":
    main()
