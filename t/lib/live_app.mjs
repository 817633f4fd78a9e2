// An application whose responses do not end by themselves: /socket repeats what it hears, /events, /chunked and /sized
// say something every 50 ms, /poll has nothing to say; /bye ends the session and takes a second for it. It tells when one begins and when it is over. Argument: a port.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const heads = {
  '/events': { 'Content-Type': 'text/event-stream' },
  '/chunked': {},
  '/sized': { 'Content-Length': 1_000_000_000 },
};

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  const name = pathname.slice(1);
  console.log(`begin ${name}`);
  if (pathname === '/bye') {
    response.writeHead(200, { 'X-Session-End': 'current' });
    response.write('good');
    return setTimeout(() => response.end('bye'), 1000);
  }
  const head = heads[pathname];
  if (!head && pathname !== '/poll') return response.end('ok');
  if (head) response.writeHead(200, { ...head, 'X-Accel-Buffering': 'no' });
  const timer = head && setInterval(() => response.write('data: more\n\n'), 50);
  response.on('close', () => { clearInterval(timer); console.log(`end ${name}`); });
});

new WebSocketServer({ server, path: '/socket' }).on('connection', (socket, request) => {
  console.log('begin socket');
  socket.on('message', data => socket.send(`${request.headers['x-user']}: ${data}`));
  socket.on('close', () => console.log('end socket'));
});

server.listen(process.argv.at(-1), '127.0.0.1', () => console.log('ready'));
