"""What can go wrong with a provider: it does not answer, or what it answers is not to be believed."""

from __future__ import annotations

from enum import StrEnum


class ProviderDown(Exception):  # noqa: N818  # a state of the world, said as one says it
    """The provider does not answer, or not in its protocol. Nobody is at fault here; local accounts go on."""


class Reason(StrEnum):
    """Why a sign-in or a notice was refused: what the log says, never with a person's data."""

    DECLINED = "declined at the provider"
    STATE = "state unknown, used or too old"
    OTHER_ISSUER = "answer names another issuer"
    NO_CODE = "answer has no code"
    CODE = "code refused by the provider"
    SHAPE = "token cannot be read"
    ALGORITHM = "algorithm not allowed"
    KIND = "token of another kind"
    KEY = "signing key unknown"
    SIGNATURE = "signature wrong"
    ISSUER = "issuer wrong"
    AUDIENCE = "audience wrong"
    EXPIRED = "expired"
    TIME = "not valid at this time"
    NONCE = "nonce wrong, missing or short"
    SUBJECT = "subject missing or another's"
    ACCESS_TOKEN = "access token is not the one signed for"  # noqa: S105  # a reason, not a secret
    AMR = "a required way of proving oneself is missing"
    ACR = "level of assurance too low"
    NOT_AGAIN = "the provider did not ask again who it is"
    OTHER_ACCOUNT = "another account than the one that is signed in"
    UNSIGNED = "user info not signed"
    USER_INFO = "user info refused by the provider"
    NO_ACCOUNT = "no account goes with this identity"
    CLOSED = "account is closed"
    OTHER_LINK = "account is linked to another identity"
    EVENT = "not a notice of logout"
    REPLAYED = "notice already received"


class Refused(Exception):  # noqa: N818  # as above
    """An answer of the provider, or of whoever passes for it, is not believed."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
