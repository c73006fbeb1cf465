#!/usr/bin/env python3
"""A TCP proxy with faults, for tests.

usage: faulty_proxy.py LISTEN_PORT TARGET_PORT MODE_FILE

The first line of MODE_FILE says what is wrong now; it is read again twenty times a second:
  pass               nothing
  hole               nothing passes, no connection ends: both ends believe that the other is there. A connection that was
                     open in a hole stays dead for ever, as one whose peer vanished; new ones work once the hole is over
  upward | downward  only bytes to | from the target pass; those of the other direction are dropped
  forget SECONDS     a connection that was idle for so long is dead from then on, as one that a firewall forgot
  slow MS BYTES      each piece comes MS later, BYTES a second
  reset              connections are reset, new ones too
  cut BYTES          each connection is reset after so many bytes from the target
"""
import asyncio
import socket
import struct
import sys
import time

mode = ["pass"]


class Flow:
    """Both directions of one connection."""

    def __init__(self):
        self.is_dead = False
        self.last_s = time.monotonic()
        self.writers = []
        self.from_target = 0

    def reset(self):
        for writer in self.writers:
            sock = writer.get_extra_info("socket")
            if sock and sock.fileno() >= 0:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()


flows = set()


async def carry(flow, reader, writer, is_upward):
    while data := await reader.read(65536):
        word = mode[0]
        if word == "forget" and time.monotonic() - flow.last_s > float(mode[1]):
            flow.is_dead = True
        flow.last_s = time.monotonic()
        if flow.is_dead or (word == "downward" and is_upward) or (word == "upward" and not is_upward):
            continue
        if word == "slow":
            await asyncio.sleep(float(mode[1]) / 1000 + len(data) / float(mode[2]))
        if not is_upward:
            flow.from_target += len(data)
        if word == "cut" and flow.from_target > int(mode[1]):
            flow.reset()
            return
        writer.write(data)
        await writer.drain()
    if not flow.is_dead:
        writer.close()


async def serve(reader, writer, target):
    flow = Flow()
    flow.writers.append(writer)
    flows.add(flow)
    try:
        if mode[0] == "reset":
            flow.reset()
            return
        if mode[0] == "hole":
            flow.is_dead = True
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", target)
        flow.writers.append(up_writer)
        await asyncio.gather(carry(flow, reader, up_writer, True), carry(flow, up_reader, writer, False))
    except OSError:
        flow.reset()
    finally:
        flows.discard(flow)


async def follow_mode(path):
    while True:
        with open(path) as file:
            words = file.readline().split()
        if words and words != mode:
            mode[:] = words
            for flow in list(flows):
                if mode[0] == "hole":
                    flow.is_dead = True
                if mode[0] == "reset":
                    flow.reset()
        await asyncio.sleep(0.05)


async def main():
    listen, target, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    await asyncio.start_server(lambda reader, writer: serve(reader, writer, target), "127.0.0.1", listen)
    await follow_mode(path)


asyncio.run(main())
