"""When due work may be done: hours of policies, the budget, and no herd after a silence."""

import json
from collections import Counter
from dataclasses import replace
from datetime import time, timedelta

import pytest

from checker import wiring
from checker.model import Hours, Policy, PolicySet, Source, SourceKind, Timing
from checker.settings import load
from checker.stages import plan
from tests.helpers_service import world
from tests.helpers_watch import DAY, START, html, reply
from tests.loopback import Loopback, page

NIGHT = Hours(time(22), time(6), "Europe/Berlin")  # START is 9 in the morning there
HOUR = timedelta(hours=1)


def listed(folder, *uris, **changes):
    (folder / "urls.txt").write_text("\n".join(uris))
    return replace(Source("paper", SourceKind.LIST, str(folder / "urls.txt")), **changes)


def with_policy(site, **changes):
    policy = Policy("news", timedelta(days=3650), **changes)
    context = site.service.context
    operation = replace(context.operation, policies=PolicySet((policy,), (), "news"))
    return replace(site.service, context=replace(context, operation=operation))


def many(number, hosts=1):
    return [f"https://h{n % hosts}.test/{n}" for n in range(number)]


def answering(site, uris, *fields):
    answer = reply(html(), '"1"')
    site.http.script = {uri: replace(answer, headers=(*answer.headers, *fields)) for uri in uris}


def due(site):
    return sorted(one.next_check_at for one in site.store.standings())


def test_by_day_nothing_is_asked_and_by_night_everything_bit_by_bit(tmp_path):
    uris = many(20)
    with world(tmp_path, listed(tmp_path, *uris)) as site:
        answering(site, uris)
        service = with_policy(site, hours=NIGHT)
        service.discover()
        assert service.check_due().total == 0
        assert site.http.requests == []
        planned = due(site)
        assert planned[0] >= START.replace(hour=21)  # 22 o'clock in Berlin
        assert planned[-1] - planned[0] > 3 * HOUR
        site.clock.time = START.replace(hour=21) + 2 * HOUR
        some = service.check_due().total
        assert 0 < some < 20
        site.clock.time = START.replace(hour=21) + 8 * HOUR - timedelta(seconds=1)
        assert some + service.check_due().total >= 20
        night = due(site)  # what was checked is due in another night
        assert all(plan.window.is_open(NIGHT, one) for one in night)
        assert "between 22:00 and 06:00 Europe/Berlin" in service.planned(
            next(site.store.standings())
        )


def test_what_a_person_asks_for_is_done_at_any_hour(tmp_path):
    (uri,) = uris = many(1)
    with world(tmp_path, listed(tmp_path, uri)) as site:
        answering(site, uris)
        service = with_policy(site, hours=NIGHT)
        service.discover()
        assert service.check([service.article(uri).id]).total == 1


@pytest.mark.parametrize(
    ("fields", "wait"),
    [
        ([("Cache-Control", "max-age=36000")], 10 * HOUR),
        ([("Cache-Control", "max-age=31536000")], DAY),  # believed for check_every
        ([], timedelta(0)),
    ],
)
def test_what_is_fresh_is_not_asked_again_not_even_on_a_hint(tmp_path, fields, wait):
    (uri,) = uris = many(1)
    timing = Timing(check_every=DAY, budget=10_000)
    with world(tmp_path, listed(tmp_path, uri), timing=timing) as site:
        answering(site, uris, *fields)
        site.service.discover()
        site.service.check_due()
        (standing,) = site.store.standings()
        assert standing.not_before == START + wait
        assert standing.next_check_at >= START + wait


def test_a_policy_has_bounds_of_its_own(tmp_path):
    uris = many(3)
    with world(tmp_path, listed(tmp_path, *uris), timing=Timing(budget=1_000_000)) as site:
        answering(site, uris)
        service = with_policy(site, check_min=3 * DAY, check_max=3 * DAY)
        service.discover()
        service.check_due()
        assert set(due(site)) == {START + 3 * DAY}


