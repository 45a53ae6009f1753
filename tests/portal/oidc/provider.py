"""An identity provider for tests, on a real socket: it keeps ProConnect's rules, and lies where a test tells it to.

Its tokens are written by hand on the primitives of `cryptography`, not with the library that the portal reads them by.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

Claims = dict[str, Any]
Header = dict[str, Any]
KNOWN = {
    *("response_type", "client_id", "redirect_uri", "scope", "state", "nonce"),
    *("claims", "acr_values", "prompt", "code_challenge", "code_challenge_method"),
}
"""Parameters that ProConnect knows; any other is an error there."""


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _number(value: int) -> str:
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


@dataclass(frozen=True)
class SigningKey:
    """A key of the provider and its public name."""

    kid: str
    private: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    @property
    def published(self) -> dict[str, str]:
        numbers = self.private.public_key().public_numbers()
        return {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.kid,
            "n": _number(numbers.n),
            "e": _number(numbers.e),
        }

    @property
    def public_pem(self) -> bytes:
        return self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def sign(self, claims: Claims, **header: Any) -> str:
        return self.sign_text(json.dumps(claims), **header)

    def sign_text(self, payload: str, **header: Any) -> str:
        """Return a token around any text; a None in the header leaves that part out."""
        whole = {"alg": "RS256", "kid": self.kid, **header}
        signing = _signing({name: value for name, value in whole.items() if value is not None}, payload)
        return f"{signing}.{b64(self.private.sign(signing.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def _signing(header: Header, payload: str) -> str:
    return f"{b64(json.dumps(header).encode())}.{b64(payload.encode())}"


def unsigned(claims: Claims) -> str:
    """Return a token that claims to need no signature."""
    return f"{_signing({'alg': 'none'}, json.dumps(claims))}."


def signed_with_secret(secret: bytes, claims: Claims, **header: Any) -> str:
    """Return a token signed by HS256 with what should have been a public key."""
    signing = _signing({"alg": "HS256", **header}, json.dumps(claims))
    return f"{signing}.{b64(hmac.new(secret, signing.encode(), hashlib.sha256).digest())}"


@dataclass
class Grant:
    """What a code is good for, once."""

    nonce: str
    challenge: str
    redirect_uri: str
    proved_s_ago: int
    """Seconds since the person last said who they are."""


def same(claims: Claims) -> Claims:
    return claims


def json_answer(said: Any, status: int = 200) -> tuple[int, dict[str, str], bytes]:
    return status, {"Content-Type": "application/json;charset=utf-8"}, json.dumps(said).encode()


def jwt_answer(token: str) -> tuple[int, dict[str, str], bytes]:
    return 200, {"Content-Type": "application/jwt"}, token.encode()


Answer = tuple[int, dict[str, str], bytes]


@dataclass
class TestProvider:
    """One person signs in here: whoever comes. Each attribute may be changed by a test."""

    __test__ = False
    issuer: str = ""
    client_id: str = "quietude-valcombe"
    secret: str = "the secret of valcombe"
    keys: list[SigningKey] = field(default_factory=list)
    subject: str = "sub-of-camille"
    email: str = "camille@valcombe.example"
    more_info: Claims = field(default_factory=lambda: {"email_verified": True})
    amr: list[str] | None = field(default_factory=lambda: ["pwd", "mfa"])
    sid: str = "session-1"
    asks_again: bool = True
    """Whether `prompt=login` makes it ask who is there, as it should."""
    shows_page: bool = False
    """Whether people press a button, as in a browser."""
    change_id_token: Callable[[Claims], Claims] = same
    write_id_token: Callable[[Claims], str] | None = None
    change_user_info: Callable[[Claims], Claims] = same
    answer_user_info: Callable[[Claims], Answer] | None = None
    change_answer: Callable[[dict[str, str]], dict[str, str]] = same
    change_discovery: Callable[[Claims], Claims] = same
    drip_s: float | None = None
    """Seconds between two bytes of an answer."""
    dripped: threading.Event = field(default_factory=threading.Event)
    instead: dict[str, Answer] = field(default_factory=dict)
    """Path to what is answered there instead."""
    grants: dict[str, Grant] = field(default_factory=dict)
    id_tokens: list[str] = field(default_factory=list)
    ended: list[dict[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def key(self) -> SigningKey:
        return self.keys[0]

    def discovery(self) -> Claims:
        return self.change_discovery(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "jwks_uri": f"{self.issuer}/jwks",
                "end_session_endpoint": f"{self.issuer}/session/end",
                "authorization_response_iss_parameter_supported": True,
            }
        )

    def authorize(self, asked: dict[str, str]) -> Answer:
        wrong = [name for name in asked if name not in KNOWN]
        good = (
            not wrong
            and asked.get("response_type") == "code"
            and asked.get("client_id") == self.client_id
            and len(asked.get("state", "")) >= 32
            and len(asked.get("nonce", "")) >= 32
            and asked.get("code_challenge_method") == "S256"
            and len(asked.get("code_challenge", "")) == 43
            and json.loads(asked.get("claims", "{}")).get("id_token", {}).get("amr") == {"essential": True}
        )
        if not good:
            return json_answer({"error": "invalid_request", "wrong": wrong}, 400)
        code = secrets.token_urlsafe(16)
        proved_s_ago = 0 if asked.get("prompt") == "login" and self.asks_again else 3600
        self.grants[code] = Grant(asked["nonce"], asked["code_challenge"], asked["redirect_uri"], proved_s_ago)
        answered = self.change_answer({"code": code, "state": asked["state"], "iss": self.issuer})
        address = f"{asked['redirect_uri']}?{urlencode(answered)}"
        if not self.shows_page:
            return 302, {"Location": address}, b""
        page = f'<!doctype html><title>Provider</title><a id="go" href="{address.replace("&", "&amp;")}">Camille</a>'
        return 200, {"Content-Type": "text/html"}, page.encode()

    def token(self, asked: dict[str, str]) -> Answer:
        grant = self.grants.pop(asked.get("code", ""), None)
        challenge = b64(hashlib.sha256(asked.get("code_verifier", "").encode()).digest())
        if (asked.get("client_id"), asked.get("client_secret")) != (self.client_id, self.secret):
            return json_answer({"error": "invalid_client"}, 401)
        if grant is None or grant.challenge != challenge or grant.redirect_uri != asked.get("redirect_uri"):
            return json_answer({"error": "invalid_grant"}, 400)
        proved_at = int(time.time()) - grant.proved_s_ago
        claims = self.change_id_token(self.claims(nonce=grant.nonce, auth_time=proved_at))
        id_token = self.write_id_token(claims) if self.write_id_token else self.key.sign(claims)
        self.id_tokens.append(id_token)
        return json_answer({"access_token": "access", "token_type": "Bearer", "expires_in": 60, "id_token": id_token})

    def claims(self, **more: Any) -> Claims:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": self.client_id, "sub": self.subject, "iat": now, "exp": now + 60}
        access = {"at_hash": b64(hashlib.sha256(b"access").digest()[:16]), "sid": self.sid}
        amr = {} if self.amr is None else {"amr": self.amr}
        return {**claims, **access, **amr, **more}

    def logout_token(self, header: Header | None = None, **more: Any) -> str:
        """Return a notice that the person's session has ended; `more` replaces claims, None leaves one out."""
        now = int(time.time())
        claims = {
            **{"iss": self.issuer, "aud": self.client_id, "sub": self.subject, "iat": now, "exp": now + 60},
            **{"sid": self.sid, "jti": secrets.token_urlsafe(12)},
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
            **more,
        }
        stated = {name: value for name, value in claims.items() if value is not None}
        return self.key.sign(stated, **({"typ": "logout+jwt"} if header is None else header))

    def user_info(self, bearer: str) -> Answer:
        if bearer != "Bearer access":
            return json_answer({"error": "invalid_token"}, 401)
        said = {"iss": self.issuer, "aud": self.client_id, "sub": self.subject, "email": self.email, **self.more_info}
        claims = self.change_user_info(said)
        return self.answer_user_info(claims) if self.answer_user_info else jwt_answer(self.key.sign(claims))

    def answer(self, method: str, path: str, asked: dict[str, str], bearer: str) -> Answer:
        name = path.removeprefix(urlsplit(self.issuer).path)
        self.asked.append(name)
        pages: dict[tuple[str, str], Callable[[], Answer]] = {
            ("GET", "/.well-known/openid-configuration"): lambda: json_answer(self.discovery()),
            ("GET", "/jwks"): lambda: json_answer({"keys": [key.published for key in self.keys]}),
            ("GET", "/authorize"): lambda: self.authorize(asked),
            ("POST", "/token"): lambda: self.token(asked),
            ("GET", "/userinfo"): lambda: self.user_info(bearer),
            ("GET", "/session/end"): lambda: self.end(asked),
        }
        if name in self.instead:
            return self.instead[name]
        return pages.get((method, name), lambda: json_answer({"error": "not_found"}, 404))()

    def end(self, asked: dict[str, str]) -> Answer:
        self.ended.append(asked)
        back = f"{asked['post_logout_redirect_uri']}?{urlencode({'state': asked['state']})}"
        return 302, {"Location": back}, b""


class Server:
    """The provider's web server, while a test runs."""

    def __init__(self, provider: TestProvider, tls: ssl.SSLContext | None = None) -> None:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._answer(urlsplit(self.path).query)

            def do_POST(self) -> None:
                self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

            def _answer(self, query: str) -> None:
                asked = {name: values[0] for name, values in parse_qs(query).items()}
                bearer = self.headers.get("Authorization", "")
                status, headers, body = provider.answer(self.command, urlsplit(self.path).path, asked, bearer)
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self._write(body)

            def _write(self, body: bytes) -> None:
                if provider.drip_s is None:
                    self.wfile.write(body)
                    return
                with suppress(OSError):  # the portal hangs up
                    for byte in body:
                        self.wfile.write(bytes([byte]))
                        provider.dripped.wait(provider.drip_s)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the library's own name
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        provider.issuer = f"{'http' if tls is None else 'https'}://127.0.0.1:{self._server.server_address[1]}/api/v2"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop answering; once is enough."""
        if not self._thread.is_alive():
            return
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
