"""A receiver of webhooks on loopback: keeps every request, answers what it is told."""

import http.server
import threading
import time


class Receiver:
    """`answers` are (status, headers) in order of arrival; afterwards 200. Each comes after
    `pause` seconds."""

    def __init__(self, pause=0):
        self.requests = []
        self.answers = []
        self.arrived = threading.Condition()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                headers = {name.lower(): value for name, value in self.headers.items()}
                with receiver.arrived:
                    receiver.requests.append({"path": self.path, "headers": headers, "body": body})
                    status, more = receiver.answers.pop(0) if receiver.answers else (200, {})
                    receiver.arrived.notify_all()
                time.sleep(pause)
                self.send_response(status)
                for name, value in more.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # a sender that was killed
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/hook"

    def wait_for(self, count, seconds=30):
        """The first `count` requests. Raises when they do not come."""
        with self.arrived:
            if not self.arrived.wait_for(lambda: len(self.requests) >= count, seconds):
                raise AssertionError(f"{count} requests expected, {len(self.requests)} came")
            return list(self.requests[:count])

    def close(self):
        self.server.shutdown()
        self.server.server_close()
