"""The clients of many programs at once: load.py FILE.

A line is NAME|LOAD; LOAD…, with a space after the semicolon. A LOAD is one of
these, and TEXT has Python's escapes. PORT<OWN is called from the port OWN:
  ask PORT [TEXT]    call, send, read to the end, again and again
  talk PORT TEXT     one connection: send, read, wait, again and again
  tell PORT TEXT     one connection: send again and again, read nothing
  hold PORT [TEXT]   one connection: send, and be silent; it stays
  half PORT TEXT     send, end the sending side, wait for the answer's end
  slow PORT TEXT     send, and read nothing of the answer
  leave PORT TEXT    call, send, read something, close; once
  listen PORT [TEXT] serve the program that calls: send TEXT again and again
  answer PORT TEXT   serve the program that calls: send TEXT a second later, close
  run COMMAND        again and again, as a shell has it
Says "all served" on a line once each LOAD has had what it wants, and which one ended.
"""
import asyncio
import os
import sys
from socket import create_server

HERE, PEER = os.environ["HERE"], os.environ["PEER"]
OFTEN = 0.3
lacking = set()


def served(who):
    if who in lacking:
        lacking.discard(who)
        print("served", who)
        if len(lacking) < 5:
            print("all served, but:" if lacking else "all served", *lacking)


async def call(port):
    port, _, own = port.partition("<")
    own = (PEER, int(own)) if own else None
    while True:
        try:
            return await asyncio.open_connection(HERE, int(port), local_addr=own)
        except OSError:
            await asyncio.sleep(0.1)


async def ask(who, port, text=b""):
    while True:
        reader, writer = await call(port)
        writer.write(text)
        if await reader.read():
            served(who)
        writer.close()
        await asyncio.sleep(OFTEN)


async def talk(who, port, text):
    reader, writer = await call(port)
    while True:
        writer.write(text)
        if not await reader.read(65536):
            raise EOFError
        served(who)
        await asyncio.sleep(OFTEN)


async def tell(who, port, text):
    reader, writer = await call(port)
    while True:
        writer.write(text)
        await writer.drain()
        served(who)
        await asyncio.sleep(OFTEN)


async def hold(who, port, text=b""):
    reader, writer = await call(port)
    writer.write(text)
    await asyncio.sleep(2)
    if reader.at_eof():
        raise EOFError
    served(who)
    while await reader.read(65536):
        pass


async def half(who, port, text):
    while True:
        reader, writer = await call(port)
        writer.write(text)
        writer.write_eof()
        await asyncio.sleep(2)
        if reader.at_eof():
            raise EOFError
        served(who)
        await reader.read()
        writer.close()


async def slow(who, port, text):
    reader, writer = await call(port)
    reader._transport.pause_reading()
    writer.write(text)
    served(who)
    await asyncio.sleep(3600)


async def leave(who, port, text):
    reader, writer = await call(port)
    writer.write(text)
    if await reader.read(65536):
        served(who)
    writer.close()


async def serve_at(port, serve):
    socket = create_server((PEER, int(port)))
    await (await asyncio.start_server(serve, sock=socket)).serve_forever()


async def listen(who, port, text=b""):
    async def serve(_, writer):
        served(who)
        while True:
            writer.write(text)
            await writer.drain()
            await asyncio.sleep(OFTEN)
    await serve_at(port, serve)


async def answer(who, port, text):
    async def serve(_, writer):
        served(who)
        await asyncio.sleep(1)
        writer.write(text)
        writer.close()
    await serve_at(port, serve)


async def run(who, *command):
    while True:
        process = await asyncio.create_subprocess_shell(" ".join(command))
        if not await process.wait():
            served(who)
        await asyncio.sleep(OFTEN)


async def play(who, load):
    kind, *rest = load.split(None, 1)
    args = rest[0] if kind == "run" else rest[0].split(None, 1)
    if kind == "run":
        args = [args]
    elif len(args) > 1:
        args[1] = args[1].encode().decode("unicode_escape").encode("latin-1")
    try:
        await globals()[kind](who, *args)
    except (EOFError, OSError) as e:
        print("ended:", who, repr(e))


async def main():
    loads = []
    for line in open(sys.argv[1]):
        name, rest = line.rstrip("\n").split("|", 1)
        for load in filter(None, map(str.strip, rest.split("; "))):
            load = os.path.expandvars(load)
            who = f"{name}: {load}"
            lacking.add(who)
            loads.append(asyncio.create_task(play(who, load)))
    await asyncio.sleep(0)
    print("ready")
    await asyncio.gather(*loads)


asyncio.run(main())
