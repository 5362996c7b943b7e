"""A Millrace process under test: started, asked, killed."""

import json
import os
import signal
import subprocess
import urllib.error
import urllib.request


class Server:
    """`binary` served from `data_dir`. Standard error goes to `log`, else to `<data_dir>.log`."""

    def __init__(self, binary, data_dir, arguments=(), log=""):
        self.binary = binary
        self.data_dir = data_dir
        self.arguments = list(arguments)
        self.log = log or data_dir + ".log"
        self.process = None
        self.port = 0
        self.key = ""
        os.makedirs(data_dir, exist_ok=True)

    def start(self):
        """Returns once the server says that it listens."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self.binary, "serve", "--data-dir", self.data_dir, "--listen", "127.0.0.1:0",
                 *self.arguments], stdout=subprocess.PIPE, stderr=log)
        line = self.process.stdout.readline().decode()
        if not line.startswith("listening on "):
            self.process.wait()
            raise RuntimeError(f"the server did not start; see {self.log}")
        self.port = int(line.rsplit(":", 1)[1])
        return self

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self._reap()

    def terminate(self, timeout):
        """Asks it to end; its exit code. Raises subprocess.TimeoutExpired."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout)
        self._reap()
        return code

    def _reap(self):
        self.process.wait()
        self.process.stdout.close()
        self.process = None

    def close(self):
        if self.process is not None:
            self.kill()

    def make_key(self, workspace="test", dialect="orbit"):
        done = subprocess.run([self.binary, "key", "create", "--data-dir", self.data_dir,
                               "--workspace", workspace, "--dialect", dialect],
                              capture_output=True, text=True, check=True)
        self.key = done.stdout.strip()
        return self.key

    def ask(self, method, path, body=None, headers=None):
        """(status, decoded answer) of one request with the key."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, method=method)
        request.add_header("X-API-Key", self.key)
        request.add_header("Content-Type", "application/json")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as refused:
            text = refused.read()
            return refused.code, json.loads(text) if text else None

    def publish(self, name, trigger_type, nodes, edges):
        """Creates and publishes a flow; its id."""
        definition = {"nodes": nodes, "edges": edges}
        status, answer = self.ask("POST", "/v1/flows", {
            "name": name, "trigger_type": trigger_type, "definition": definition})
        if status not in (200, 201):
            raise RuntimeError(f"create {name}: {status} {answer}")
        flow = answer["data"]["id"]
        status, answer = self.ask("POST", f"/v1/flows/{flow}/publish", {})
        if status != 200:
            raise RuntimeError(f"publish {name}: {status} {answer}")
        return flow

    def executions(self, query=""):
        """Every execution that the API lists, newest first."""
        cursor = ""
        while True:
            status, answer = self.ask("GET", f"/v1/flows/executions?limit=100{query}{cursor}")
            if status != 200:
                raise RuntimeError(f"list: {status} {answer}")
            yield from answer["data"]
            page = answer["meta"]["pagination"]
            if not page["has_more"]:
                return
            cursor = "&cursor=" + page["cursor"]
