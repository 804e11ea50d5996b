"""Settings from the environment: `HOLDFAST_` and the field's name in capitals.

A URL that is not set means the embedded part. One that is set and cannot be reached is an
error that names it, never a silent fallback.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from gateway.limiting.quotas import Quotas, read_quota
from persistence.mail_message import SENDER

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
SECRET_BYTES: Final = 32
ACTORS_MAX: Final = 8
"""The most actors for an event where none are set: each is a process of 65 MiB."""
_TICKET_KEY: Final = re.compile(rf"[0-9a-fA-F]{{{2 * SECRET_BYTES}}}")
_PUBLIC_URL: Final = re.compile(r"https?://[^/\s?#]+(/[^\s?#]*)?")
TEST_CLOCK_FILE: Final = "test_clock"
_SECRET_FILE: Final = "secret_key"  # noqa: S105  # its name, not what is in it


Language = Literal["en", "de"]
LogLevel = Literal["debug", "info", "warning", "error", "critical"]
PREFIX: Final = "HOLDFAST_"


class BadSettings(Exception):
    """A setting cannot be understood; the message names each one that cannot."""


class UnsafeSettings(Exception):
    """The settings would put a server at risk; the message says which and what to do."""


class Settings(BaseSettings):
    """What an operator may set; the defaults are safe on one machine. An empty variable sets nothing."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore")

    data_dir: Path = Path("var/holdfast")
    database_url: str | None = None
    ray_address: str | None = None
    socket_dir: str | None = None
    secret_key: SecretStr | None = None
    ticket_keys: Annotated[list[SecretStr], NoDecode] = Field(default_factory=list)
    token_keys: Annotated[list[SecretStr], NoDecode] = Field(default_factory=list)
    stripe_key: SecretStr | None = None
    stripe_webhook_secret: SecretStr | None = Field(default=None, validate_default=True)
    stripe_url: str | None = None
    stripe_publishable_key: str | None = None
    origins: Annotated[list[str], NoDecode] = Field(default_factory=list)
    metrics_token: SecretStr | None = None
    redis_url: str | None = None
    amqp_url: SecretStr | None = None
    workers: bool = True
    worker_metrics_port: int | None = Field(default=None, ge=1, le=65_535)
    webhook_private: bool = False
    public_url: str | None = None
    smtp_url: SecretStr | None = None
    mail_from: str = SENDER
    language: Language = "en"
    rate_principal: str = "500/s burst 3000"
    rate_address: str = "1000/s burst 5000"
    rate_event: str = "off"
    gateways: int = Field(default=1, ge=1, le=64)
    actors_per_event: int | None = Field(default=None, ge=1, le=1000)
    shared_actors: int = Field(default=4, ge=1, le=1000)
    passivate_after_s: int = Field(default=900, ge=1)
    snapshot_every_records: int = Field(default=50_000, ge=100)
    allow_unsafe_database: bool = False
    echo: bool = False
    test_mode: bool = False
    log_level: LogLevel = "warning"

    @field_validator("origins", "ticket_keys", "token_keys", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        """Origins and keys are listed with commas."""
        return (
            [each.strip() for each in value.split(",") if each.strip()] if isinstance(value, str) else value
        )

    @field_validator("ticket_keys", "token_keys")
    @classmethod
    def _whole_keys(cls, keys: list[SecretStr]) -> list[SecretStr]:
        """A key is 32 bytes in hexadecimal. The message never has the key in it."""
        for key in keys:
            if _TICKET_KEY.fullmatch(key.get_secret_value()) is None:
                raise ValueError(f"each key is {SECRET_BYTES} bytes in hexadecimal")
        return keys

    @field_validator("public_url")
    @classmethod
    def _leads_somewhere(cls, value: str | None) -> str | None:
        """Mails lead people there."""
        if value is not None and _PUBLIC_URL.fullmatch(value) is None:
            raise ValueError("must be like https://tickets.example.org, without a query")
        return value

    @field_validator("rate_principal", "rate_address", "rate_event")
    @classmethod
    def _readable_rates(cls, value: str) -> str:
        """A rate that cannot be understood is told by its name, and nothing is started."""
        read_quota(value)
        return value

    def quotas(self) -> Quotas:
        """How often callers may ask."""
        return Quotas(
            *(read_quota(rate) for rate in (self.rate_principal, self.rate_address, self.rate_event))
        )

    def actors(self) -> int:
        """How many actors a new event may have: as many as leave the gateway a core, if nothing is set."""
        return self.actors_per_event or min(max(1, len(os.sched_getaffinity(0)) - 1), ACTORS_MAX)

    def ticket_seeds(self) -> tuple[bytes, ...]:
        """The private keys of tickets, the one that signs first; none if they are not set."""
        return tuple(bytes.fromhex(key.get_secret_value()) for key in self.ticket_keys)

    def token_seeds(self) -> tuple[bytes, ...]:
        """The private keys of access tokens, the one that signs first; none if they are not set."""
        return tuple(bytes.fromhex(key.get_secret_value()) for key in self.token_keys)

    @field_validator("stripe_webhook_secret")
    @classmethod
    def _beside_the_key(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        """Without it no news of Stripe could be believed."""
        if value is None and info.data.get("stripe_key") is not None:
            raise ValueError("must be set beside HOLDFAST_STRIPE_KEY")
        return value

    def secret(self) -> str:
        """The key that signs tokens: from the environment, else one made for this data directory.

        The made one lies in the data directory, readable by its owner alone, so that all
        commands on it agree; a server that uses it stays on loopback.
        """
        if self.secret_key is not None:
            return self.secret_key.get_secret_value()
        path = self.data_dir / _SECRET_FILE
        self.data_dir.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text("ascii").strip()
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(SECRET_BYTES))
        return path.read_text("ascii").strip()

    def test_clock_file(self) -> str | None:
        """Where the clock of a server in test mode is kept; None: it goes by the machine's."""
        return str(self.data_dir.resolve() / TEST_CLOCK_FILE) if self.test_mode else None

    def check_test_mode(self, host: str) -> None:
        """Raises `UnsafeSettings` where a clock that tests put forward would reach anybody else.

        What was sold at a time that has not come yet stays with the clock that it was sold by.
        """
        if not self.test_mode:
            if (self.data_dir / TEST_CLOCK_FILE).exists():
                raise UnsafeSettings(
                    f"{self.data_dir} was used with HOLDFAST_TEST_MODE: its clock is ahead, use another one"
                )
            return
        if host not in LOOPBACK:
            raise UnsafeSettings(f"HOLDFAST_TEST_MODE is for loopback only, not for {host}")
        if self.ray_address is not None or self.database_url is not None:
            raise UnsafeSettings(
                "HOLDFAST_TEST_MODE uses the embedded database and Ray: unset "
                "HOLDFAST_DATABASE_URL and HOLDFAST_RAY_ADDRESS"
            )

    def check_bind(self, host: str) -> None:
        """Raises `UnsafeSettings` for an address beyond loopback without the operator's own secrets."""
        if host in LOOPBACK:
            return
        if self.secret_key is None:
            raise UnsafeSettings(
                f"HOLDFAST_SECRET_KEY must be set to serve on {host}: the default key is for loopback only"
            )
        if len(self.secret_key.get_secret_value().encode()) < SECRET_BYTES:
            raise UnsafeSettings(
                f"HOLDFAST_SECRET_KEY needs {SECRET_BYTES} bytes at least to serve on {host}"
            )
        if not self.ticket_keys:
            raise UnsafeSettings(
                f"HOLDFAST_TICKET_KEYS must be set to serve on {host}: the default key is for loopback only"
            )


def read_settings() -> Settings:
    """The settings as the environment has them. Raises `BadSettings`."""
    try:
        return Settings()
    except ValidationError as invalid:
        wrong = [f"{PREFIX}{str(error['loc'][0]).upper()}: {error['msg']}" for error in invalid.errors()]
        raise BadSettings("; ".join(wrong)) from None
