"""The program that sets a PDF: `python -I pdf_maker.py FOLDER` reads FOLDER/document.typ and writes FOLDER/document.pdf.

It runs in a process of its own with limits of time and memory (`pdf.py` starts it), sees the files of that folder and fonts,
and has no reason to connect to anything: the document names no package. Imports nothing of the application.

Where it can, the PDF keeps to PDF/UA-1 (ISO 14289-1) and says so; Typst checks that. Words in letters that no face on this
machine has cannot: then it is the same PDF, tagged as well, without that claim.
"""

import contextlib
import resource
import sys
from pathlib import Path

MEMORY = 2 * 2**30  # bytes of address space, most of it never touched
CPU_SECONDS = 60


def main() -> None:
    """Be the program. Its exit status is 0 when the PDF is there, 1 with Typst's complaint on standard error."""
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_CORE, 0),
                        (resource.RLIMIT_FSIZE, 256 * 2**20)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))
    import typst  # start-up cost: the limits stand before it is loaded

    folder = Path(sys.argv[1])
    try:
        compiler = typst.Compiler(str(folder / "document.typ"), root=str(folder))
        try:
            compiler.compile(output=str(folder / "document.pdf"), pdf_standards=["ua-1"])
        except typst.TypstError as problem:
            if "PDF/UA-1 error" not in str(problem):
                raise
            compiler.compile(output=str(folder / "document.pdf"))
    except Exception as problem:
        print(str(problem)[:2_000], file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
