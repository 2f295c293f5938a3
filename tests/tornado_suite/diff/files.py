"""The files that both servers serve, with fixed contents and times."""

import hashlib
import os

# Sun, 13 Sep 2020 12:26:40 GMT
MODIFIED = 1600000000
ROBOTS = b"User-agent: *\nDisallow: /\n"
FILES = {
    "robots.txt": ROBOTS,
    "empty.txt": b"",
    "data.bin": bytes(range(256)) * 4,
    "index.html": b"<html>index</html>\n",
    "dir/index.html": b"<html>dir index</html>\n",
    "style.css": b"body { color: red }\n" * 100,
    "app.js": b"alert(1);\n",
    "doc.json": b"{}",
    "pic.svg": b"<svg/>",
    "arch.tar.gz": b"\x1f\x8b not really",
    "noext": b"no extension",
    "with space.txt": b"space",
    "uni-\u00e9.txt": b"unicode",
    "big.bin": hashlib.sha256(b"seed").digest() * 8192,
    ".hidden": b"hidden",
}


def make(root):
    """Writes them below `root`, and gives the folder to serve."""
    folder = os.path.join(root, "static")
    for name, content in FILES.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
        os.utime(path, (MODIFIED, MODIFIED))
    secret = os.path.join(root, "secret.txt")
    with open(secret, "wb") as file:
        file.write(b"outside")
    os.symlink("robots.txt", os.path.join(folder, "inner.txt"))
    os.symlink(secret, os.path.join(folder, "outer.txt"))
    return folder
