"""Which model is asked, where, with which key and at what price: from `llm:` and the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass

from digest import providers
from digest.errors import Complaint, ConfigError, ModelError
from digest.llm import Settings
from digest.llm_options import LlmOptions
from digest.providers import Preset, Price

OPENAI, USUAL_KEY = "https://api.openai.com/v1", "OPENAI_API_KEY"
ANSWER_TOKENS = 1200
RESERVED = frozenset({"messages", "model", "stream", "n", "tools", "functions"})


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One model at one provider."""

    options: LlmOptions
    address: str
    name: str
    preset: Preset | None
    price: Price | None

    @property
    def settings(self) -> Settings:
        """What the client needs to know. Raises ModelError when a key is needed and not there."""
        preset, options = self.preset, self.options
        return Settings(
            base_url=self.address,
            model=self.name,
            key=self._key(),
            mode=preset.modes[0] if preset and options.mode == "auto" else options.mode,
            timeout=options.timeout,
            extra_body={**(preset.extra_body if preset else {}), **(options.extra_body or {})},
            max_answer_tokens=ANSWER_TOKENS,
        )

    @property
    def variable(self) -> str:
        """Where the key is; never another provider's, which would be told to this one. Empty where none is needed."""
        return self.options.api_key_env or (self.preset.key_variable if self.preset else USUAL_KEY)

    @property
    def key_is_there(self) -> bool:
        """Whether the environment has the key."""
        return bool(self.variable and os.environ.get(self.variable))

    def _key(self) -> str:
        """The key, from the environment alone."""
        if self.variable and not self.key_is_there and not self.options.base_url:
            message = f"there is no key: set {self.variable}, as a secret of the repository"
            raise ModelError(message, "refused-key", fatal=True)
        return os.environ.get(self.variable, "") if self.variable else ""

    def verify(self) -> None:
        """Raises ConfigError for what cannot be kept: a budget in money without a price, a model without a name."""
        if not self.name:
            raise _mistake("`llm.model` is missing; write the model's name")
        for name in sorted(RESERVED & set(self.options.extra_body or {})):
            raise _mistake(f"`llm.extra_body`: `{name}` is a part of the question itself; take it out")
        if self.options.max_cost and self.price is None:
            raise _mistake("`llm.max_cost`: no price of this model is known; use `max_tokens` or `max_papers` instead")


def of(options: LlmOptions) -> Endpoint:
    """The model that the configuration names; without `model` or `base_url` those of the preset."""
    preset = providers.preset(options.preset) if options.preset else None
    usual = preset.base_url if preset else os.environ.get("OPENAI_BASE_URL") or OPENAI
    address, name = options.base_url or usual, options.model or (preset.model if preset else "")
    return Endpoint(options, address, name, preset, providers.price(address, name) if options.wanted else None)


def _mistake(message: str) -> ConfigError:
    return ConfigError("config.yaml", (Complaint(1, 1, message),))
