"""A Postfix of the tests' own, below a folder of its own: it knows one domain, keeps its mail in
maildirs and is reached on loopback only. Root must start it; its parts give that up by themselves.
"""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tests.smtp_server import certificate

DOMAIN = "news.example"
WHY_NOT = "no Postfix here, or not root (Debian: apt-get install postfix): its suite is skipped"

_MAIN = """\
compatibility_level = 3.6
myhostname = mx.test
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = {commands}
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log/mail.log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
alias_database =
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {folder}/boxes
virtual_mailbox_maps = texthash:{folder}/boxes.txt
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
smtpd_tls_security_level = encrypt
smtpd_tls_chain_files = {folder}/tls/key.pem, {folder}/tls/ca.pem
smtpd_tls_loglevel = 1
smtpd_client_message_rate_limit = 0
smtpd_recipient_restrictions = check_recipient_access texthash:{folder}/access.txt,
    reject_unauth_destination, reject_unlisted_recipient
message_size_limit = 2000000
virtual_mailbox_limit = 0
"""

_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass
class Postfix:
    """``knows``: the local parts that have a box; ``ca_file``: whom to trust."""

    folder: Path
    port: int
    ca_file: str
    knows: tuple[str, ...] = ("desk", "alice")

    @property
    def sendmail(self) -> Path:
        """A program that hands over to this server's queue."""
        return self.folder / "sendmail"

    def messages(self, box: str, count: int, seconds: float = 20) -> list[EmailMessage]:
        """What has arrived there, as soon as it is *count*."""
        end = time.monotonic() + seconds
        while len(found := sorted((self.folder / "boxes" / box / "new").glob("*"))) < count:
            assert time.monotonic() < end, (self.folder / "log/mail.log").read_text()
            time.sleep(0.05)
        return [message_from_bytes(one.read_bytes(), policy=policy.default) for one in found]

    def log(self) -> str:
        return (self.folder / "log/mail.log").read_text()


def possible() -> bool:
    return os.geteuid() == 0 and shutil.which("postfix", path="/usr/sbin:/usr/bin") is not None


@contextmanager
def running() -> Iterator[Postfix]:
    folder = Path(tempfile.mkdtemp(prefix="postfix-"))
    folder.chmod(0o755)
    made = _made(folder)
    try:
        _postfix(folder, "start")
        yield made
    finally:
        _postfix(folder, "stop")
        shutil.rmtree(folder)


def _made(folder: Path) -> Postfix:
    owner, group = pwd.getpwnam("postfix").pw_uid, grp.getgrnam("postfix").gr_gid
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for name in ("etc", "queue", "data", "boxes", "log", "tls"):
        (folder / name).mkdir()
    for name in ("data", "boxes"):
        os.chown(folder / name, owner, group)
    _, ca_file = certificate(folder / "tls", "127.0.0.1")
    (folder / "tls/key.pem").chmod(0o600)
    made = Postfix(folder, port, ca_file)
    (folder / "boxes.txt").write_text("".join(f"{one}@{DOMAIN} {one}/\n" for one in made.knows))
    (folder / "access.txt").write_text(f"busy@{DOMAIN} 450 4.2.0 come back later\n")
    places = {
        name: subprocess.check_output(["postconf", "-dh", f"{name}_directory"], text=True).strip()
        for name in ("command", "daemon")
    }
    (folder / "etc/main.cf").write_text(
        _MAIN.format(
            folder=folder, domain=DOMAIN, uid=owner, gid=group,
            commands=places["command"], daemons=places["daemon"],
        )
    )  # fmt: skip
    (folder / "etc/master.cf").write_text(_MASTER.format(port=port))
    made.sendmail.write_text(f'#!/bin/sh\nMAIL_CONFIG={folder}/etc exec /usr/sbin/sendmail "$@"\n')
    made.sendmail.chmod(0o755)
    return made


def _postfix(folder: Path, what: str) -> None:
    done = subprocess.run(
        ["/usr/sbin/postfix", "-c", str(folder / "etc"), what],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        log = folder / "log/mail.log"
        raise AssertionError(done.stdout + done.stderr + (log.read_text() if log.exists() else ""))
