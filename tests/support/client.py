"""One keep-alive HTTP/1.1 connection on asyncio."""

import asyncio


class NoAnswer(Exception):
    """No whole answer came: what was asked may or may not have happened."""


class Refused(NoAnswer):
    """Nobody listens: it has not happened."""


class Client:
    def __init__(self, port, headers=()):
        self.port = port
        self.headers = list(headers)
        self.reader = None
        self.writer = None
        self.answers = 0  # on this connection
        self.fields = {}  # header of the last answer, names in lower case

    async def connect(self):
        """Raises Refused."""
        try:
            self.answers = 0
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError as failure:
            raise Refused from failure

    def send(self, method, path, body=b"", headers=()):
        """Over a connection that is there; its answer is owed."""
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json",
                 f"Content-Length: {len(body)}", *self.headers, *headers, "", ""]
        self.writer.write("\r\n".join(lines).encode() + body)

    async def answer(self):
        """(status, body bytes) of the oldest answer that is owed. Raises NoAnswer."""
        try:
            return await self._answer()
        except (OSError, asyncio.IncompleteReadError, ValueError) as failure:
            self.close()
            raise NoAnswer from failure

    async def request(self, method, path, body=b"", headers=()):
        """(status, body bytes) of the answer. Raises NoAnswer."""
        if self.writer is None:
            await self.connect()
        self.send(method, path, body, headers)
        return await self.answer()

    async def _answer(self):
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split()[1])
        fields = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
        self.fields = fields
        body = await self.reader.readexactly(int(fields.get("content-length", "0")))
        self.answers += 1
        if fields.get("connection") == "close":
            self.close()
        return status, body

    def close(self):
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None
