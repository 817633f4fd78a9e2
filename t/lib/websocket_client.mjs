// Sockets of the library "ws", one after the other. In: [{url, headers, say: [text, …], stay}]. Out, of each: what was
// heard, or the status that refused the handshake. With `stay` the other side closes the socket, and its code is last.
import { text } from 'node:stream/consumers';
import WebSocket from 'ws';

const talk = ({ url, headers, say = [], stay }) => new Promise((resolve, reject) => {
  const heard = [];
  const socket = new WebSocket(url, { headers, rejectUnauthorized: false, handshakeTimeout: 10_000 });
  const leave = () => { if (heard.length === say.length && !stay) socket.close(1000); };
  socket.on('open', () => { say.forEach(words => socket.send(words)); leave(); });
  socket.on('message', data => { heard.push(String(data)); leave(); });
  socket.on('unexpected-response', (request, response) => { resolve([response.statusCode]); request.destroy(); });
  socket.on('close', code => resolve(stay ? [...heard, code] : heard));
  socket.on('error', reject);
});

const results = [];
for (const wanted of JSON.parse(await text(process.stdin))) results.push(await talk(wanted));
console.log(JSON.stringify(results));
