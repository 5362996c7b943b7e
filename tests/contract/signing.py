"""Signs a request as the senders of webhooks do, with nothing but the standard library: a check of
our own reading of their documents from the other side."""

import base64
import hashlib
import hmac
import time
import urllib.parse


def keyed(secret, content, algorithm="sha256"):
    return hmac.new(secret.encode(), content, algorithm)


def in_hex(secret, content):
    return keyed(secret, content).hexdigest()


def in_base64(digest):
    return base64.b64encode(digest).decode()


def standard_key(secret):
    return base64.b64decode(secret.removeprefix("whsec_"))


def twilio(secret, url, body, form):
    content = url
    if form:
        fields = urllib.parse.parse_qsl(body.decode(), keep_blank_values=True)
        content += "".join(name + value for name, value in sorted(set(fields)))
    return {"X-Twilio-Signature": in_base64(keyed(secret, content.encode(), "sha1").digest())}


def sign(spec, url, body, form):
    """`spec` is {scheme, secret, age?, id?, …}; the headers that its sender would add to `body`,
    sent `age` seconds ago."""
    scheme, secret = spec["scheme"], spec["secret"]
    now = str(int(time.time()) - spec.get("age", 0))
    if scheme in ("github", "meta"):
        return {"X-Hub-Signature-256": "sha256=" + in_hex(secret, body)}
    if scheme == "slack":
        content = b"v0:" + now.encode() + b":" + body
        return {"X-Slack-Request-Timestamp": now,
                "X-Slack-Signature": "v0=" + in_hex(secret, content)}
    if scheme == "stripe":
        return {"Stripe-Signature": f"t={now},v1=" + in_hex(secret, now.encode() + b"." + body)}
    if scheme == "twilio":
        return twilio(secret, url, body, form)
    if scheme == "standard_webhooks":
        content = f"{spec['id']}.{now}.".encode() + body
        digest = hmac.new(standard_key(secret), content, hashlib.sha256).digest()
        return {"webhook-id": spec["id"], "webhook-timestamp": now,
                "webhook-signature": "v1," + in_base64(digest)}
    if scheme == "hmac":
        digest = keyed(secret, body, spec.get("algorithm", "sha256"))
        shown = in_base64(digest.digest()) if spec.get("base64") else digest.hexdigest()
        return {spec["header"]: spec.get("prefix", "") + shown}
    raise ValueError(f"nobody signs as {scheme}")
