// An application with pages and WebSockets. It believes what nginx says of the session: a socket repeats each message
// behind the user's name, and is closed with 4401 a second before the session's token expires. Argument: a port.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  if (pathname === '/login') response.setHeader('X-Session-User', searchParams.get('user'));
  response.end(request.headers['x-user'] ?? '');
});

new WebSocketServer({ server, path: '/socket' }).on('connection', (socket, request) => {
  const left = request.headers['x-expires'] * 1000 - 1000 - Date.now();
  const end = setTimeout(() => socket.close(4401), Math.max(left, 0));
  socket.on('message', data => socket.send(`${request.headers['x-user']}: ${data}`));
  socket.on('close', () => clearTimeout(end));
});

server.listen(process.argv.at(-1), '127.0.0.1', () => console.log('ready'));
