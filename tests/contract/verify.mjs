// The npm package `standardwebhooks` as a receiver: reads JSON lines {secret, headers, body} and prints
// for each whether it accepts the delivery.
import { createInterface } from "node:readline";
import { Webhook } from "standardwebhooks";

for await (const line of createInterface({ input: process.stdin })) {
  const { secret, headers, body } = JSON.parse(line);
  try {
    new Webhook(secret).verify(body, headers);
    console.log("accepted");
  } catch (problem) {
    console.log(`refused: ${problem.message}`);
  }
}
