#!/usr/bin/env python3
"""Named test order.per_contact: `order.py BINARY [CONTACTS MESSAGES KILLS]`. Each contact's next
message is sent once the one before is acknowledged, over any of eight connections; runs begin in
that order, each once, over kill -9 and over a new version of the flow. The order is that of the
commits, as the live events tell it."""

import asyncio
import collections
import http.client
import json
import os
import random
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))

import client  # noqa: E402
import events  # noqa: E402
import server as servers  # noqa: E402

CONNECTIONS = 8
STREAM = "/v1/flows/executions/stream"
EDGES = [{"source": "start", "target": "done"}]


def nodes(version):
    return [{"id": "start", "type": "trigger", "data": {"channel": "chat"}},
            {"id": "done", "type": "end", "data": {"output": {"version": version}}}]


class Senders:
    """Eight connections; `port` None stands for a server that is down."""

    def __init__(self, server):
        self.headers = [f"X-API-Key: {server.key}"]
        self.port = server.port
        self.acknowledged = {}  # (contact, number) -> execution

    async def send(self, waiting):
        """Takes (contact, number) from `waiting` until there is none; each until it is answered."""
        connection = client.Client(self.port, self.headers)
        while waiting:
            contact, number = waiting.pop()
            while (contact, number) not in self.acknowledged:
                connection = await self.deliver(connection, contact, number)
        connection.close()

    async def deliver(self, connection, contact, number):
        body = json.dumps({"channel": "chat", "message": {"id": f"{contact}-{number}",
                                                          "text": str(number)},
                           "contact": {"id": contact}}).encode()
        try:
            status, answer = await connection.request("POST", "/v1/messages/inbound", body)
        except client.NoAnswer:
            while self.port is None:
                await asyncio.sleep(0.005)
            return client.Client(self.port, self.headers)
        if status == 202:
            [self.acknowledged[contact, number]] = json.loads(answer)["data"]["execution_ids"]
        elif status not in (429, 503):
            raise AssertionError(f"message {number} of {contact}: {status} {answer!r}")
        return connection


async def kill_after(server, senders, moments):
    """A kill each time as many messages have been acknowledged."""
    for moment in moments:
        while len(senders.acknowledged) < moment:
            await asyncio.sleep(0.002)
        server.kill()
        senders.port = None
        await asyncio.to_thread(server.start)
        senders.port = server.port


def publish_next(server, flow):
    """The second version, while messages come in; again where the server was killed meanwhile."""
    definition = {"nodes": nodes(2), "edges": EDGES}
    for method, path, body in (("PUT", f"/v1/flows/{flow}", {"definition": definition}),
                               ("POST", f"/v1/flows/{flow}/publish", {})):
        status = 503
        while status != 200:
            assert status in (429, 503), f"{method} {path}: {status}"
            try:
                status, _ = server.ask(method, path, body)
            except (OSError, http.client.HTTPException):
                pass


async def send_all(server, senders, flow, contacts, messages, chance):
    published = None
    for number in range(messages):
        if number == messages // 2:
            published = asyncio.create_task(asyncio.to_thread(publish_next, server, flow))
        waiting = [(f"contact-{contact}", number) for contact in range(contacts)]
        chance.shuffle(waiting)
        await asyncio.gather(*(senders.send(waiting) for _ in range(CONNECTIONS)))
    await published


def begun_in_order(server, position):
    """The data of every start of a run, in the order of the commits."""
    stream = events.Stream(server.port, STREAM + "?types=execution.started", server.key, position)
    told = stream.until_live()
    stream.close()
    return [event["data"] for event in told]


def check(begun, acknowledged, messages):
    of_contact = collections.defaultdict(list)
    for run in begun:
        of_contact[run["input"]["contact"]["id"]].append(run)
    assert sum(map(len, of_contact.values())) == len(acknowledged), "a message was begun twice"
    for contact, runs in of_contact.items():
        numbers = [int(run["input"]["message"]["text"]) for run in runs]
        assert numbers == list(range(messages)), f"{contact}: {numbers}"
        ids = [run["execution_id"] for run in runs]
        assert ids == [acknowledged[contact, number] for number in numbers], f"{contact}: {ids}"
        versions = [run["flow_version"] for run in runs]
        assert versions == sorted(versions), f"{contact}: versions {versions}"
    versions = collections.Counter(run["flow_version"] for run in begun)
    assert len(versions) > 1, f"one version alone has run: {versions}"
    return versions


async def run(binary, contacts, messages, kills, folder):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    moments = sorted(chance.sample(range(1, contacts * messages - CONNECTIONS), kills))
    server = servers.Server(binary, os.path.join(folder, "data"))
    try:
        await asyncio.to_thread(server.start)
        server.make_key()
        flow = await asyncio.to_thread(server.publish, "chat", "inbound_message", nodes(1), EDGES)
        first = events.Stream(server.port, STREAM, server.key)
        first.until_live()
        first.close()
        senders = Senders(server)
        killing = asyncio.create_task(kill_after(server, senders, moments))
        await send_all(server, senders, flow, contacts, messages, chance)
        await killing
        begun = await asyncio.to_thread(begun_in_order, server, first.last_id)
        versions = check(begun, senders.acknowledged, messages)
        print(f"{kills} kills, {contacts} contacts, {len(begun)} messages over {CONNECTIONS} "
              f"connections in order; by version: {dict(versions)}")
    finally:
        server.close()


def main():
    contacts, messages, kills = (map(int, sys.argv[2:5]) if len(sys.argv) > 4 else (200, 10, 3))
    with tempfile.TemporaryDirectory(prefix="millrace-order-") as folder:
        asyncio.run(run(os.path.abspath(sys.argv[1]), contacts, messages, kills, folder))


if __name__ == "__main__":
    main()
