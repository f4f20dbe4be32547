"""What every response says about itself: no foreign or inline code, no sniffing, no framing, no shared cache of private pages."""

from flask import Flask, Response
from flask_login import current_user

CSP = ("default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; "
       "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'")


def of_every_answer(*, https: bool) -> dict[str, str]:
    """What every response carries; `https` also tells browsers never to use plain http again."""
    return {
        "Content-Security-Policy": CSP, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin", "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        **({"Strict-Transport-Security": "max-age=31536000"} if https else {})}


def with_style_nonce(response: Response, nonce: str) -> Response:
    """Let this one page use style elements that carry `nonce`: the editor of notes writes its own."""
    response.headers["Content-Security-Policy"] = CSP.replace("style-src 'self'", f"style-src 'self' 'nonce-{nonce}'")
    return response


def install(app: Flask, *, https: bool) -> None:
    """Add the headers to every response of `app`."""
    always = of_every_answer(https=https)

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in always.items():
            response.headers.setdefault(name, value)
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-store" if current_user.is_authenticated else "private, no-cache"
        return response
