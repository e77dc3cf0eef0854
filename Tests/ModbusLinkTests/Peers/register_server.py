"""A Modbus server made with pymodbus, the tests' independent opposite.

usage: register_server.py tcp|rtu PORT

Listens on 127.0.0.1 with Modbus TCP or with RTU frames over TCP. Units 1 and 2. Every register and bit says where it is:

    holding register a   unit * 1000 + a     a = 0..199
    input register a     unit * 2000 + a     a = 0..199
    coil a               a is divisible by 3 a = 0..1999
    discrete input a     a is divisible by 7 a = 0..1999

Anything beyond is refused with exception 2. Prints "ready" once it can be connected to.
"""

import asyncio
import sys

try:
    from pymodbus import FramerType
    from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext
    from pymodbus.server import ModbusTcpServer

    try:
        from pymodbus.datastore import ModbusDeviceContext
    except ImportError:  # before 3.10
        from pymodbus.datastore import ModbusSlaveContext as ModbusDeviceContext
except ImportError as problem:
    sys.exit(f"pymodbus 3 is missing in {sys.executable}: {problem}")


def unit(number):
    # A block of the data store starts at 1 for the address 0 of the wire.
    def block(values):
        return ModbusSequentialDataBlock(1, values)

    return ModbusDeviceContext(
        hr=block([number * 1000 + a for a in range(200)]),
        ir=block([number * 2000 + a for a in range(200)]),
        co=block([a % 3 == 0 for a in range(2000)]),
        di=block([a % 7 == 0 for a in range(2000)]),
    )


def context():
    units = {number: unit(number) for number in (1, 2)}
    try:
        return ModbusServerContext(devices=units, single=False)
    except TypeError:  # before 3.10
        return ModbusServerContext(slaves=units, single=False)


async def main(kind, port):
    framer = FramerType.RTU if kind == "rtu" else FramerType.SOCKET
    server = ModbusTcpServer(context(), framer=framer, address=("127.0.0.1", port))
    serving = asyncio.ensure_future(server.serve_forever())
    while getattr(server, "transport", None) is None:
        await asyncio.sleep(0.01)
    print("ready", flush=True)
    await serving


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
