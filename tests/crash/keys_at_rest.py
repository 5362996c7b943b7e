#!/usr/bin/env python3
"""`keys_at_rest.py BINARY DUMP_ROWS`: named test keys.at_rest. Fifty known secrets (API keys,
values that calls carry, secrets of webhooks) in use, with a kill -9 while runs wait and calls are
open: no byte of the data directory, of its rows unpacked, of the log and the output holds one."""

import os
import random
import string
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))

import hidden  # noqa: E402
import server as servers  # noqa: E402

API_KEYS, CALLS, HOOKS = 10, 25, 15
START = {"id": "start", "type": "trigger", "data": {}}


def make_secrets(chance):
    alphabet = string.ascii_letters + string.digits + '-_+/=&"\\ %é'
    env = {f"CALL_{n}": "".join(chance.choices(alphabet, k=chance.randint(8, 60)))
           for n in range(CALLS)}
    for n in range(HOOKS):
        env[f"HOOK_{n}"] = "".join(chance.choices(string.ascii_letters + string.digits, k=32))
    return env


def call_flow(port, name):
    """Waits with the secret in a variable, sends it and answers with the copies it gets."""
    nodes = [START,
             {"id": "keep", "type": "set", "data": {"assignments": [
                 {"name": "token", "value": f"{{{{env.{name}}}}}"}]}},
             {"id": "rest", "type": "delay", "data": {"seconds": 2}},
             {"id": "ask", "type": "http_request", "data": {
                 "method": "POST", "url": f"http://127.0.0.1:{port}/{{{{trigger.way}}}}",
                 "query": {"q": "{{vars.token}}"}, "headers": {"Authorization": "{{trigger.way}}"},
                 "body": {"token": "{{vars.token}}", "copy": f"{{{{env.{name}}}}}"}}},
             {"id": "done", "type": "end", "data": {"output": "{{nodes.ask.output}}"}}]
    ids = [node["id"] for node in nodes]
    return nodes, [{"source": a, "target": b} for a, b in zip(ids, ids[1:])]


def hook_flow(name):
    auth = {"type": "header", "header": "X-Hook", "value": f"{{{{env.{name}}}}}"}
    return [{"id": "start", "type": "trigger", "data": {"auth": auth}},
            {"id": "done", "type": "end", "data": {"output": "{{trigger.body}}"}}], \
           [{"source": "start", "target": "done"}]


def use_all(server, env, port):
    """Begins a run or two with each secret; the output of a hook repeats its secret."""
    for name, secret in env.items():
        if name.startswith("CALL"):
            flow = server.publish(name, "api", *call_flow(port, name))
            for way in ("echo", "fail"):
                status, answer = server.ask("POST", f"/v1/flows/{flow}/execute",
                                            {"input": {"way": way}})
                assert status == 202, answer
        else:
            flow = server.publish(name, "webhook", *hook_flow(name))
            status, answer = server.ask("POST", f"/hooks/{flow}?copy={secret}",
                                        hidden.Echo.copies(secret), {"X-Hook": secret})
            assert status == 202, answer


def settle(server):
    for _ in range(600):
        if not list(server.executions("&status=running")):
            return
        time.sleep(0.1)
    raise AssertionError("executions do not end")


def search(folder, dump_rows, data_dir, secrets, settings):
    """Files that were looked through."""
    count = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(parent, name)
            if path == settings:
                continue
            with open(path, "rb") as file:
                found = hidden.found_in(file.read(), secrets)
            assert not found, f"{path} holds {found}"
            count += 1
    rows = subprocess.run([dump_rows, data_dir], check=True, capture_output=True).stdout
    found = hidden.found_in(rows, secrets)
    assert not found, f"the rows hold {found}"
    assert rows.count(b"exec_") >= 2 * CALLS, "the rows are not those of the runs"
    return count


def run(binary, dump_rows, folder):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    env = make_secrets(random.Random(seed))
    settings = os.path.join(folder, "millrace.toml")
    with open(settings, "w", encoding="utf-8") as file:
        file.write(hidden.settings_text(env))
    echo = hidden.Echo()
    data = os.path.join(folder, "data")
    server = servers.Server(binary, data, [
        "--config", settings, "--log-level", "debug", "--egress-allow", "127.0.0.0/8",
        "--actors.park-after-ms", "500", "--actors.snapshot-turns", "1",
        "--channels.fallback", "console"])
    try:
        server.start()
        keys = {f"KEY_{n}": server.make_key(f"w{n % 3}") for n in range(API_KEYS)}
        use_all(server, env, echo.port)
        server.kill()
        server.start()
        settle(server)
        assert server.terminate(40) == 0
        secrets = {**env, **keys}
        assert len(secrets) == API_KEYS + CALLS + HOOKS
        files = search(folder, dump_rows, data, secrets, settings)
        sent = hidden.found_in("\n".join(call["body"] for call in echo.calls).encode(), env)
        assert len(sent) == CALLS, f"the peer saw {len(sent)} of {CALLS}"
        print(f"{len(secrets)} secrets in use, {files} files and every row: 0 hits")
    finally:
        server.close()
        echo.close()


def main():
    with tempfile.TemporaryDirectory(prefix="millrace-rest-") as folder:
        run(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), folder)


if __name__ == "__main__":
    main()
