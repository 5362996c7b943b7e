#!/usr/bin/env python3
"""Runs the cases of this folder against a Millrace binary: `run.py BINARY [--only TEXT]`.

A case is a JSON file {about, steps}; README.md says what a step may hold. Nothing but the standard
library and curl is needed. The last line counts; the exit code is 0 only when nothing failed."""

import argparse
import json
import os
import subprocess
import sys
import time

import bodies
import completeness
import signing
from matching import differences, fill, pick
from server import ENV, Answer, Server

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "support"))

import events  # noqa: E402

POLL_SECONDS = 20
SCOPES = ["flows:read", "flows:write", "executions:read", "executions:run"]
PUBLISHED_HOST = "https://orbit-api.devotel.io"
PUBLISHED_KEYS = ["dv_live_sk_your_key_here", "dv_live_sk_..."]


class Failure(Exception):
    pass


class Case:
    def __init__(self, server, keys, steps):
        self.server = server
        self.keys = keys
        self.steps = steps
        self.names = {"server": server.url}  # and captured values
        self.saved = {}   # whole answers, by name
        self.copies = {}  # headers of senders, by name
        self.checks = 0

    def run(self):
        for number, step in enumerate(self.steps, 1):
            title = step.get("title", "")
            try:
                self.run_step(step)
            except Failure as failure:
                raise Failure(f"step {number} {title!r}: {failure}") from None

    def run_step(self, step):
        if "auth_matrix" in step:
            return self.run_matrix(step["auth_matrix"])
        if "stream" in step:
            return self.run_stream(step)
        if "parallel" in step:
            return self.run_parallel(step)
        if step.get("poll"):
            return self.run_poll(step)
        for _ in range(step.get("times", 1)):
            self.check(step, self.ask(step))

    def ask(self, step):
        if "curl" in step:
            return self.ask_curl(step["curl"], fill(step.get("real", {}), self.names))
        request = fill(step["request"], self.names)
        return self.send(request)

    def send(self, request, key=None):
        return self.server.send(*self.prepare(request, key))

    def prepare(self, request, key=None):
        """(method, path, headers, body)."""
        headers = [[name, value] for name, value in request.get("headers", {}).items()]
        used = key if key is not None else self.key_text(request.get("key", "main"))
        if used:
            headers.append(["X-API-Key", used])
        body = self.body_of(request)
        if "sign" in request:
            headers += self.signature(request, body)
        if "altered" in request:
            body = request["altered"].encode()
        if "json" in request and not any(name.lower() == "content-type" for name, _ in headers):
            headers.append(["Content-Type", "application/json"])
        if body is None and request["method"] in ("POST", "PUT", "PATCH"):
            body = b""
        return request["method"], request["path"], headers, body

    def signature(self, request, body):
        """The headers of its sender; `secret` names one of the server's [env]. What is signed under
        the name `copy` is signed once, and sent again as it was."""
        spec = {**request["sign"], "secret": ENV[request["sign"]["secret"]]}
        if spec.get("copy") in self.copies:
            return self.copies[spec["copy"]]
        form = "urlencoded" in request.get("headers", {}).get("Content-Type", "")
        signed = signing.sign(spec, self.server.url + request["path"], body or b"", form)
        signed = [[name, value] for name, value in signed.items()]
        if "copy" in spec:
            self.copies[spec["copy"]] = signed
        return signed

    def key_text(self, name):
        return "" if name == "none" else self.keys.get(name, name)

    @staticmethod
    def body_of(request):
        if "json" in request:
            return json.dumps(request["json"], ensure_ascii=False).encode()
        if "make" in request:
            return bodies.make(request["make"])
        return request["body"].encode() if "body" in request else None

    def ask_curl(self, command, real):
        """The published command as it stands but for host and key, and for the ids that `real`
        names. Flags of ours come from a .curlrc, not from the command."""
        command = command.replace(PUBLISHED_HOST, self.server.url)
        for published in PUBLISHED_KEYS:
            command = command.replace(published, self.keys["main"])
        for published, ours in real.items():
            if published not in command:
                raise Failure(f"{published} does not stand in the command")
            command = command.replace(published, ours)
        home = self.server.directory
        with open(os.path.join(home, ".curlrc"), "w", encoding="utf-8") as settings:
            settings.write('silent\nshow-error\nmax-time = 30\nwrite-out = "\\n%{http_code}"\n')
        told = subprocess.run(["sh", "-c", command], capture_output=True, timeout=60,
                              env={**os.environ, "CURL_HOME": home}, check=False)
        if told.returncode != 0:
            raise Failure(f"curl: {told.stderr.decode()}")
        body, _, status = told.stdout.rpartition(b"\n")
        return Answer(int(status), [], body)

    def run_poll(self, step):
        deadline = time.monotonic() + POLL_SECONDS
        while True:
            answer = self.ask(step)
            problems = self.problems(step, answer)
            if not problems or time.monotonic() > deadline:
                return self.check(step, answer)
            time.sleep(0.02)

    def run_stream(self, step):
        """Reads live events until as many have come as are expected; `"events": []` reads until
        the stream has caught up, and none may come before that."""
        asked = fill(step["stream"], self.names)
        stream = events.Stream(self.server.port, asked["path"],
                               self.key_text(asked.get("key", "main")), asked.get("last_id", ""))
        status = stream.answer.status
        answer = Answer(status, [], b"")
        self.server.note("GET", asked["path"], answer)
        self.expect_status(answer, 200, asked["path"])
        expected = fill(step["events"], self.names)
        if expected:
            told = [event for _, event in zip(expected, stream)]
        else:
            told = stream.until_live()
        stream.close()
        self.checks += 1
        problems = differences(expected, told)
        if problems:
            raise Failure("; ".join(problems[:8]) + f" in {json.dumps(told)[:3000]}")
        if "capture_id" in step:
            self.names[step["capture_id"]] = stream.last_id

    def run_parallel(self, step):
        """The same request from many sides at once: one answer, byte for byte."""
        request = self.prepare(fill(step["request"], self.names))
        answers = self.server.send_together(step["parallel"], *request)
        for answer in answers:
            self.check(step, answer)
            if (answer.status, answer.body) != (answers[0].status, answers[0].body):
                raise Failure(f"answers differ: {answers[0].body!r} and {answer.body!r}")

    def run_matrix(self, matrix):
        for route in fill(matrix["routes"], self.names):
            for key, status in self.refusals(route["scope"]).items():
                answer = self.send(route, self.keys.get(key, ""))
                self.expect_status(answer, status, f"{route['method']} {route['path']} with {key}")
            if "foreign" in route:
                answer = self.send(route, self.keys["other"])
                what = f"{route['path']} of another workspace"
                self.expect_status(answer, route["foreign"], what)
        for path in fill(matrix["tricks"], self.names):
            for method in ("GET", "POST", "PUT", "DELETE"):
                answer = self.send({"method": method, "path": path, "key": "none"})
                self.checks += 1
                if answer.status not in (400, 401, 403, 404, 405):
                    raise Failure(f"{method} {path} without a key: {answer.status}")

    @staticmethod
    def refusals(scope):
        return {"none": 401, "bad": 401, "revoked": 401, "all_but_" + scope.replace(":", "_"): 403}

    def expect_status(self, answer, status, what):
        self.checks += 1
        if answer.status != status:
            raise Failure(f"{what}: {status} expected, got {answer.status} {answer.body[:200]!r}")

    def check(self, step, answer):
        problems = self.problems(step, answer)
        self.checks += 1
        if problems:
            raise Failure("; ".join(problems[:8]) + f" in {answer.status} {answer.body[:1500]!r}")
        for name, path in step.get("capture", {}).items():
            self.names[name] = pick(json.loads(answer.body), path)
        if "save" in step:
            self.saved[step["save"]] = answer

    def problems(self, step, answer):
        expect = fill(step.get("expect", {}), self.names)
        statuses = expect.get("status", 200)
        statuses = statuses if isinstance(statuses, list) else [statuses]
        found = [] if answer.status in statuses else [f"status {statuses} expected"]
        for name, value in expect.get("headers", {}).items():
            found += differences(value, answer.headers.get(name.lower()), f"header {name}")
        if "body" in expect and answer.body.decode(errors="replace") != expect["body"]:
            found.append(f"body {expect['body']!r} expected")
        if "body_holds" in expect and expect["body_holds"].encode() not in answer.body:
            found.append(f"{expect['body_holds']!r} does not stand in the body")
        if "same_body_as" in expect and answer.body != self.saved[expect["same_body_as"]].body:
            found.append(f"the bytes of {expect['same_body_as']} expected")
        if "same_but_meta_as" in expect:
            found += self.meta_aside(answer, self.saved[expect["same_but_meta_as"]])
        if "json" in expect:
            try:
                found += differences(expect["json"], json.loads(answer.body))
            except ValueError:
                found.append("the body is no JSON")
        return found

    @staticmethod
    def meta_aside(answer, saved):
        ours, theirs = json.loads(answer.body), json.loads(saved.body)
        for told in (ours, theirs):
            told.get("meta", {}).pop("request_id", None)
            told.get("meta", {}).pop("timestamp", None)
        alike = ours == theirs and answer.status == saved.status
        return [] if alike else [f"tells itself apart from {saved.body!r}"]


