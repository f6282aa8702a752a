"""The code cells of a notebook, run one after the other as Jupyter would.

``python tests/cells.py docs/seeing.ipynb`` runs a notebook, and writes the outputs into
the file.
"""

import ast
import base64
import io
import json
import sys
from contextlib import redirect_stdout
from pathlib import Path

PNG = "image/png"


def run_cells(notebook):
    """Yield the outputs of each code cell, in the format of notebooks."""
    variables = {"__name__": "__main__"}
    number = 0
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            number += 1
            yield run_cell("".join(cell["source"]), number, variables)


def run_cell(source, number, variables):
    """Run a cell; its value is that of the last line, if it is an expression."""
    tree = ast.parse(source)
    last = None
    if isinstance(tree.body[-1], ast.Expr) and not source.rstrip().endswith(";"):
        last = ast.Expression(tree.body.pop().value)
    printed = io.StringIO()
    value = None
    with redirect_stdout(printed):
        exec(compile(tree, f"cell {number}", "exec"), variables)
        if last is not None:
            value = eval(compile(last, f"cell {number}", "eval"), variables)
    outputs = []
    if printed.getvalue():
        lines = printed.getvalue().splitlines(keepends=True)
        outputs.append({"name": "stdout", "output_type": "stream", "text": lines})
    if value is not None:
        outputs.append(
            {
                "data": shown(value),
                "execution_count": number,
                "metadata": {},
                "output_type": "execute_result",
            }
        )
    return outputs + figures()


def shown(value):
    """A value as Jupyter shows it: as text, and as HTML if it has that."""
    data = {"text/plain": repr(value).splitlines(keepends=True)}
    html = getattr(value, "_repr_html_", lambda: None)()
    if html is not None:
        data = {"text/html": html.splitlines(keepends=True), **data}
    return data


def figures():
    """The open figures of Matplotlib, which are closed."""
    from matplotlib import pyplot

    outputs = []
    for number in pyplot.get_fignums():
        figure = pyplot.figure(number)
        file = io.BytesIO()
        figure.savefig(file, format="png", bbox_inches="tight", dpi=90)
        data = {
            PNG: base64.b64encode(file.getvalue()).decode(),
            "text/plain": [repr(figure)],
        }
        outputs.append(
            {"data": data, "metadata": {}, "output_type": "display_data"},
        )
    pyplot.close("all")
    return outputs


def main(path):
    """Run the cells of a notebook and write what comes out into it."""
    notebook = json.loads(path.read_text("utf-8"))
    code_cells = [c for c in notebook["cells"] if c["cell_type"] == "code"]
    outputs = run_cells(notebook)
    for number, (cell, found) in enumerate(zip(code_cells, outputs, strict=True), 1):
        cell["outputs"] = found
        cell["execution_count"] = number
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    import matplotlib as mpl

    mpl.use("agg")
    main(Path(sys.argv[1]))
