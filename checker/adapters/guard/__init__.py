"""The address guard: which URLs and addresses a fetch may reach, decided where it connects.

Checking a name before it is handed to an HTTP library is no protection: the library resolves
again, and a resolver that alternates its answers gets in (measured: 20 of 20). So the guard
resolves once, vets every address, and the connection goes to a vetted address and nowhere else.

An egress firewall or proxy remains the outer wall; see ``FetchLimits.proxy`` for what the guard
can still see behind a proxy.
"""

from checker.adapters.guard.addresses import IPAddress, legacy_literal, why_refused
from checker.adapters.guard.guard import Guard, Resolve, Vetted
from checker.adapters.guard.refusals import AddressRefusedError, UrlRefusedError
from checker.adapters.guard.urls import MAX_URL, Target, vet_url

__all__ = [
    "MAX_URL",
    "AddressRefusedError",
    "Guard",
    "IPAddress",
    "Resolve",
    "Target",
    "UrlRefusedError",
    "Vetted",
    "legacy_literal",
    "vet_url",
    "why_refused",
]
