"""Secrets under test: in which forms they may come back, where they are found, and a peer that
echoes them in all of those forms."""

import base64
import http.server
import json
import threading
import urllib.parse


def within_base64(secret, offset):
    """The characters that follow from the secret alone when `offset` bytes stand before it."""
    whole = base64.b64encode(b"\0" * offset + secret).decode()
    return whole[(offset * 8 + 5) // 6:(offset + len(secret)) * 8 // 6]


def forms(secret):
    """Every form of a secret that nobody may find."""
    raw = secret.encode()
    escaped = json.dumps(secret, ensure_ascii=False)[1:-1]
    cores = [within_base64(raw, offset) for offset in range(3)]
    texts = [secret, escaped, json.dumps(secret)[1:-1], urllib.parse.quote(secret, safe=""),
             urllib.parse.quote_plus(secret), *cores,
             *(core.replace("+", "-").replace("/", "_") for core in cores)]
    return {text.encode() for text in texts}


def found_in(data, secrets):
    """Names of the secrets that stand in `data` in some form."""
    return sorted(name for name, secret in secrets.items()
                  if any(form in data for form in forms(secret)))


class Echo:
    """Answers every request with what came in, also in base64 and URL-encoded, and a cookie of its
    own; `/fail` with status 500. `calls` keeps what came."""

    cookie = "session=given-by-the-peer"

    def __init__(self):
        self.calls = []
        echo = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                call = {"path": self.path, "headers": dict(self.headers.items()), "body": body}
                echo.calls.append(call)
                copy = self.headers.get("X-Copy", "").encode("latin-1").decode()
                copies = echo.copies(copy)
                answer = json.dumps({"path": self.path, "body": body, **copies}).encode()
                self.send_response(500 if self.path.startswith("/fail") else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.send_header("Set-Cookie", echo.cookie)
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @staticmethod
    def copies(text):
        raw = text.encode()
        return {"plain": f"you sent {text}",
                "nested": json.dumps({"copy": text}, ensure_ascii=False),
                "base64": base64.b64encode(raw).decode(),
                "basic": base64.b64encode(b"user:" + raw + b"!").decode(),
                "base64url": base64.urlsafe_b64encode(b"x" + raw).decode(),
                "url": urllib.parse.quote(text, safe=""), "form": urllib.parse.quote_plus(text)}

    def close(self):
        self._server.shutdown()
        self._server.server_close()


def settings_text(env, extra=""):
    """A configuration file whose [env] table is `env`."""
    rows = "".join(f"{name} = {json.dumps(value)}\n" for name, value in env.items())
    return f"{extra}[env]\n{rows}"
