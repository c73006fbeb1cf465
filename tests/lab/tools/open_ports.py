#!/usr/bin/env python3
"""Every TCP port of a host that lets one in, seen from where this runs, a port a line.

usage: open_ports.py ADDRESS [FROM_ADDRESS]
"""
import asyncio
import sys

address = sys.argv[1]
source = (sys.argv[2], 0) if len(sys.argv) > 2 else None
together = asyncio.Semaphore(900)


async def is_open(port):
    async with together:
        try:
            _, writer = await asyncio.wait_for(asyncio.open_connection(address, port, local_addr=source), 5)
        except (OSError, asyncio.TimeoutError):
            return None
        writer.close()
        return port


async def main():
    for port in await asyncio.gather(*(is_open(port) for port in range(1, 65536))):
        if port:
            print(port)


asyncio.run(main())
