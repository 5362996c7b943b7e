// The npm package `standardwebhooks` as a sender: `node standardwebhooks.mjs URL SECRET` signs and posts
// messages to a hook and prints one JSON line per message with what it was answered.
import { Webhook } from "standardwebhooks";

const [url, secret] = process.argv.slice(2);
const webhook = new Webhook(secret);
const minutes = (count) => new Date(Date.now() + count * 60_000);

async function post(about, id, signedAt, payload, sent = payload) {
  const answer = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(signedAt.getTime() / 1000)),
      "webhook-signature": webhook.sign(id, signedAt, payload),
    },
    body: sent,
  });
  const body = await answer.json();
  console.log(JSON.stringify({ about, status: answer.status, run: body.execution_id ?? null }));
}

const payload = JSON.stringify({ type: "contact.created", data: { name: "Zoë \u{1F600}" } });
await post("signed", "msg_1", minutes(0), payload);
await post("again", "msg_1", minutes(0), payload);
await post("other", "msg_2", minutes(0), payload);
await post("altered", "msg_3", minutes(0), payload, payload.replace("contact", "Contact"));
await post("old", "msg_4", minutes(-6), payload);
await post("early", "msg_5", minutes(6), payload);
