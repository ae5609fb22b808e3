"""A bucket of S3 or of a store that speaks its protocol (MinIO, Ceph, R2 …). boto3's home.

Credentials are found where AWS's own tools find them (environment, profile, the machine's role)
and are never asked for, kept or told here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from checker.errors import ArchiveError, ConfigError

CONNECT_SECONDS, READ_SECONDS, TRIES = 10, 30, 3
PROBE = "checker-doctor"  # one object, written again each time

# By the code of the store's answer; HEAD has no words, so its status stands there as a code.
_REMEDIES = {
    "NoSuchBucket": "Make the bucket, or correct archive.url.",
    "AccessDenied": "Let the credentials read and write objects below archive.url.",
    "InvalidAccessKeyId": "Correct AWS_ACCESS_KEY_ID or archive.profile.",
    "SignatureDoesNotMatch": "Correct AWS_SECRET_ACCESS_KEY or archive.profile.",
    "RequestTimeTooSkewed": "Set this machine's clock.",
    "NoSuchKey": "Restore the object; a bucket with versions may still have it.",
}
_AWAY = "Look whether the store is up and archive.endpoint is right; the check is repeated."


@dataclass(frozen=True, slots=True)
class Bucket:
    """Objects below a prefix of one bucket. Thread-safe, as boto3's clients are."""

    bucket: str
    prefix: str  # empty, or ends with a slash
    client: Any

    @property
    def name(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"

    def put(self, key: str, data: bytes) -> None:
        with self._explained(key):
            self.client.put_object(Bucket=self.bucket, Key=self.prefix + key, Body=data)

    def get(self, key: str, start: int, size: int) -> bytes:
        wanted = f"bytes={start}-{start + size - 1}"
        with self._explained(key):
            answer = self.client.get_object(Bucket=self.bucket, Key=self.prefix + key, Range=wanted)
            with answer["Body"] as body:
                # A store that knows no ranges sends the whole object from its beginning.
                if "ContentRange" not in answer and start:
                    raise ArchiveError(self.name + key, "the store knows no ranges", _AWAY)
                return bytes(body.read(size))

    def probe(self) -> None:
        """Write an object and read it back. Raises ArchiveError."""
        self.put(PROBE, b"written by checker doctor")
        if self.get(PROBE, 0, 100) != b"written by checker doctor":
            raise ArchiveError(self.name, "what was written does not come back", _AWAY)

    def close(self) -> None:
        self.client.close()

    @contextmanager
    def _explained(self, key: str) -> Iterator[None]:
        """The library's errors as ArchiveError with cause and remedy."""
        from botocore.exceptions import (  # noqa: PLC0415 - as in connect
            BotoCoreError,
            ClientError,
            HTTPClientError,
            NoCredentialsError,
        )

        try:
            yield
        except ClientError as error:
            told = error.response.get("Error", {})
            code = str(told.get("Code", "?"))
            cause = f"the store says {code}: {_line(told.get('Message'))}"
            remedy = _REMEDIES.get(code, _AWAY)
            raise ArchiveError(self.name + key, cause, remedy) from error
        except NoCredentialsError as error:
            raise ArchiveError(
                self.name,
                "no credentials were found",
                "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or archive.profile.",
            ) from error
        except (BotoCoreError, HTTPClientError) as error:
            raise ArchiveError(self.name + key, _line(error), _AWAY) from error


def connect(url: str, endpoint: str | None, profile: str | None, threads: int) -> Bucket:
    """The bucket that *url* (``s3://BUCKET/PREFIX``) names; nothing is asked of it yet.

    Raises ConfigError where the library is missing or knows no such *profile*.
    """
    try:
        import boto3  # noqa: PLC0415 - large; only who keeps captures there needs it
        from botocore.config import Config  # noqa: PLC0415
        from botocore.exceptions import BotoCoreError  # noqa: PLC0415
    except ImportError as error:
        remedy = "pip install 'archive-checker[s3]'"
        raise ConfigError([f"archive.url: S3 needs a library: {remedy}."]) from error
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"total_max_attempts": TRIES, "mode": "standard"},
        max_pool_connections=threads + 4,
        # Other stores than AWS's refuse the newer checksums; ours are checked when read back.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "path" if endpoint else "auto"},
    )
    try:
        session = boto3.Session(profile_name=profile)
        client = session.client("s3", endpoint_url=endpoint, config=config)
    except (BotoCoreError, ValueError) as error:
        raise ConfigError(
            [f"archive: {_line(error)}. Correct [archive] or AWS's own files."]
        ) from error
    bucket, _, prefix = url.removeprefix("s3://").partition("/")
    prefix = prefix.strip("/")
    return Bucket(bucket, f"{prefix}/" if prefix else "", client)


def _line(said: object) -> str:
    """A store's or the library's words: bounded, printable."""
    return "".join(c if c.isprintable() else " " for c in str(said or "(no reason)"))[:300]
