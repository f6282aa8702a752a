"""What stands in a page that `save_html` wrote."""

import base64
import gzip
import json
from html.parser import HTMLParser
from pathlib import Path

HOSTILE = (
    "<script>alert(1)</script>",
    "</script>",
    "<!--",
    "-->",
    "]]>",
    "<img/src=x/onerror=alert(2)>",
    "\"quoted'`",
    "&lt;b&gt;",
    "{{tree}}",
    "a\u2028b",
    "\u202egnp.exe",
    "\u0301",
    "\x00nul",
    "\x1b[31m",
    "\u200b",
    "\u00a0",
    "\ufeffbom",
    "👩‍👩‍👧",
    "مرحبا",
    "İstanbul",
    "New York",
    "__proto__",
    "%0A#&+=?",
    "x" * 3000,
)


class Page(HTMLParser):
    """The elements of a page; scripts and styles whole."""

    def __init__(self, path):
        super().__init__(convert_charrefs=True)
        self.text = Path(path).read_text("utf-8")
        self.tags = []  # (tag, attributes)
        self.scripts = []  # (attributes, text)
        self.styles = []
        self.title = ""
        self._at = []
        self.feed(self.text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._at.append(tag)
        if tag == "script":
            self.scripts.append((dict(attrs), ""))

    def handle_data(self, data):
        if self._at[-1:] == ["script"]:
            attributes, text = self.scripts.pop()
            self.scripts.append((attributes, text + data))
        elif self._at[-1:] == ["style"]:
            self.styles.append(data)
        elif self._at[-1:] == ["title"]:
            self.title += data

    def handle_endtag(self, tag):
        while self._at and self._at.pop() != tag:
            pass

    @property
    def policy(self):
        [content] = [
            attributes["content"]
            for tag, attributes in self.tags
            if attributes.get("http-equiv") == "Content-Security-Policy"
        ]
        return dict(part.split(" ", 1) for part in content.split("; "))

    def block(self, name):
        [text] = [
            text for attributes, text in self.scripts if attributes.get("id") == name
        ]
        return json.loads(gzip.decompress(base64.b64decode(text)))


def decoded_paths(tree):
    """The bit strings of the finest clusters, and all nodes in the order of a walk."""
    paths, nodes = [], [""]
    path = ""
    for shared, rest in zip(tree["shared"], tree["rest"], strict=True):
        path = path[:shared]
        for bit in rest:
            path += bit
            nodes.append(path)
        paths.append(path)
    return paths, nodes


def cut_by_splits(tree, n_clusters):
    """The bit strings of a cut, as the program of the page finds them."""
    paths, nodes = decoded_paths(tree)
    inner = [node for node in nodes if node not in set(paths)]
    split = dict(zip(inner, tree["splits"], strict=True))
    cut, stack = [], [""]
    while stack:
        node = stack.pop()
        if split.get(node, n_clusters + 1) <= n_clusters:
            stack += [node + "1", node + "0"]
        else:
            cut.append(node)
    return cut
