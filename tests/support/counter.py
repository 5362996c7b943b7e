"""The world outside: answers every POST with 200 after a moment, and remembers who called."""

import asyncio
import dataclasses
import json
import time


@dataclasses.dataclass
class Call:
    key: str              # its Idempotency-Key
    number: int           # `n` of its body
    node: str             # `node` of its body
    epoch: int            # how often the server had been killed when it came
    answered_at: float = 0.0  # 0: not yet


class Counter:
    def __init__(self, answer_after=0.01):
        self.answer_after = answer_after
        self.calls = []
        self.connections = 0  # open now
        self.epoch = 0
        self.port = 0
        self._server = None

    async def start(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def emptied(self):
        """Returns once what a dead caller had sent has been counted."""
        while self.connections > 0:
            await asyncio.sleep(0.005)

    async def _serve(self, reader, writer):
        self.connections += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                fields = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
                fields = {name.lower(): value for name, value in fields.items()}
                body = await reader.readexactly(int(fields.get("content-length", "0")))
                told = json.loads(body)
                call = Call(fields.get("idempotency-key", ""), told["n"], told.get("node", ""),
                            self.epoch)
                self.calls.append(call)
                await asyncio.sleep(self.answer_after)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                             b"Content-Length: 11\r\n\r\n{\"ok\":true}")
                await writer.drain()
                call.answered_at = time.monotonic()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.connections -= 1
            writer.close()
