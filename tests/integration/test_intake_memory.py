"""Taking in a million articles must leave nothing behind from one batch to the next."""

import gc

import pytest

from checker.model import Found
from checker.store.sql import FOUND_BATCH
from tests.store_fixture import NOW, open_store, source

DOCUMENT = "https://news.example/all.txt"


def left_behind(store, first, batches):
    """Objects that only a search for circles frees, after so many batches of new and known ones."""
    numbers = range(first, first + batches * FOUND_BATCH)
    gc.collect()
    for _ in ("new", "known"):
        found = (Found(f"https://news.example/{number}") for number in numbers)
        store.put_found("daily", found, NOW, document=DOCUMENT)
    return gc.collect()


@pytest.fixture
def without_collecting():
    gc.disable()
    yield
    gc.enable()


def test_a_batch_leaves_no_circle_that_would_hold_its_addresses(tmp_path, without_collecting):
    with open_store(tmp_path) as store:
        store.put_sources((source("daily"),), NOW)
        left_behind(store, 0, 1)  # statements are compiled once
        few, many = left_behind(store, FOUND_BATCH, 1), left_behind(store, 2 * FOUND_BATCH, 5)
    assert many - few < 4, (few, many)
