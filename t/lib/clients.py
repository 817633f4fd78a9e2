# Many clients at once: reads a job as a line of JSON, prints a line when it begins, and what they met when the seconds
# are over or its input ends.
#
# {"port": 1, "http2_port": 2, "seconds": 3, "patience": 10, "clients": ["once", "keep", "http2"], "path": "/",
#  "users": [{"headers": [["Cookie", "a=b"]], "answers": ["200 valid alice"]}]}
#
# A user may have a "path" of his own, and a "group" by which times are told: {"groups": {name: {answers, slowest, p95}}}.
#
# An answer is its status, its X-Reason and, for a 200, its body; one that is not among the user's answers is wrong.
# Kinds of clients: once (a connection for each request), keep (keep-alive), pipeline (several requests at once), body
# (a request with a body, in pieces), leave (gone before the answer, by FIN or RST), http2 (streams side by side, some
# of them reset). A connection that the server ends before a request's first byte was never an answer to it.
import asyncio
import collections
import json
import random
import socket
import struct
import sys
import time

import h2.config
import h2.connection
import h2.events
import h2.exceptions


class Gone(Exception):
    """The server closed the connection before any byte of the answer."""


class Load:
    def __init__(self, job):
        self.job = job
        self.end = time.monotonic() + job["seconds"]
        self.counts = collections.Counter()
        self.wrong = []
        self.failed = []
        self.slowest = 0.0
        self.times = collections.defaultdict(list)

    def user(self):
        return random.choice(self.job["users"])

    def judge(self, kind, user, status, reason, body, start):
        answer = f"{status} {reason} {body if status == '200' else ''}".rstrip()
        self.counts[answer] += 1
        taken = time.monotonic() - start
        self.slowest = max(self.slowest, taken)
        self.times[user.get("group", "")].append(taken)
        if answer not in user["answers"]:
            self.wrong.append(f"{kind}: {answer} instead of {' or '.join(user['answers'])}")

    def head(self, user, method="GET", *lines):
        fields = [f"{name}: {value}" for name, value in user["headers"]]
        first = f"{method} {user.get('path', self.job['path'])} HTTP/1.1"
        return "\r\n".join([first, "Host: localhost", *fields, *lines, "", ""]).encode()

    async def connect(self, port="port"):
        return await asyncio.open_connection("127.0.0.1", self.job[port])

    async def answer(self, reader):
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            if getattr(error, "partial", b""):
                raise
            raise Gone from error
        first, *lines = head.split("\r\n")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        status = first.split()[1]
        if status.startswith("1"):
            return await self.answer(reader)
        if "chunked" in fields.get("transfer-encoding", ""):
            body = b""
            while size := int(await reader.readline(), 16):
                body += (await reader.readexactly(size + 2))[:size]
            await reader.readline()
        else:
            body = await reader.readexactly(int(fields["content-length"]))
        return status, fields.get("x-reason", ""), body.decode("latin-1")

    async def once(self):
        user, start = self.user(), time.monotonic()
        reader, writer = await self.connect()
        writer.write(self.head(user, "GET", "Connection: close"))
        try:
            self.judge("once", user, *await self.answer(reader), start)
        except Gone:
            self.failed.append("once: no answer")
        writer.close()

    async def keep(self):
        reader, writer = await self.connect()
        try:
            for _ in range(random.randint(1, 20)):
                user, start = self.user(), time.monotonic()
                writer.write(self.head(user))
                self.judge("keep", user, *await self.answer(reader), start)
        except Gone:
            self.counts["closed between requests"] += 1
        writer.close()

    async def pipeline(self):
        reader, writer = await self.connect()
        users, start = [self.user() for _ in range(5)], time.monotonic()
        writer.write(b"".join(self.head(user) for user in users))
        try:
            for user in users:
                self.judge("pipeline", user, *await self.answer(reader), start)
        except Gone:
            self.counts["closed between requests"] += 1
        writer.close()

    async def body(self):
        user, start = self.user(), time.monotonic()
        reader, writer = await self.connect()
        piece, pieces, chunked = b"x" * random.choice([1, 1000, 60000]), random.randint(1, 5), random.random() < 0.5
        length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(piece) * pieces}"
        writer.write(self.head(user, "POST", length, "Connection: close"))

        async def write():
            for _ in range(pieces):
                await asyncio.sleep(random.random() * 0.03)
                writer.write(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
                await writer.drain()
            writer.write(b"0\r\n\r\n" if chunked else b"")

        writing = asyncio.create_task(write())
        try:
            self.judge("body", user, *await self.answer(reader), start)
        except Gone:
            self.failed.append("body: no answer")
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        writer.close()

    async def leave(self):
        reader, writer = await self.connect()
        writer.write(self.head(self.user()))
        await writer.drain()
        await asyncio.sleep(random.random() * 0.12)
        if random.random() < 0.5:
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()
        writer.close()
        self.counts["left"] += 1

    async def http2(self):
        reader, writer = await self.connect("http2_port")
        try:
            await Streams(self, reader, writer).run()
        finally:
            writer.close()

    async def client(self, kind):
        while time.monotonic() < self.end:
            try:
                await asyncio.wait_for(getattr(self, kind)(), self.job["patience"])
            except Exception as error:
                self.failed.append(f"{kind}: {type(error).__name__} {error}")
                await asyncio.sleep(0.05)

    def stop(self):
        self.end = 0
        asyncio.get_running_loop().remove_reader(sys.stdin)

    def groups(self):
        return {name: {"answers": len(times), "slowest": max(times), "p95": sorted(times)[len(times) * 95 // 100]}
                for name, times in self.times.items()}

    async def run(self):
        asyncio.get_running_loop().add_reader(sys.stdin, self.stop)
        await asyncio.gather(*(self.client(kind) for kind in self.job["clients"]))
        return {"counts": self.counts, "wrong": self.wrong[:10], "failed": self.failed[:10],
                "answers": sum(n for name, n in self.counts.items() if name[0].isdigit()),
                "slowest": round(self.slowest, 3), "groups": self.groups()}


# Streams of different users on one HTTP/2 connection.
class Streams:
    def __init__(self, load, reader, writer):
        self.load, self.reader, self.writer = load, reader, writer
        self.connection = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="latin-1"))
        self.open = {}
        self.input = b""

    def flush(self):
        self.writer.write(self.connection.data_to_send())

    def ask(self):
        user, stream = self.load.user(), self.connection.get_next_available_stream_id()
        headers = [(":method", "GET"), (":path", self.load.job["path"]), (":scheme", "http"),
                   (":authority", "localhost")]
        headers += [(name.lower(), value) for name, value in user["headers"]]
        self.connection.send_headers(stream, headers, end_stream=True)
        self.open[stream] = {"user": user, "start": time.monotonic(), "body": "", "head": {}}
        return stream

    async def reset_some(self, streams):
        for stream in streams:
            await asyncio.sleep(random.random() * 0.04)
            if self.open.pop(stream, None):
                self.load.counts["reset"] += 1
                try:
                    self.connection.reset_stream(stream, 8)
                except h2.exceptions.ProtocolError:
                    continue
                self.flush()

    # The events of the whole frames that came. GOAWAY is kept from h2, which would then refuse the answers to the
    # streams before it; those after it were not processed.
    def receive(self, data):
        self.input += data
        while len(self.input) >= 9 and len(self.input) >= (end := 9 + int.from_bytes(self.input[:3], "big")):
            frame, self.input = self.input[:end], self.input[end:]
            if frame[3] == 7:
                last = int.from_bytes(frame[9:13], "big")
                self.open = {number: stream for number, stream in self.open.items() if number <= last}
            else:
                for event in self.connection.receive_data(frame):
                    self.take(event)

    def take(self, event):
        stream = self.open.get(getattr(event, "stream_id", None))
        if isinstance(event, h2.events.DataReceived):
            self.connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        if stream is None:
            return
        if isinstance(event, h2.events.ResponseReceived):
            stream["head"] = dict(event.headers)
        elif isinstance(event, h2.events.DataReceived):
            stream["body"] += event.data.decode("latin-1")
        elif isinstance(event, h2.events.StreamReset):
            self.open.pop(event.stream_id)
            if event.error_code != 7:  # REFUSED_STREAM: it was not processed
                self.load.failed.append(f"http2: reset with {event.error_code}")
        elif isinstance(event, h2.events.StreamEnded):
            self.open.pop(event.stream_id)
            head = stream["head"]
            self.load.judge("http2", stream["user"], head.get(":status"), head.get("x-reason", ""), stream["body"],
                            stream["start"])

    async def run(self):
        self.connection.initiate_connection()
        streams = [self.ask() for _ in range(12)]
        self.flush()
        resets = asyncio.create_task(self.reset_some(random.sample(streams, 4)))
        while self.open:
            data = await self.reader.read(65536)
            if not data:
                break
            self.receive(data)
            self.flush()
        if self.open:
            self.load.counts["closed between requests"] += len(self.open)
        resets.cancel()
        await asyncio.gather(resets, return_exceptions=True)


load = Load(json.loads(sys.stdin.readline()))
print("ready", flush=True)
print(json.dumps(asyncio.run(load.run())))
