# Streams side by side on one HTTP/2 connection without TLS: reads a job as JSON, prints what came of each.
#
# {"port": 1, "patience": 10, "leave": null, "streams": [{"method": "GET", "path": "/", "headers": [["cookie", "a=b"]],
#  "body": 0, "pause": 0, "reset": null}]}
#
# Seconds from the start: `pause` before the body (of so many bytes) is sent, `reset` of the stream, `leave`
# of the whole connection. A result is a status, reason and body, or why there is none: "reset", "left", "refused N".
import json
import select
import socket
import sys
import time

import h2.config
import h2.connection
import h2.events


def begin(connection, job):
    streams = {}
    for wanted in job["streams"]:
        number = connection.get_next_available_stream_id()
        headers = [(":method", wanted["method"]), (":path", wanted["path"]), (":scheme", "http"),
                   (":authority", "localhost"), *((name.lower(), value) for name, value in wanted["headers"])]
        connection.send_headers(number, headers, end_stream=not wanted["body"])
        streams[number] = {**wanted, "result": None, "answer": {"body": ""}}
    return streams


def send_bodies(connection, streams, passed):
    for number, stream in streams.items():
        while stream["body"] and passed >= stream["pause"] and not stream["result"]:
            size = min(stream["body"], connection.local_flow_control_window(number), connection.max_outbound_frame_size)
            if not size:
                break
            stream["body"] -= size
            connection.send_data(number, b"x" * size, end_stream=not stream["body"])


def reset_due(connection, streams, passed):
    for number, stream in streams.items():
        if stream["reset"] is not None and passed >= stream["reset"] and not stream["result"]:
            connection.reset_stream(number, 8)
            stream["result"] = "reset"


def take(connection, streams, event):
    if isinstance(event, h2.events.DataReceived):
        connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
    stream = streams.get(getattr(event, "stream_id", None))
    if stream is None or stream["result"]:
        return
    if isinstance(event, h2.events.ResponseReceived):
        head = dict(event.headers)
        stream["answer"].update(status=head[":status"], reason=head.get("x-reason", ""))
    elif isinstance(event, h2.events.DataReceived):
        stream["answer"]["body"] += event.data.decode("latin-1")
    elif isinstance(event, h2.events.StreamReset):
        stream["result"] = f"refused {event.error_code}"
    elif isinstance(event, h2.events.StreamEnded):
        stream["result"] = stream["answer"]


def run(job):
    server = socket.create_connection(("127.0.0.1", job["port"]))
    server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="latin-1"))
    connection.initiate_connection()
    streams = begin(connection, job)
    start = time.monotonic()
    while not all(stream["result"] for stream in streams.values()):
        passed = time.monotonic() - start
        if passed > job["patience"] or job["leave"] is not None and passed >= job["leave"]:
            break
        send_bodies(connection, streams, passed)
        reset_due(connection, streams, passed)
        server.sendall(connection.data_to_send())
        if select.select([server], [], [], 0.005)[0]:
            data = server.recv(65536)
            if not data:
                break
            for event in connection.receive_data(data):
                take(connection, streams, event)
    server.close()
    return [stream["result"] or "left" for stream in streams.values()]


print(json.dumps(run(json.load(sys.stdin))))
