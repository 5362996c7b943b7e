"""Server-sent events as a client of the standard reads them."""

import http.client
import json
import time

SILENCE_SECONDS = 20


class Stream:
    """One connection. Iterates over events {id, event, data}; `last_id` is what to come back with.
    A read that meets silence for long raises TimeoutError."""

    def __init__(self, port, path, key, last_id=""):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SILENCE_SECONDS)
        headers = {"X-API-Key": key, "Accept": "text/event-stream"}
        if last_id:
            headers["Last-Event-ID"] = last_id
        self.connection.request("GET", path, headers=headers)
        self.answer = self.connection.getresponse()
        self.last_id = last_id
        self.comments = []

    def block(self):
        """The fields of the next block, an empty event where it held no data; None at the end."""
        fields = {}
        while True:
            line = self.answer.readline().decode()
            if not line:
                return None
            line = line.rstrip("\n")
            if not line:
                if fields:
                    break
                continue
            name, _, value = line.partition(":")
            fields[name or "comment"] = value.removeprefix(" ")
        if "comment" in fields:
            self.comments.append(fields["comment"])
        self.last_id = fields.get("id", self.last_id)
        return fields

    def __iter__(self):
        """Raises TimeoutError when no event has come for long, pings or not."""
        deadline = time.monotonic() + SILENCE_SECONDS
        while (fields := self.block()) is not None:
            if "data" in fields:
                deadline = time.monotonic() + SILENCE_SECONDS
            elif time.monotonic() > deadline:
                raise TimeoutError("no event has come")
            if "data" in fields:
                yield {"id": fields.get("id"), "event": fields.get("event"),
                       "data": json.loads(fields["data"])}

    def until_live(self):
        """The events up to where the stream says by an id alone that it has caught up."""
        events = []
        while (fields := self.block()) is not None:
            if "data" in fields:
                events.append(json.loads(fields["data"]))
            elif "id" in fields:
                return events
        raise RuntimeError("the stream ended before it had caught up")

    def close(self):
        self.connection.close()
