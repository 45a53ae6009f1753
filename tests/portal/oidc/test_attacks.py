"""The attack matrix of sign-in by a provider: each lie is refused, for the reason it should be."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client
from pytest_django import Settings
from tests.portal.conftest import MakeUser
from tests.portal.oidc.conftest import begin, dance, is_in
from tests.portal.oidc.provider import (
    Claims,
    SigningKey,
    TestProvider,
    json_answer,
    jwt_answer,
    signed_with_secret,
    unsigned,
)

from quietude.portal.oidc.models import OidcLink
from quietude.portal.oidc.problem import Reason

Lie = Callable[[TestProvider], None]


@pytest.fixture
def target(provider: TestProvider, make_user: MakeUser) -> TestProvider:
    """Return the provider; there is an account that every lie is after."""
    make_user(username="camille", email="camille@valcombe.example")
    return provider


def refused(client: Client, address: str, caplog: pytest.LogCaptureFixture, reason: Reason) -> bool:
    """Open an address of ours; tell whether it was refused for that reason and opened nothing."""
    caplog.clear()
    answer = client.get(address)
    return (
        answer.status_code in {400, 403}
        and f"sign-in refused: {reason}" in caplog.text
        and not is_in(client)
        and not OidcLink.objects.exists()
    )


def id_token_with(**lies: object) -> Lie:
    """Return a lie: these claims are other ones; None leaves one out."""

    def tell(provider: TestProvider) -> None:
        def change(claims: Claims) -> Claims:
            return {name: value for name, value in {**claims, **lies}.items() if value is not None}

        provider.change_id_token = change

    return tell


def aged(**seconds: int) -> Lie:
    """Return a lie: these times are so many seconds from now."""

    def tell(provider: TestProvider) -> None:
        id_token_with(**{name: int(time.time()) + ago for name, ago in seconds.items()})(provider)

    return tell


def short_nonce(provider: TestProvider) -> None:
    provider.change_id_token = lambda claims: {**claims, "nonce": claims["nonce"][:31]}


def no_amr(provider: TestProvider) -> None:
    provider.amr = None


def password_only(provider: TestProvider) -> None:
    provider.amr = ["pwd"]


CLAIMS: dict[str, tuple[Lie, Reason]] = {
    "nonce of another sign-in": (id_token_with(nonce="x" * 43), Reason.NONCE),
    "nonce missing": (id_token_with(nonce=None), Reason.NONCE),
    "nonce short": (short_nonce, Reason.NONCE),
    "nonce not a text": (id_token_with(nonce=12), Reason.NONCE),
    "audience of another client": (id_token_with(aud="another-client"), Reason.AUDIENCE),
    "audience missing": (id_token_with(aud=None), Reason.AUDIENCE),
    "audience shared with another client": (id_token_with(aud=["quietude-valcombe", "another"]), Reason.AUDIENCE),
    "authorised party another client": (id_token_with(azp="another-client"), Reason.AUDIENCE),
    "issuer another": (id_token_with(iss="https://elsewhere.example/api/v2"), Reason.ISSUER),
    "issuer missing": (id_token_with(iss=None), Reason.ISSUER),
    "expired": (aged(exp=-31), Reason.EXPIRED),
    "without end": (id_token_with(exp=None), Reason.TIME),
    "without beginning": (id_token_with(iat=None), Reason.TIME),
    "issued hours ago": (aged(iat=-3600), Reason.EXPIRED),
    "not yet valid": (aged(nbf=120), Reason.TIME),
    "issued in the future": (aged(iat=120), Reason.TIME),
    "end not a number": (id_token_with(exp="tomorrow"), Reason.TIME),
    "subject missing": (id_token_with(sub=None), Reason.SUBJECT),
    "subject empty": (id_token_with(sub=""), Reason.SUBJECT),
    "subject too long": (id_token_with(sub="x" * 256), Reason.SUBJECT),
    "subject with a nought": (id_token_with(sub="sub-of-camille\0"), Reason.SUBJECT),
    "session with a nought": (id_token_with(sid="\0"), Reason.SHAPE),
    "subject not a text": (id_token_with(sub=["sub-of-camille"]), Reason.SUBJECT),
    "access token another": (id_token_with(at_hash="A" * 22), Reason.ACCESS_TOKEN),
    "amr missing": (no_amr, Reason.AMR),
    "amr without second factor": (password_only, Reason.AMR),
    "amr a text that holds the word": (id_token_with(amr="mfa"), Reason.AMR),
}


@pytest.mark.parametrize("lie", CLAIMS)
def test_an_id_token_that_lies_opens_nothing(target: TestProvider, caplog: pytest.LogCaptureFixture, lie: str) -> None:
    tell, reason = CLAIMS[lie]
    tell(target)
    client = Client()
    assert refused(client, begin(client), caplog, reason)


@pytest.mark.parametrize("seconds", [{"exp": -20}, {"iat": 20}, {"nbf": 20}, {"iat": -500}])
def test_clocks_that_differ_a_little_are_forgiven(target: TestProvider, seconds: dict[str, int]) -> None:
    aged(**seconds)(target)
    assert dance(Client()).status_code == 302


def another_key(provider: TestProvider, other: SigningKey) -> None:
    """Sign with a key of one's own under the name of the provider's."""
    provider.write_id_token = lambda claims: replace(other, kid=provider.key.kid).sign(claims)


def unknown_key(provider: TestProvider, other: SigningKey) -> None:
    provider.write_id_token = other.sign


def key_inside(provider: TestProvider, other: SigningKey) -> None:
    provider.write_id_token = lambda claims: other.sign(claims, jwk=other.published)


def address_of_key_inside(provider: TestProvider, other: SigningKey) -> None:
    """Say where the key would be found: nobody may ask there."""
    provider.write_id_token = lambda claims: other.sign(claims, jku=f"{provider.issuer}/jwks2")


def altered(provider: TestProvider, other: SigningKey) -> None:
    """Change the subject after signing."""

    def write(claims: Claims) -> str:
        header, _body, signature = provider.key.sign(claims).split(".")
        body = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "director"}).encode()).rstrip(b"=").decode()
        return f"{header}.{body}.{signature}"

    provider.write_id_token = write


def no_signature(provider: TestProvider, other: SigningKey) -> None:
    provider.write_id_token = lambda claims: provider.key.sign(claims).rpartition(".")[0] + "."


def alg_none(provider: TestProvider, other: SigningKey) -> None:
    provider.write_id_token = unsigned


def alg_none_in_capitals(provider: TestProvider, other: SigningKey) -> None:
    provider.write_id_token = lambda claims: provider.key.sign(claims, alg="nOnE")


def public_key_as_secret(provider: TestProvider, other: SigningKey) -> None:
    key = provider.key
    provider.write_id_token = lambda claims: signed_with_secret(key.public_pem, claims, kid=key.kid)


def client_secret_as_key(provider: TestProvider, other: SigningKey) -> None:
    provider.write_id_token = lambda claims: signed_with_secret(provider.secret.encode(), claims)


def critical_extension(provider: TestProvider, other: SigningKey) -> None:
    provider.write_id_token = lambda claims: provider.key.sign(claims, crit=["exp"], exp=1)


def not_a_token(provider: TestProvider, other: SigningKey) -> None:
    provider.write_id_token = lambda claims: "not.a.token"


def too_large(provider: TestProvider, other: SigningKey) -> None:
    provider.write_id_token = lambda claims: provider.key.sign({**claims, "x": "x" * 20_000})


def a_notice_of_logout(provider: TestProvider, other: SigningKey) -> None:
    provider.write_id_token = lambda claims: provider.key.sign(claims, typ="logout+jwt")


SIGNATURES: dict[str, tuple[Callable[[TestProvider, SigningKey], None], Reason]] = {
    "signature of another key": (another_key, Reason.SIGNATURE),
    "key unknown": (unknown_key, Reason.KEY),
    "key in the token itself": (key_inside, Reason.SHAPE),
    "address of a key in the token": (address_of_key_inside, Reason.KEY),
    "altered after signing": (altered, Reason.SIGNATURE),
    "signature left out": (no_signature, Reason.SIGNATURE),
    "alg none": (alg_none, Reason.ALGORITHM),
    "alg nOnE": (alg_none_in_capitals, Reason.ALGORITHM),
    "HS256 with the public key": (public_key_as_secret, Reason.ALGORITHM),
    "HS256 with the client secret": (client_secret_as_key, Reason.ALGORITHM),
    "unknown critical extension": (critical_extension, Reason.SHAPE),
    "no token": (not_a_token, Reason.SHAPE),
    "too large": (too_large, Reason.SHAPE),
    "a notice of logout": (a_notice_of_logout, Reason.KIND),
}


@pytest.mark.parametrize("lie", SIGNATURES)
def test_an_id_token_that_the_provider_did_not_sign_opens_nothing(
    target: TestProvider, other_key: SigningKey, caplog: pytest.LogCaptureFixture, lie: str
) -> None:
    tell, reason = SIGNATURES[lie]
    tell(target, other_key)
    client = Client()
    assert refused(client, begin(client), caplog, reason)
    assert "/jwks2" not in target.asked


def info_unsigned(provider: TestProvider, other: SigningKey) -> None:
    provider.answer_user_info = json_answer


def info_alg_none(provider: TestProvider, other: SigningKey) -> None:
    provider.answer_user_info = lambda claims: jwt_answer(unsigned(claims))


def info_of_another_key(provider: TestProvider, other: SigningKey) -> None:
    provider.answer_user_info = lambda claims: jwt_answer(replace(other, kid=provider.key.kid).sign(claims))


def info_with(**lies: object) -> Callable[[TestProvider, SigningKey], None]:
    def tell(provider: TestProvider, other: SigningKey) -> None:
        provider.change_user_info = lambda claims: {**claims, **lies}

    return tell


def info_denied(provider: TestProvider, other: SigningKey) -> None:
    provider.answer_user_info = lambda claims: json_answer({"error": "invalid_token"}, 401)


USER_INFO: dict[str, tuple[Callable[[TestProvider, SigningKey], None], Reason]] = {
    "unsigned": (info_unsigned, Reason.UNSIGNED),
    "alg none": (info_alg_none, Reason.ALGORITHM),
    "signed by another key": (info_of_another_key, Reason.SIGNATURE),
    "of another subject": (info_with(sub="someone-else"), Reason.SUBJECT),
    "without subject": (info_with(sub=None), Reason.SUBJECT),
    "for another client": (info_with(aud="another-client"), Reason.AUDIENCE),
    "by another issuer": (info_with(iss="https://elsewhere.example"), Reason.ISSUER),
    "expired": (info_with(exp=1_700_000_000), Reason.EXPIRED),
    "denied": (info_denied, Reason.USER_INFO),
}


@pytest.mark.parametrize("lie", USER_INFO)
def test_user_info_that_lies_opens_nothing(
    target: TestProvider, other_key: SigningKey, caplog: pytest.LogCaptureFixture, lie: str
) -> None:
    tell, reason = USER_INFO[lie]
    tell(target, other_key)
    client = Client()
    assert refused(client, begin(client), caplog, reason)


def with_parameters(address: str, **changed: str | None) -> str:
    parts = urlsplit(address)
    stated = {name: values[0] for name, values in parse_qs(parts.query).items()}
    kept = {name: value for name, value in {**stated, **changed}.items() if value is not None}
    return f"{parts.path}?{urlencode(kept)}"


ANSWERS: dict[str, tuple[dict[str, str | None], Reason]] = {
    "state of nobody": ({"state": "x" * 43}, Reason.STATE),
    "state missing": ({"state": None}, Reason.STATE),
    "issuer another": ({"iss": "https://elsewhere.example/api/v2"}, Reason.OTHER_ISSUER),
    "issuer missing": ({"iss": None}, Reason.OTHER_ISSUER),
    "code missing": ({"code": None}, Reason.NO_CODE),
    "code of nobody": ({"code": "x"}, Reason.CODE),
    "error of the provider": ({"error": "access_denied", "error_description": "<b>Pay here</b>"}, Reason.DECLINED),
}


@pytest.mark.parametrize("lie", ANSWERS)
def test_an_answer_that_was_tampered_with_opens_nothing(
    target: TestProvider, caplog: pytest.LogCaptureFixture, lie: str
) -> None:
    changed, reason = ANSWERS[lie]
    client = Client()
    assert refused(client, with_parameters(begin(client), **changed), caplog, reason)
    assert "Pay here" not in caplog.text


def test_an_answer_in_another_browser_opens_nothing(target: TestProvider, caplog: pytest.LogCaptureFixture) -> None:
    attacker, victim = Client(), Client()
    address = begin(attacker)
    begin(victim)
    assert refused(victim, address, caplog, Reason.STATE)


def test_a_state_serves_once(target: TestProvider, caplog: pytest.LogCaptureFixture) -> None:
    client = Client()
    address = begin(client)
    target.amr = []
    assert refused(client, address, caplog, Reason.AMR)
    target.amr = ["mfa"]
    assert refused(client, address, caplog, Reason.STATE)


def test_a_state_grows_too_old(
    target: TestProvider, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    address = begin(client)
    monkeypatch.setattr("quietude.portal.oidc.views.LASTS_S", -1)
    assert refused(client, address, caplog, Reason.STATE)


def test_a_code_serves_once(target: TestProvider, caplog: pytest.LogCaptureFixture) -> None:
    thief, owner = Client(), Client()
    used = parse_qs(urlsplit(begin(owner)).query)["code"][0]
    target.grants.pop(used)
    assert refused(thief, with_parameters(begin(thief), code=used), caplog, Reason.CODE)


def test_a_stolen_code_needs_the_verifier_of_its_own_browser(
    target: TestProvider, caplog: pytest.LogCaptureFixture
) -> None:
    owner, thief = Client(), Client()
    stolen = parse_qs(urlsplit(begin(owner)).query)["code"][0]
    assert stolen in target.grants
    assert refused(thief, with_parameters(begin(thief), code=stolen), caplog, Reason.CODE)


def test_an_id_token_of_an_earlier_sign_in_opens_nothing(
    target: TestProvider, caplog: pytest.LogCaptureFixture
) -> None:
    dance(Client())
    OidcLink.objects.all().delete()
    earlier = target.id_tokens[0]
    target.write_id_token = lambda claims: earlier
    client = Client()
    assert refused(client, begin(client), caplog, Reason.NONCE)


def test_without_required_ways_of_proof_a_password_is_enough(target: TestProvider, settings: Settings) -> None:
    settings.QUIETUDE = replace(settings.QUIETUDE, oidc_amr=())
    target.amr = ["pwd"]
    assert dance(Client()).status_code == 302


HOSTILE = [
    "\0",
    "\ud7ff\u202e💣",
    "' OR 1=1 --",
    "../../etc/passwd",
    "x" * 5000,
    "{{7*7}}",
    "%00",
    "\r\nSet-Cookie: a=b",
]


@pytest.mark.parametrize("name", ["state", "code", "iss", "error", "next", "again"])
@pytest.mark.parametrize("value", HOSTILE)
def test_no_parameter_makes_the_portal_stumble(target: TestProvider, name: str, value: str) -> None:
    client = Client()
    client.raise_request_exception = True
    state = parse_qs(urlsplit(begin(client)).query)["state"][0]
    asked = {"state": state, "code": "x", "iss": target.issuer, name: value}
    assert client.get("/oidc/start/", asked).status_code == (400 if "\x00" in value else 302)
    answer = client.get("/oidc/callback/", asked)
    assert answer.status_code in {400, 403}
    assert not is_in(client)
    assert Client().post("/oidc/ended/", {"logout_token": value}).status_code == 400
