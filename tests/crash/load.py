"""Triggers sent by concurrent clients over crashes, and a ledger of what was acknowledged."""

import asyncio
import dataclasses
import json
import math
import time

import client


@dataclasses.dataclass
class Sent:
    number: int            # unique; `n` of the trigger's body
    kind: str              # which flow
    keyed: bool            # carried an Idempotency-Key, and was sent again until an answer came
    execution: str = ""    # of the acknowledgement; empty: none came
    finished: bool = False  # the acknowledgement came after the run's end
    answered_at: float = math.inf  # monotonic


class Load:
    """Workers post to `/hooks/<flow>/<kind>`; `port` None stands for a server that is down."""

    def __init__(self, flows, pause=0.0, text_bytes=200, count_max=math.inf):
        self.flows = flows      # kind -> flow id
        self.count_max = count_max  # of triggers in all
        self.pause = pause      # of a worker between two triggers
        self.text = "x" * text_bytes
        self.sent = []
        self.port = None
        self.stopped = False
        self.broken_keep_alive = 0  # answers that a used connection owed us
        self.refused_busy = 0       # 429 and 503

    async def worker(self, kind, keyed):
        connection = None
        while not self.stopped and len(self.sent) < self.count_max:
            if self.port is None:
                await asyncio.sleep(0.005)
                continue
            if connection is None or connection.port != self.port:
                connection = client.Client(self.port)
            entry = Sent(len(self.sent), kind, keyed)
            self.sent.append(entry)
            connection = await self._deliver(entry, connection)
            await asyncio.sleep(self.pause)
        if connection:
            connection.close()

    async def once(self, kind):
        """One trigger, sent once; it may stay unacknowledged."""
        entry = Sent(len(self.sent), kind, keyed=False)
        self.sent.append(entry)
        connection = await self._deliver(entry, client.Client(self.port))
        if connection:
            connection.close()

    async def _deliver(self, entry, connection):
        """Until an answer came; a trigger without a key is sent once."""
        body = json.dumps({"n": entry.number, "text": self.text}).encode()
        headers = [f"Idempotency-Key: trigger-{entry.number}"] if entry.keyed else []
        while True:
            try:
                status, answer = await connection.request(
                    "POST", f"/hooks/{self.flows[entry.kind]}/{entry.kind}", body, headers)
            except client.NoAnswer as failure:
                refused = isinstance(failure, client.Refused)
                self.broken_keep_alive += connection.answers > 0 and not refused
                if not entry.keyed or self.stopped:
                    return None
                connection = await self._reconnect()
                if connection is None:
                    return None
                continue
            if status in (429, 503):
                self.refused_busy += 1
                if self.stopped or self.port is None:
                    return connection
                await asyncio.sleep(0.02)
                continue
            if status not in (200, 202):
                raise AssertionError(f"trigger {entry.number} of {entry.kind}: {status} {answer!r}")
            decoded = json.loads(answer)
            entry.execution = decoded["execution_id"]
            entry.finished = status == 200
            entry.answered_at = time.monotonic()
            return connection

    async def _reconnect(self):
        while self.port is None:
            if self.stopped:
                return None
            await asyncio.sleep(0.005)
        await asyncio.sleep(0.005)
        return client.Client(self.port) if self.port else await self._reconnect()


def flow_of(server, kind, response_mode, nodes, edges):
    trigger = {"id": "hook", "type": "trigger",
               "data": {"path": kind, "response_mode": response_mode}}
    return server.publish(kind, "webhook", [trigger, *nodes], edges)


def call_node(counter_port, name="call"):
    return {"id": name, "type": "http_request",
            "data": {"method": "POST", "url": f"http://127.0.0.1:{counter_port}/count",
                     "body": {"n": "{{trigger.body.n}}", "node": name},
                     "retry": {"max_attempts": 1}}}


def edge(source, target):
    return {"source": source, "target": target}


END = {"id": "end", "type": "end", "data": {"output": {"execution_id": "{{execution.id}}"}}}


def publish_flows(server, counter_port):
    """`pure` decides and ends; `call` calls and answers at its end; `park` sleeps, then calls."""
    mark = {"id": "mark", "type": "set", "data": {"name": "n", "value": "{{trigger.body.n}}"}}
    wait = {"id": "wait", "type": "delay", "data": {"seconds": 7}}
    call = call_node(counter_port)
    return {
        "pure": flow_of(server, "pure", "immediate", [mark, END],
                        [edge("hook", "mark"), edge("mark", "end")]),
        "call": flow_of(server, "call", "on_complete", [call, END],
                        [edge("hook", "call"), edge("call", "end")]),
        "park": flow_of(server, "park", "immediate", [wait, call, END],
                        [edge("hook", "wait"), edge("wait", "call"), edge("call", "end")]),
    }
