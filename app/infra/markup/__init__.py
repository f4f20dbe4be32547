"""How people's text becomes HTML, behind `app/infra/markdown.py`, which everybody else uses.

`text` its words · `links` its addresses · `lines`, `inline`, `syntax` what is added to Python-Markdown · `html` parsing and
sanitising · `renderer` the program of a renderer process · `process` starting, limiting and killing those.
"""