def make_keys(server):
    keys = {name: server.create_key(name) for name in ("main", "other", "pages")}
    keys["revoked"] = server.create_key("main")
    listed = server.command("key", "list", "--data-dir", server.data)
    ids = [word for line in listed.splitlines() if keys["revoked"][-4:] in line
           for word in line.replace('"', " ").replace(",", " ").split() if word.startswith("key_")]
    server.command("key", "revoke", "--data-dir", server.data, *ids[:1])
    for scope in SCOPES:
        others = [other for other in SCOPES if other != scope]
        keys["all_but_" + scope.replace(":", "_")] = server.create_key("main", others)
    keys["bad"] = "dv_live_sk_" + "x" * 43
    return keys


class Runner:
    """Runs cases, most against one server; one that asks for its own is given one."""

    def __init__(self, binary):
        self.binary = binary
        self.sightings = completeness.Sightings()
        self.failed = self.checks = 0
        self.server = self.start([])
        self.keys = make_keys(self.server)

    def start(self, arguments):
        return Server(self.binary, arguments, self.sightings)

    def stop(self, server):
        code = server.stop()
        if code != 0:
            self.fail(f"the server ended with {code}")

    def fail(self, what):
        self.failed += 1
        print(f"FAILED  {what}", flush=True)

    def run(self, name, case):
        if "server" not in case:
            return self.run_steps(name, self.server, self.keys, case["steps"])
        server = self.start(case["server"])
        try:
            self.run_steps(name, server, make_keys(server), case["steps"])
        finally:
            self.stop(server)

    def run_steps(self, name, server, keys, steps):
        case = Case(server, keys, steps)
        try:
            case.run()
            print(f"ok      {name} ({case.checks} checks)", flush=True)
        except Failure as failure:
            self.fail(f"{name}: {failure}")
        self.checks += case.checks

    def check_completeness(self):
        for missing in self.sightings.missing():
            self.fail(missing)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("binary")
    options.add_argument("--only", default="", help="run the cases whose name holds this text")
    chosen = options.parse_args()
    directory = os.path.join(HERE, "cases")
    files = [name for name in sorted(os.listdir(directory))
             if name.endswith(".json") and chosen.only in name]
    runner = Runner(os.path.abspath(chosen.binary))
    try:
        for name in files:
            with open(os.path.join(directory, name), encoding="utf-8") as text:
                runner.run(name, json.load(text))
    finally:
        runner.stop(runner.server)
    if not chosen.only:
        runner.check_completeness()
    print(f"contract: {len(files)} cases, {runner.checks} checks, {runner.failed} failed")
    return 1 if runner.failed or not files else 0


if __name__ == "__main__":
    sys.exit(main())
