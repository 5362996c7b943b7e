// `eventsource.mjs SERVER_PORT PATH KEY COUNT`: the npm client `eventsource` through a proxy of ours
// that breaks the connection after a few events, again and again. Prints {ids, connections, sent}:
// the ids of COUNT events as they came, how often it connected, and the Last-Event-IDs it sent.
import { EventSource } from 'eventsource';
import net from 'node:net';

const [port, path, key, count] = process.argv.slice(2);
const eventsPerConnection = 5;
const mark = '\nevent: ';
const types = ['started', 'node_started', 'node_completed', 'node_failed', 'completed', 'failed'];
const told = { ids: [], connections: 0, sent: [] };

const proxy = net.createServer((client) => {
  const server = net.connect(Number(port), '127.0.0.1');
  let seen = '';
  client.on('data', (bytes) => {
    const id = /last-event-id: (\S+)/i.exec(bytes.toString());
    if (id) told.sent.push(id[1]);
    server.write(bytes);
  });
  server.on('data', (bytes) => {
    const before = seen.length;
    seen += bytes.toString('latin1');
    const parts = seen.split(mark);
    if (parts.length <= eventsPerConnection + 1) return client.write(bytes);
    // Cut within the event behind the last one that may pass.
    const cut = parts.slice(0, eventsPerConnection + 1).join(mark).length + mark.length;
    client.end(bytes.subarray(0, Math.max(0, cut - before)));
    server.destroy();
  });
  server.on('close', () => client.end());
  client.on('close', () => server.destroy());
  client.on('error', () => server.destroy());
  server.on('error', () => client.destroy());
});

proxy.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${proxy.address().port}${path}`;
  const source = new EventSource(url, {
    fetch: (input, init) =>
      fetch(input, { ...init, headers: { ...init.headers, 'X-API-Key': key } }),
  });
  source.onopen = () => {
    told.connections += 1;
    if (told.connections === 1) console.error('open');
  };
  const take = (event) => {
    told.ids.push(event.lastEventId);
    if (told.ids.length < Number(count)) return;
    source.close();
    console.log(JSON.stringify(told));
    process.exit(0);
  };
  for (const type of types) source.addEventListener(`execution.${type}`, take);
});
