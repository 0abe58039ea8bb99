import asyncio
import contextlib
import csv
import hashlib
import io
import json
import os
import pickle
import shutil
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


async def encodings(folder):
    for encoding in ("utf-16", "utf-8-sig", "cp1252"):
        path = os.path.join(folder, encoding)
        with open(path, "x", encoding=encoding) as f:
            f.write("\u00e4\u20ac\n")
        with open(path, "a", encoding=encoding) as f:
            f.write("b")
        with open(path, "rb") as f:
            print(encoding, f.read())
        with open(path, encoding=encoding) as f:
            print(ascii(f.read(2)), ascii(f.read(1)), ascii(f.read()), repr(f.read()))
    try:
        with open(path, encoding="ascii") as f:
            f.read()
    except UnicodeDecodeError as error:
        print(error.reason)
    with open(path, encoding="ascii", errors="backslashreplace") as f:
        print(f.read(), f.errors)
    try:
        with open(path, "x") as f:
            pass
    except FileExistsError:
        print("there")


async def newlines(path):
    for newline in (None, "", "\n", "\r", "\r\n"):
        with open(path, "w", newline=newline) as f:
            f.write("a\nb\r\nc\rd")
        with open(path, "rb") as f:
            print(repr(newline), f.read())
        with open(path, newline=newline) as f:
            print([line for line in f])
        with open(path) as f:
            f.read()
            print(f.newlines)


async def pieces(path):
    with open(path, "wb", buffering=0) as f:
        f.write(b"0123456789")
    sizes = []
    with open(path, "rb") as f:
        while part := f.read(4):
            sizes.append(len(part))
    with open(path, "r+") as f:
        f.seek(3)
        f.write("x")
        f.seek(0)
        print(f.read(), f.tell(), os.path.basename(f.name), f.fileno() > 2)
    digest = hashlib.sha256()
    with open(path, "rb") as f:
        digest.update(f.read())
    return sizes, digest.hexdigest()[:8]


async def between(path):
    """Other coroutines are awaited inside of the block, and an error leaves it."""
    with open(path, "w") as f:
        for n in range(3):
            f.write(f"{await asyncio.sleep(0, n)}\n")
    try:
        with open(path) as f:
            first = f.readline()
            raise ValueError(first.strip())
    except ValueError as error:
        print(error, f.closed)
    with open(path) as f:
        for line in f:
            if line.startswith("1"):
                rest = f.readlines()
                break
    return rest


async def named(path):
    f = open(path, "w")
    try:
        f.write("[1]")
    finally:
        f.close()
    loaded = json.load(open(path))
    return open(path).read(), loaded


async def printed(path, rows):
    with open(path, "w") as f:
        print(*rows, sep=";", file=f)
        json.dump(rows, f)
    with open(path) as f:
        head, rest = f.readline(), list(f)
    with open(path, "rb") as a, open(path + "2", "wb") as b:
        shutil.copyfileobj(a, b)
    with open(path + "2") as f:
        print(sum(1 for _ in f), head, rest)
    with open(path) as f, contextlib.redirect_stdout(io.StringIO()) as out:
        print(f.read())
    return out.getvalue()


async def main():
    with tempfile.TemporaryDirectory() as folder:
        path, other = os.path.join(folder, "a"), os.path.join(folder, "b")
        print(await text(path), await copied(path, other))
        print(await binary(path), await missing(path + "no"), await early(other))
        print(await handed(path))
        await encodings(folder)
        await newlines(path)
        print(await pieces(path), await between(path), await named(path), await printed(path, [1, "b"]))


asyncio.run(main())
