"""List the packages; everything else is in pyproject.toml.

The folder cli/ installs as ``brownclust_cli``, a renaming that
``[tool.setuptools.packages.find]`` cannot express.
"""

from setuptools import find_packages, setup

setup(
    packages=[
        *find_packages(include=["brownclust", "brownclust.*"]),
        "brownclust_cli",
        *(f"brownclust_cli.{name}" for name in find_packages("cli")),
    ],
    package_dir={"brownclust_cli": "cli"},
)
