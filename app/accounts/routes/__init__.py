"""Pages for signing in, one's own page, and what keepers of the site need."""

from app.accounts.blueprint import blueprint
from app.accounts.cookie import install as install_sign_in
from app.accounts.routes import keepers, me, sign_in  # each hangs its pages on the blueprint

__all__ = ["blueprint", "install_sign_in", "keepers", "me", "sign_in"]
