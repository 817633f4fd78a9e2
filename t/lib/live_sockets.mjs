// Sockets of the library "ws" side by side, for as long as its input is open. In, a line each: {url, headers} opens one,
// {number, say} says something on it. Out: "NUMBER open", "NUMBER said TEXT", "NUMBER refused STATUS", "NUMBER closed CODE".
import { createInterface } from 'node:readline';
import WebSocket from 'ws';

const sockets = [];
const open = ({ url, headers }) => {
  const number = sockets.length;
  const tell = words => console.log(`${number} ${words}`);
  const socket = new WebSocket(url, { headers, rejectUnauthorized: false });
  socket.on('open', () => tell('open'));
  socket.on('message', data => tell(`said ${data}`));
  socket.on('unexpected-response', (request, response) => { tell(`refused ${response.statusCode}`); request.destroy(); });
  socket.on('close', code => tell(`closed ${code}`));
  socket.on('error', () => {});
  sockets.push(socket);
};

createInterface({ input: process.stdin })
  .on('line', line => {
    const wanted = JSON.parse(line);
    if (wanted.url) open(wanted); else sockets[wanted.number].send(wanted.say);
  })
  .on('close', () => process.exit());
