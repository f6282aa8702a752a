"""What ``brownclust cluster``, ``refine`` and ``extend`` print about a finished run."""

from typing import Any


def run_summary(
    output: str, run: dict[str, Any], result: str, next_command: str, *more: str
) -> list[str]:
    """Return the lines to print.

    Parameters
    ----------
    output : str
        The folder written.
    run : dict
        The content of ``run.json``.
    result : str
        The numbers of words and clusters.
    next_command : str
        A command to try next.
    *more : str
        More lines about the result.
    """
    seconds = ", ".join(f"{stage} {s:.1f} s" for stage, s in run["seconds"].items())
    return [
        f"{result}, average mutual information {run['ami']:z.4f} bits ({seconds})",
        *more,
        f"Written: paths, merges.tsv, model.npz and run.json in {output}",
        f"Next: brownclust {next_command}",
    ]
