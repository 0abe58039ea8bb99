import asyncio
import csv
import io
import json
import os
import pickle
import tempfile


async def text(path):
    with open(path, "w", encoding="utf-8", newline="") as f:
        f.write("é\r\n")
        f.writelines(["b\n", "c"])
    with open(path, encoding="utf-8") as f:
        first = f.readline()
        print(repr(first), f.tell() > 0, [line for line in f])
        f.seek(0)
        print(f.readlines(), f.closed, f.encoding)
    with open(path, newline="", encoding="latin-1", errors="strict") as f:
        print(repr(f.read()))
    return f.closed


async def binary(path):
    with open(path, "wb") as f:
        print(f.write(b"0123456789"))
        f.truncate(6)
    with open(path, "rb+") as f:
        f.seek(-2, os.SEEK_END)
        print(f.read(), f.mode)
        f.flush()
    return open(path, "rb").read()


async def copied(src, dst):
    with open(src) as a, open(dst, "w") as b:
        for line in a:
            if not line.strip():
                continue
            b.write(line.upper())
        else:
            b.write("end")
    return open(dst).read()


async def missing(path):
    try:
        with open(path) as f:
            return f.read()
    except FileNotFoundError as error:
        return error.errno


async def handed(path):
    rows = None
    with open(path, "w", newline="") as f:
        writer = csv.writer(f)
        writer.writerow(["a", "b"])
        writer.writerow([1, 2])
    with open(path, newline="") as f:
        rows = list(csv.DictReader(f))
    total = 0
    with open(path) as f:
        for n, line in enumerate(f):
            total += n + len(line)
    with open(path, "wb") as f:
        pickle.dump(rows, f)
    with open(path, "rb") as f:
        data, kind = pickle.load(f), "pickle"
    return rows, total, data, kind


async def early(path):
    for _ in range(2):
        with open(path) as f:
            if f.readline():
                return json.dumps(f.read())
    return None


async def main():
    with tempfile.TemporaryDirectory() as folder:
        path, other = os.path.join(folder, "a"), os.path.join(folder, "b")
        print(await text(path), await copied(path, other))
        print(await binary(path), await missing(path + "no"), await early(other))
        print(await handed(path))


asyncio.run(main())
