# Upstreams of every protocol, on Unix sockets in a folder: http, fastcgi, scgi, uwsgi, grpc. What they answer stands in
# the query of the request:
#
#   user=42 status=200 size=1000 framing=length|chunked|close pause=0.3 (in the middle of the body) die=500 (bytes of
#   the body before the end of the connection) location=/ etag="a" echo=1 (the request's head, or its parameters, as
#   the body)
import functools
import pathlib
import socket
import struct
import sys
import threading
import time
import urllib.parse

import h2.config
import h2.connection
import h2.events


@functools.lru_cache
def pattern(size):
    return b"".join(b"%08x\n" % i for i in range(size // 9 + 1))[:size]


class Answer:
    def __init__(self, target, head):
        wanted = dict(urllib.parse.parse_qsl(target.partition("?")[2]))
        self.status = int(wanted.get("status", 200))
        self.body = head if "echo" in wanted else pattern(int(wanted.get("size", 7)))
        self.framing = wanted.get("framing", "length")
        self.pause = float(wanted.get("pause", 0))
        self.die = int(wanted["die"]) if "die" in wanted else None
        names = {"user": "X-Session-User", "location": "Location", "etag": "ETag"}
        self.headers = [(names[key], value) for key, value in wanted.items() if key in names]
        self.headers.append(("Content-Type", "text/plain"))
        if self.status in (204, 304):
            self.body = b""
        elif self.framing == "length":
            self.headers.append(("Content-Length", str(len(self.body))))

    def lines(self):
        return "".join(f"{name}: {value}\r\n" for name, value in self.headers)

    # The body in pieces; False after the last one where the connection has to break.
    def pieces(self):
        body = self.body if self.die is None else self.body[:self.die]
        half = len(body) // 2 if self.pause else 0
        for part in (body[:half], body[half:]):
            for at in range(0, len(part), 16000):
                yield part[at:at + 16000]
            if part and part is not body:
                time.sleep(self.pause)
                self.pause = 0


def read_until(stream, end):
    data = b""
    while not data.endswith(end):
        byte = stream.read(1)
        if not byte:
            raise EOFError
        data += byte
    return data


def http(connection, stream):
    while True:
        head = read_until(stream, b"\r\n\r\n")
        method, target, _ = head.split(b"\r\n")[0].decode("latin-1").split(" ")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:-2] if b": " in line)
        stream.read(int(fields.get(b"content-length", 0)))
        answer = Answer(target, head)
        chunked = answer.framing == "chunked" and answer.status not in (204, 304)
        more = "Transfer-Encoding: chunked\r\n" if chunked else "Connection: close\r\n" * (answer.framing == "close")
        connection.sendall(f"HTTP/1.1 {answer.status} Said\r\n{answer.lines()}{more}\r\n".encode("latin-1"))
        for piece in answer.pieces() if method != "HEAD" else ():
            connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
        if answer.die is not None or answer.framing == "close":
            return
        connection.sendall(b"0\r\n\r\n" if chunked and method != "HEAD" else b"")


def say(answer, write):
    write(f"Status: {answer.status} Said\r\n{answer.lines()}\r\n".encode("latin-1"))
    for piece in answer.pieces():
        write(piece)


def text(parameters):
    return b"".join(b"%s: %s\r\n" % pair for pair in parameters)


def target_of(parameters):
    return dict(parameters)[b"REQUEST_URI"].decode("latin-1")


def fastcgi(connection, stream):
    data, kind = b"", None
    while kind != 5:
        _, kind, number, length, padding, _ = struct.unpack("!BBHHBB", stream.read(8))
        content = stream.read(length)
        stream.read(padding)
        data += content if kind == 4 else b""
        kind = None if content else kind
    parameters, at = [], 0
    while at < len(data):
        sizes = []
        for _ in range(2):
            long = data[at] & 0x80
            sizes.append(struct.unpack("!I", data[at:at + 4])[0] & 0x7fffffff if long else data[at])
            at += 4 if long else 1
        parameters.append((data[at:at + sizes[0]], data[at + sizes[0]:at + sum(sizes)]))
        at += sum(sizes)
    answer = Answer(target_of(parameters), text(parameters))
    say(answer, lambda piece: connection.sendall(struct.pack("!BBHHBB", 1, 6, number, len(piece), 0, 0) + piece))
    if answer.die is None:
        connection.sendall(struct.pack("!BBHHBBIBBBB", 1, 3, number, 8, 0, 0, 0, 0, 0, 0, 0))


def scgi(connection, stream):
    words = stream.read(int(read_until(stream, b":")[:-1])).split(b"\0")[:-1]
    parameters = list(zip(words[::2], words[1::2]))
    stream.read(1 + int(dict(parameters)[b"CONTENT_LENGTH"] or 0))
    say(Answer(target_of(parameters), text(parameters)), connection.sendall)


def uwsgi(connection, stream):
    size = struct.unpack("<BHB", stream.read(4))[1]
    data, words = stream.read(size), []
    while data:
        length = struct.unpack("<H", data[:2])[0]
        words.append(data[2:2 + length])
        data = data[2 + length:]
    parameters = list(zip(words[::2], words[1::2]))
    stream.read(int(dict(parameters).get(b"CONTENT_LENGTH") or 0))
    say(Answer(target_of(parameters), text(parameters)), connection.sendall)


def grpc(connection, _):
    h2c = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="latin-1"))
    h2c.initiate_connection()
    left = {}
    while True:
        for number, (answer, rest) in list(left.items()):
            size = min(len(rest), h2c.local_flow_control_window(number), h2c.max_outbound_frame_size)
            if size:
                h2c.send_data(number, rest[:size])
                left[number] = (answer, rest[size:])
            if not left[number][1]:
                h2c.send_headers(number, [("grpc-status", "0")], end_stream=True)
                del left[number]
        connection.sendall(h2c.data_to_send())
        if any(h2c.local_flow_control_window(number) for number in left):
            continue
        for event in h2c.receive_data(connection.recv(65536) or exit()):
            if isinstance(event, h2.events.RequestReceived):
                head = dict(event.headers)
                answer = Answer(head[":path"], text([(n.encode(), v.encode("latin-1")) for n, v in event.headers]))
                headers = [(name.lower(), value) for name, value in answer.headers]
                h2c.send_headers(event.stream_id, [(":status", str(answer.status)), *headers])
                left[event.stream_id] = (answer, answer.body)


def serve(folder, protocol):
    listener = socket.socket(socket.AF_UNIX)
    path = pathlib.Path(folder, protocol.__name__ + ".sock")
    listener.bind(str(path))
    path.chmod(0o777)
    listener.listen(64)

    def answer(connection):
        with connection, connection.makefile("rb") as stream:
            try:
                protocol(connection, stream)
            except (EOFError, OSError, struct.error):
                pass

    while True:
        threading.Thread(target=answer, args=[listener.accept()[0]], daemon=True).start()


for each in (http, fastcgi, scgi, uwsgi, grpc):
    threading.Thread(target=serve, args=[sys.argv[1], each], daemon=True).start()
sys.stdin.read()
