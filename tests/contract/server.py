"""A Millrace of our own: started in a fresh directory, stopped by its own pid."""

import http.client
import os
import shutil
import socket
import subprocess
import tempfile
import threading

STOP_DEADLINE_SECONDS = 40
# What `env` means to the flows of the cases. `MISSING` is a name that is not in it.
ENV = {"SECRET": "It's a Secret to Everybody", "OLD_SECRET": "the one before",
       "WHSEC": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "TOKEN": "meatyhamhock",
       "REGION": "eu"}


def environment():
    """Nothing of whoever runs us; messages to channels that nobody configured go to the log."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("MILLRACE_")}
    return {**ours, "MILLRACE_CHANNELS_FALLBACK": "console"}


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = {name.lower(): value for name, value in headers}
        self.body = body


class Server:
    def __init__(self, binary, arguments=(), sightings=None):
        self.binary = binary
        self.sightings = sightings  # told of every answer, where there are any
        self.directory = tempfile.mkdtemp(prefix="millrace-contract-")
        self.log = open(os.path.join(self.directory, "server.log"), "wb")
        settings = os.path.join(self.directory, "millrace.toml")
        with open(settings, "w", encoding="utf-8") as text:
            text.write("[env]\n" + "".join(f'{name} = "{value}"\n' for name, value in ENV.items()))
        self.process = subprocess.Popen(
            [binary, "serve", "--config", settings, "--data-dir", self.data,
             "--listen", "127.0.0.1:0", *arguments],
            stdout=subprocess.PIPE, stderr=self.log, env=environment())
        self.port = int(self._first_line().rsplit(":", 1)[1].rstrip("/"))
        self._output = threading.Thread(target=self.process.stdout.read, daemon=True)
        self._output.start()

    @property
    def data(self):
        return os.path.join(self.directory, "data")

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def _first_line(self):
        for line in self.process.stdout:
            text = line.decode(errors="replace").strip()
            if "listening on" in text:
                return text
        raise RuntimeError("the server ended before it listened; " + self.log_tail())

    def log_tail(self):
        with open(self.log.name, "rb") as log:
            return log.read()[-2000:].decode(errors="replace")

    def command(self, *arguments):
        return subprocess.run([self.binary, *arguments], check=True, capture_output=True,
                              timeout=60).stdout.decode().strip()

    def create_key(self, workspace, scopes=()):
        scope_options = [part for scope in scopes for part in ("--scope", scope)]
        return self.command("key", "create", "--data-dir", self.data, "--workspace", workspace,
                            "--dialect", "orbit", *scope_options)

    def send(self, method, path, headers, body):
        return self.send_together(1, method, path, headers, body)[0]

    def send_together(self, count, method, path, headers, body):
        """The answers to a request that is sent over as many connections before one is read."""
        connections = [http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
                       for _ in range(count)]
        try:
            for connection in connections:
                connection.connect()
            for connection in connections:
                self._send(connection, method, path, headers, body)
            return [self._receive(connection, method, path) for connection in connections]
        finally:
            for connection in connections:
                connection.close()

    def _send(self, connection, method, path, headers, body):
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders()
        if body:
            self._send_body(connection, body)

    def _receive(self, connection, method, path):
        reply = connection.getresponse()
        answer = Answer(reply.status, reply.getheaders(), reply.read())
        self.note(method, path, answer)
        return answer

    def note(self, method, path, answer):
        if self.sightings is not None:
            self.sightings.note(method, path, answer.status, answer.body)

    @staticmethod
    def _send_body(connection, body):
        try:
            connection.send(body)
        except (BrokenPipeError, ConnectionResetError, socket.timeout):
            pass  # refused before it was read; the answer is there

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(STOP_DEADLINE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.directory, ignore_errors=True)
        return self.process.returncode
