"""A local S3 server of the tests' own (moto), on a free port, with a bucket for each test."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

from checker.adapters import s3

KEYS = {"AWS_ACCESS_KEY_ID": "canary-id", "AWS_SECRET_ACCESS_KEY": "canary-secret"}
_numbers = itertools.count(1)


@contextmanager
def serving() -> Iterator[str]:
    """Its address, while it runs."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def new_bucket(endpoint: str, prefix: str = "captures") -> s3.Bucket:
    """A bucket that is made now; credentials must be in the environment."""
    name = f"bucket-{next(_numbers)}"
    bucket = s3.connect(f"s3://{name}/{prefix}", endpoint, None, threads=4)
    bucket.client.create_bucket(Bucket=name)
    return bucket