def test_the_budget_is_a_ceiling_for_all_processes_and_outlives_them(tmp_path):
    uris = many(300, hosts=50)
    with world(tmp_path, listed(tmp_path, *uris), timing=Timing(budget=60)) as site:
        answering(site, uris)
        site.service.discover()
        assert site.service.check_due().total == 10  # ten minutes' worth
        again = replace(site.service)
        assert again.check_due().total == 0
        done = 0
        for _ in range(60):
            site.clock.time += timedelta(minutes=1)
            done += again.check_due().total
        assert 58 <= done <= 60
        for host in site.store.hosts_due(site.clock.time, 3):
            assert again.check_host(host).total == 0


def test_after_a_silence_there_is_no_herd(tmp_path):
    """A suspend of three days: what is overdue comes back at the budget's pace, and afterwards
    articles that were checked together are spread again."""
    uris = many(240, hosts=24)
    timing = Timing(budget=240, check_min=HOUR)
    with world(tmp_path, listed(tmp_path, *uris), timing=timing) as site:
        answering(site, uris)
        site.service.discover()
        for _ in range(90):
            site.clock.time += timedelta(minutes=1)
            site.service.check_due()
        site.clock.time += 3 * DAY
        late = site.service.check_due().total
        assert late <= 41  # ten minutes' worth, not all that waited
        per_minute = []
        for _ in range(45):
            site.clock.time += timedelta(minutes=1)
            per_minute.append(site.service.check_due().total)
        assert max(per_minute) <= 5
        planned = Counter(one.replace(minute=0, second=0) for one in due(site))
        assert max(planned.values()) < 240 / 2


def test_one_busy_host_does_not_fill_a_batch(tmp_path):
    busy, quiet = many(300), [f"https://quiet{n}.test/" for n in range(20)]
    with world(tmp_path, listed(tmp_path, *busy, *quiet), timing=Timing(budget=288)) as site:
        answering(site, [*busy, *quiet])
        site.service.discover()
        assert site.service.check_due().total == 48
        listed_ones = {*busy, *quiet}
        asked = Counter(uri.split("/")[2] for uri in site.http.uris() if uri in listed_ones)
        assert asked["h0.test"] == 28
        assert all(asked[f"quiet{n}.test"] for n in range(20))


def test_hours_are_configured_and_shown(tmp_path, capsys):
    from checker.entry.cli import main

    with Loopback({"/a": lambda _: page(html().decode())}) as site:
        (tmp_path / "urls.txt").write_text(site.url("/a"))
        (tmp_path / "policies.toml").write_text(
            'default = "news"\n[policy.news]\nlifetime = "2y"\nhours = "22:00-06:00"\n'
            'zone = "Europe/Berlin"\ncheck_min = "1h"\ncheck_max = "30d"\n'
        )
        config = tmp_path / "checker.toml"
        config.write_text(
            f'data_dir = "{tmp_path}"\npolicies = "{tmp_path}/policies.toml"\n[[source]]\n'
            f'name = "site"\nlist = "{tmp_path}/urls.txt"\nallow = ["{site.authority}"]\n'
        )
        (policy,) = load(config, {}).policies.policies
        assert (policy.hours, policy.check_min, policy.check_max) == (NIGHT, HOUR, 30 * DAY)
        with wiring.build(load(config, {})) as app:
            app.service.know_sources()
            app.service.discover()
            app.service.check([1])
        assert main(["article", "show", "1", "--config", str(config)]) == 0
        shown = " ".join(capsys.readouterr().out.split())
        assert "policy news, an edit expected every" in shown
        assert "between 22:00 and 06:00 Europe/Berlin" in shown
        assert main(["article", "show", "1", "--config", str(config), "--json"]) == 0
        assert "Europe/Berlin" in json.loads(capsys.readouterr().out)["planned"]
