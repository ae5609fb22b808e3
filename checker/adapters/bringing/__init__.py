"""Archives of other programs, as captures to be taken in: WARC, ARC and WACZ files, folders that
wayback_machine_downloader, waybackpack and wget leave, and ArchiveBox's.

Everything in them is hostile: nothing is unpacked, links are not followed, no path leads out.
"""

from checker.adapters.bringing.opening import bring

__all__ = ["bring"]
