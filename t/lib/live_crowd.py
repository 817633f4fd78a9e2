# Many requests that do not end by themselves, on a connection each. Reads a job as a line of JSON: {"from": "127.0.1.1",
# "port": 1, "number": 100, "requests": ["POST …", "POST …"]}, of which the connections have the first and the second in
# turn. Prints "open", then, once all with the first request are closed or 100 seconds have passed, when that was, how many
# of them are not, and how many of the others are; leaves when its input ends.
import json
import os
import select
import socket
import sys
import time

os.nice(10)  # the workers are what is measured
job = json.loads(sys.stdin.readline())
poll = select.epoll()
first, others = {}, {}
for i in range(job["number"]):
    client = socket.create_connection(("127.0.0.1", job["port"]), 60, (job["from"], 0))
    client.sendall(job["requests"][i % 2].encode())
    client.setblocking(False)
    (others if i % 2 else first)[client.fileno()] = client
    poll.register(client, select.EPOLLIN | select.EPOLLRDHUP)
print("open", flush=True)

closed, last, end = 0, 0, time.time() + 100
while first and time.time() < end:
    for number, _ in poll.poll(1):
        poll.unregister(number)
        last = time.time() if first.pop(number, None) else last
        closed += 1 if number in others else 0
print(last, len(first), closed, flush=True)
sys.stdin.read()
