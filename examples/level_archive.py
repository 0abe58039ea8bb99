"""Archives the levels of a day, packed by another program."""

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

PACK = "import sys, zlib; sys.stdout.write(str(len(zlib.compress(sys.stdin.buffer.read()))))"


class Archive:
    def __init__(self, folder):
        self.day = Path(folder) / "levels.csv"

    async def store(self, levels):
        self.day.write_text("\n".join(str(level) for level in levels))
        packed = subprocess.run(
            [sys.executable, "-c", PACK],
            input=self.day.read_bytes(),
            capture_output=True,
            check=True,
        )
        return int(packed.stdout)


async def main():
    with tempfile.TemporaryDirectory() as folder:
        size = await Archive(folder).store([2.4] * 96)
        print("packed", 0 < size < 96)


if __name__ == "__main__":
    asyncio.run(main())
