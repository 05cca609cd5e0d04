"""States by the words that news uses for them: names, adjectives, capitals that speak for governments."""

from __future__ import annotations

import re
from functools import cache

WORDS = """
USA United States|United States of America|America|American|Americans|US|U.S.|USA|Washington|White House
IND India|Indian|Indians|New Delhi|Delhi
CHN China|Chinese|Beijing|People's Republic of China
RUS Russia|Russian|Russians|Moscow|Kremlin|Russian Federation
JPN Japan|Japanese|Tokyo
KOR South Korea|South Korean|Republic of Korea|Korea|Korean|Seoul
PRK North Korea|North Korean|Pyongyang
TWN Taiwan|Taiwanese|Taipei|Chinese Taipei
GBR United Kingdom|Britain|British|UK|U.K.|London|Great Britain|England
DEU Germany|German|Germans|Berlin
FRA France|French|Paris
ITA Italy|Italian|Rome
ESP Spain|Spanish|Madrid
PRT Portugal|Portuguese|Lisbon
NLD Netherlands|Dutch|The Hague|Holland
BEL Belgium|Belgian
LUX Luxembourg
AUT Austria|Austrian|Vienna
CHE Switzerland|Swiss|Bern
SWE Sweden|Swedish|Stockholm
NOR Norway|Norwegian|Oslo
DNK Denmark|Danish|Copenhagen
FIN Finland|Finnish|Helsinki
ISL Iceland|Icelandic
IRL Ireland|Irish|Dublin
POL Poland|Polish|Warsaw
CZE Czech Republic|Czechia|Czech|Prague
SVK Slovakia|Slovak|Bratislava
HUN Hungary|Hungarian|Budapest
ROU Romania|Romanian|Bucharest
BGR Bulgaria|Bulgarian|Sofia
GRC Greece|Greek|Athens
HRV Croatia|Croatian
SVN Slovenia|Slovenian
SRB Serbia|Serbian
EST Estonia|Estonian|Tallinn
LVA Latvia|Latvian|Riga
LTU Lithuania|Lithuanian|Vilnius
UKR Ukraine|Ukrainian|Kyiv|Kiev
BLR Belarus|Belarusian|Minsk
TUR Turkey|Türkiye|Turkish|Ankara
KAZ Kazakhstan|Kazakh|Astana
UZB Uzbekistan|Uzbek
ISR Israel|Israeli|Israelis|Jerusalem
SAU Saudi Arabia|Saudi|Riyadh
ARE United Arab Emirates|UAE|U.A.E.|Emirati|Abu Dhabi
QAT Qatar|Qatari|Doha
KWT Kuwait|Kuwaiti
OMN Oman|Omani
IRN Iran|Iranian|Tehran
IRQ Iraq|Iraqi|Baghdad
EGY Egypt|Egyptian|Cairo
JOR Jordan|Jordanian
MAR Morocco|Moroccan|Rabat
TUN Tunisia|Tunisian
NGA Nigeria|Nigerian|Abuja
ZAF South Africa|South African|Pretoria
COD Democratic Republic of the Congo|Congolese|DRC|Kinshasa
AGO Angola|Angolan
AUS Australia|Australian|Canberra
NZL New Zealand|Wellington
IDN Indonesia|Indonesian|Jakarta
MYS Malaysia|Malaysian|Kuala Lumpur
SGP Singapore|Singaporean
THA Thailand|Thai|Bangkok
VNM Vietnam|Viet Nam|Vietnamese|Hanoi
PHL Philippines|Philippine|Filipino|Manila
KHM Cambodia|Cambodian
LAO Laos|Lao
MMR Myanmar|Burma|Burmese
BGD Bangladesh|Bangladeshi|Dhaka
PAK Pakistan|Pakistani|Islamabad
LKA Sri Lanka|Sri Lankan|Colombo
NPL Nepal|Nepali|Kathmandu
CAN Canada|Canadian|Ottawa
MEX Mexico|Mexican|Mexico City
BRA Brazil|Brazilian|Brasilia
ARG Argentina|Argentine|Buenos Aires
CHL Chile|Chilean|Santiago
COL Colombia|Colombian|Bogota
PER Peru|Peruvian|Lima
VEN Venezuela|Venezuelan|Caracas
CRI Costa Rica|Costa Rican
SLV El Salvador|Salvadoran
PAN Panama|Panamanian
CUB Cuba|Cuban|Havana
EU European Union|EU|E.U.|European Commission|Brussels
"""


@cache
def by_word() -> dict[str, str]:
    """Word or words -> ISO 3166 alpha-3 (EU for the union)."""
    lines = (line.split(" ", 1) for line in WORDS.strip().splitlines())
    return {word: code for code, words in lines for word in words.split("|")}


@cache
def pattern() -> re.Pattern[str]:
    """Any of the words, the longest first, as a whole word."""
    words = sorted(by_word(), key=len, reverse=True)
    return re.compile(r"(?<![\w-])(?:" + "|".join(map(re.escape, words)) + r")(?![\w])")


def states_in(words: str) -> tuple[str, ...]:
    """States named, each once, in order."""
    return tuple(dict.fromkeys(by_word()[m[0]] for m in pattern().finditer(words)))
