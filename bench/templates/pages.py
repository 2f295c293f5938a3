"""The pages by Tornado itself: `pages.py PAGE TIMES`."""

import pathlib
import sys

from tornado.template import DictLoader

FILES = {
    path.name: path.read_text()
    for path in (pathlib.Path(__file__).parent / "pages/tornado").iterdir()
}


class Row:
    def __init__(self, id):
        self.id = id
        self.name = "Item <%d> & co" % id
        self.price = id * 1.25
        self.active = id % 2 == 0
        self.tags = ["tag%d" % tag for tag in range(id % 4)]

    def url(self):
        return "/item/%d" % self.id


def translate(text):
    return text


def main(page, times):
    rows = [Row(id) for id in range(1000)]
    made = b""
    if page == "compile":
        for _ in range(times):
            loader = DictLoader(FILES, namespace={"_": translate})
            made = loader.load("small.html").name.encode()
    else:
        template = DictLoader(FILES, namespace={"_": translate}).load(page + ".html")
        values = {"rows": rows} if page == "table" else {"row": rows[4]}
        for _ in range(times):
            made = template.generate(**values)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
