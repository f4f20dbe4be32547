"""What every response says about itself: no foreign or inline code, no sniffing, no framing, no shared cache of private pages."""

from flask import Flask, Response
from flask_login import current_user

CSP = ("default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; "
       "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'")


def install(app: Flask, *, https: bool) -> None:
    """Add the headers to every response of `app`; `https` also tells browsers never to use plain http again."""

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-store" if current_user.is_authenticated else "private, no-cache"
        if https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response
