"""Listens on a local datagram socket and prints what comes, a line each.

witness.py PATH           the message as it is
witness.py PATH journald  systemd's native protocol as a JSON object
"""
import json
import os
import socket
import struct
import sys


def fields(message):
    found = {}
    while message:
        line, _, rest = message.partition(b"\n")
        name, equals, value = line.partition(b"=")
        if not equals:
            (size,) = struct.unpack("<Q", rest[:8])
            value, end, rest = rest[8:8 + size], rest[8 + size:9 + size], rest[9 + size:]
            assert end == b"\n", "no newline after a value"
            found[name.decode() + " (binary)"] = ""
        assert name.decode() not in found, "a field twice"
        found[name.decode()] = value.decode("utf-8", "backslashreplace")
        message = rest
    return json.dumps(found, sort_keys=True, ensure_ascii=False)


path = sys.argv[1]
if os.path.exists(path):
    os.unlink(path)
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind("\0" + path[1:] if path[0] == "@" else path)
print("listening", flush=True)
while True:
    message = listener.recv(65536)
    if sys.argv[2:] == ["journald"]:
        print(fields(message), flush=True)
    else:
        print(message.decode("utf-8", "backslashreplace"), flush=True)
