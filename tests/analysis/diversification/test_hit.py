"""`USA=50%` as a scenario, and what cannot be one."""

import pytest
from run_world import small_world

from paxsilica.analysis.diversification.hit import duty_scenario, is_duty
from paxsilica.errors import InputError
from paxsilica.names import Names


def read(written, exporters=("IND",)):
    e = small_world()
    return e, duty_scenario(written, Names(e), exporters, e.sectors[:1]).compile(e)


def test_a_duty_is_added_on_the_exporters_goods_alone():
    e, shock = read("usa = 25 %")
    usa, ind = e.regions.index("USA"), e.regions.index("IND")
    added = shock.tariffs - e.tariffs
    assert added[usa, ind, 0] == pytest.approx(0.25)
    added[usa, ind, 0] = 0
    assert not added.any()


def test_several_importers_have_a_rate_each():
    e, shock = read("USA=25%,VNM=12.5%")
    ind = e.regions.index("IND")
    for importer, rate in (("USA", 0.25), ("VNM", 0.125)):
        n = e.regions.index(importer)
        assert shock.tariffs[n, ind, 0] - e.tariffs[n, ind, 0] == pytest.approx(rate)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("USA", "write importer and rate, such as USA=50%"),
        ("=50%", "write importer and rate"),
        ("USA=50", "50 has no % sign; write 50%"),
        ("USA=0%", "a duty above 0 %"),
        ("USA=-5%", "a duty above 0 %"),
        ("IND=50%", "IND is exporter and puts the duty"),
        ("USA=5%,usa=6%", "names USA twice"),
        ("UAS=50%", "did you mean USA"),
        (" , ", "write importer and rate"),
    ],
)
def test_what_is_no_duty_is_told_in_one_line(written, told):
    with pytest.raises(InputError, match=told) as error:
        read(written)
    assert "\n" not in str(error.value)


def test_policies_and_files_are_no_duties():
    assert not is_duty("policy:us-law@2025-11-01")
    assert not is_duty("a.yaml+b.yaml")
    assert is_duty("USA=50%")
