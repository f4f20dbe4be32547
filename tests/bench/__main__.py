"""Runs every benchmark of the project, the quick sizes."""

import subprocess
import sys

for module, *arguments in (("tests.bench.pages",), ("tests.bench.feeds",), ("tests.bench.search_pages",),
                            ("tests.bench.search", "3000"),
                            ("tests.bench.solver",), ("tests.bench.phones",), ("tests.bench.rounds",)):
    print(f"\n## {module} {' '.join(arguments)}\n", flush=True)
    subprocess.run([sys.executable, "-m", module, *arguments], check=True)
