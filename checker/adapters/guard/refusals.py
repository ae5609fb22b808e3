"""How the guard says no.

Neither is an OSError nor an exception of urllib3 or requests: inside ``_new_conn`` urllib3 would
wrap such a one as a failed connection, worth a retry (faults §5, trap 1).
"""


class UrlRefusedError(Exception):
    """The URL itself can't be asked: scheme, syntax, or two parsers that disagree on its host."""


class AddressRefusedError(Exception):
    """The URL leads to an address or port that this source may not reach.

    The text never says whether anything listens there: nothing was asked (faults A21).
    """
