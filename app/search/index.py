"""The search engine in use, chosen by SEARCH_URL."""


def configure(url: str) -> None:
    """Use the engine at `url` (see SEARCH_URL)."""
