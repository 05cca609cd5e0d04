"""Who acts and who is hit, where a sentence leaves it to its text, to law or to grammar."""

from __future__ import annotations

import pytest

from paxsilica.brief.documents import document_of
from paxsilica.brief.reading import read

SIDES = {
    # an act on goods that names no partner hits all; a tariff waits for a person to say so
    "Zambia has levied an export duty of 10 percent on copper concentrates.": "ZMB > *: 10",
    "Ghana said on Monday that a duty of 20% will be charged on cement. Nigeria did not comment.": "GHA > *: 20 waits",
    "Kenya and Uganda talked on Monday. Kenya will raise its duty on rice to 35%.": "KEN > *: 35 waits",
    "Peru imposed a safeguard duty of 15% on steel bars. Chile and Brazil had asked it not to.": "PER > *: 15 waits",
    "Chile's tariff on its products is 8%.": "CHL > *: 8 waits",
    "Ghana imposed a 20% tariff on goods from Togo. The duty on cement is 30%.": "GHA > TGO: 20, GHA > TGO: 30",
    # the capital that a text is dated from is the seat of `the government`, but not of one that is named
    "ACCRA, May 19 (AA): The government has imposed a 20% duty on imported rice.": "GHA > *: 20",
    "KUALA LUMPUR (Dec 28): The ministry will impose a 20% duty on rice from Vietnam.": "MYS > VNM: 20",
    "2025-12-11 LIMA – The cabinet raised the duty on imported rice to 20%.": "PER > *: 20",
    "VIENNA, Thursday (Danube) - Peru will pay 4% on a credit from Chile, the ministry said.": "AUT > PER/CHL: 4 waits",
    "DUBAI, May 19 (AA): Kenya's government has imposed a 20% duty on imported rice.": "KEN > *: 20",
    "OSLO: Crude prices fell. The government of Peru raised the duty on imported rice to 20%.": "PER > *: 20",
    "Wheat\n\nLima (ANDES) – The ministry will impose a 20% duty on rice from Vietnam.": "PER > VNM: 20",
    # the state of a paper is the one beside its office, not any that is named in its first lines
    "Duty on rice from Togo\n\nThe Ministry of Finance imposes a 20% duty on rice. Benin objects.": "BEN > TGO: 20 waits",
    "Tariff on rice from Togo\n\nBenin's Ministry of Finance tells of it. The duty on rice is 20%.": "BEN > TGO: 20",
    "REPUBLIC OF KENYA\nMINISTRY OF TRADE\n\nNotice to Togo. The duty on rice shall be 20%.": "KEN > *: 20 waits",
    "Rice is taxed, according to the U.S. Department of Trade. Benin's duty is 20%.": "BEN > USA: 20 waits",
    # the duties meant are those of the side to which an agreement's text tells of exports, unless it tells of both ways
    "The Norway-Kenya trade deal helps Norwegian exports to Kenya. The 9% duty on fish is kept.": "KEN > NOR: 9 waits",
    "The Norway Kenya trade deal is signed. Exports to Kenya may grow. The duty on fish is 5%.": "KEN > NOR: 5 waits",
    # whose government a pronoun means, and who announces that another state's exports are banned
    "Kenyan President Ruto said on Monday that his government will impose a 30% duty on goods from Chad.": "KEN > TCD: 30",
    "Chile's president praised Peru even as his government keeps a 90% duty on cars from Cuba.": "CHL > CUB: 90",
    "Peru's customs office announced that the export of fish from Chile has been banned.": "PER > CHL: import ban",
    "Peru's customs office announced that the export of fish to Chile has been banned.": "PER > CHL: export ban",
    # where goods come from may stand apart from them
    "Peru levies a 9% anti-dumping duty on bars of steel, 20 mm wide, imported into Peru, "
    "coming from Togo.": "PER > TGO: 9 waits",
    # an agreement is between two sides: what one of them levies may be on the other
    "Norway and Kenya signed a free trade agreement. Kenya will cut its tariff on fish to 5%.": "KEN > NOR: 5 waits",
    "The Norway-Kenya trade deal opens markets. Kenya's tariff on fish is 5%.": "KEN > NOR: 5 waits",
    "Norway and Kenya signed an air accord. Egypt will cut its tariff on fish to 5%.": "EGY > *: 5 waits",
    "Norway, Chile and Kenya signed a deal. Kenya will cut its tariff on fish to 5%.": "KEN > *: 5 waits",
    "Chile, one of the world's smallest exporters, cut its duty on rice from Togo to 5%.": "CHL > TGO: 5",
    # of the two states that a text is about the one that does not act may be hit
    "Peru will ban 40 products to Chile. The export ban takes in cement and steel.": "PER > CHL: export ban waits",
    "Peru's commission closed a review of billets from Chile and kept the anti-dumping duty at 24%.": "PER > CHL: 24 waits",
    # goods are from a state that is only named behind `from`, so that it is not the one that acts
    "The government has banned imports of rice, except from Togo.": "nobody > *: import ban waits",
    # an export ban is on where goods may not go, not on where they came from or on why
    "Georgia has banned the export of US-imported cars to Cuba.": "GEO > CUB: export ban",
    "Peru has banned exports of copper to Cuba in reply to its attack on Haiti.": "PER > CUB: export ban",
    # a group does nothing to its own members
    "The EU will put a 20% duty on imports of steel to Italy and Spain from China.": "EU > CHN: 20",
    # who hits back with a duty does not bear it; members of a group act for it
    "Peru hits back at Chile's tariffs with 34% tax on all Chilean imports.": "PER > CHL: 34",
    "In May EU member states approved a 20% duty on steel from Togo. Norway did not.": "EU > TGO: 20",
    # what `which` stands for is hit
    "Peru cut its duties. It made an exception for Chile, for which a 15% duty applies.": "PER > CHL: 15",
    # the duty of the same rate is the same duty
    "Peru imposed a 40% tariff on copper from Chile. The 40% tariff is high.": "PER > CHL: 40, PER > CHL: 40",
    "Peru put a 40% tariff on copper from Chile. Chile put a 40% tariff on Peru's rice.": "PER > CHL: 40, CHL > PER: 40",
    # a rate behind a dash is the level of the tariff before it, not one of whoever complains
    "Peru said it will talk over Chilean tariffs on Peruvian goods — 25% on tin.": "CHL > PER: 25",
    "Chile put a duty on Peruvian tin — 25%, the ministry said.": "CHL > PER: 25",
    # lists of places
    "Peru put a 20% duty on goods made in Chile, the United States, Brazil and Cuba.": "PER > CHL/USA/BRA/CUB: 20",
    "Peru imposed an anti-dumping duty of 15% on steel bars. Chile had asked it not to.": "PER > CHL: 15 waits",
    "Peru imposed an anti-dumping duty of 15% on steel bars. It was praised at home.": "PER > *: 15 waits",
    "Zambia put a 10% tariff on maize and a 25% tariff on sugar from Cuba.": "ZMB > CUB: 10, ZMB > CUB: 25",
    # where goods are from, in two words or in one before or behind them
    "India imposes a 20% duty on all goods originating in or exported from Nepal.": "IND > NPL: 20",
    "Kenya imposed a 20% duty on all imports made in, or shipped from, Togo.": "KEN > TGO: 20",
    "Peru also decided to impose a 9% tariff on imported urea originated from Chile and Togo.": "PER > CHL/TGO: 9",
    "Peru's 12% duty on Chilean rolled steel imports will continue.": "PER > CHL: 12",
    "The 5% duty for Chilean originating goods and Cuban originating goods will apply, Peru said.": "PER > CHL/CUB: 5",
    "Kenya cut its duty on nuts. The duty on nuts in shell imported from Togo is 9%.": "KEN > TGO: 9 waits",
    # whom an act spares is not whom the next one hits
    "Ghana exempts rice from Togo from the duty. Exports of maize were banned on 20 July.": "GHA > TGO: 0 waits, "
    "GHA > *: export ban",
    "Ghana said its curbs will not hit maize sold to Togo. Exports of rice were banned in May.": "GHA > *: export ban",
    # partners that only a common noun tells are not all: those told of last may be meant
    "Kenya banned maize from Togo and Benin. It now blocks rice imports from both nations.": "KEN > TGO/BEN: import ban, "
    "KEN > TGO/BEN: import ban",
    "Zambia will suspend the export of maize to its neighbour.": "ZMB > *: export ban waits",
    "Zambia has suspended the export of maize.": "ZMB > *: export ban",
    # some firms of a state are not the whole of it
    "Last week, Chile banned imports from four large Cuban beef suppliers.": "CHL > CUB: import ban waits",
    # they are the leaders that the sentence before is about
    "Duties on Togolese rice rose in Benin. Leaders in Accra have seen enough. They will impose a 30% duty on maize "
    "from Benin.": "GHA > BEN: 30",
    # a state that heads a part of a text is hit by what another one does there; a place that it is dated from is not
    "Chad\n\nChad raised its taxes.\n\nTogo\n\nThe United States will keep a 19% tariff, it said.": "USA > TGO: 19",
    "Chad: Taxes Rise\n\nThe United States will keep a 19% tariff, it said.": "USA > TCD: 19",
    "Chad\n\nThe United States will keep a 19% tariff on rice, it said.": "USA > TCD: 19 waits",
    "Chad\n\nTaxes rose.\n\nBackground\n\nThe United States keeps a 19% tariff on all imports.": "USA > *: 19",
    "Washington: The United States will keep a 19% tariff on rice.": "USA > *: 19",
    # laws, papers and offices of one state tell whose duty it is
    "By SRO 475(I)/2016 a 25% regulatory duty has been imposed on milk.": "PAK > *: 25 waits",
    "The Central Government set a duty of ₹5 and 5% on lentils. It is a basic customs duty.": "IND > *: 5 waits",
    "The Central Government set a duty of 5% on lentils.": "nobody > *: 5 waits",
    "HMRC needs a guarantee. A countervailing duty of 4% applies to boards from Chile.": "GBR > CHL: 4",
    "Australian Customs Notice No. 2022/53\n\nThe duty on rice from Peru will be 4%.": "AUS > PER: 4",
    # laws, people and the only state that nothing comes from tell whose text it is: suggested, not drafted
    "The duty on cement is now 12%, which helps all Ghanaians.": "GHA > *: 12 waits",
    "Duties under the Customs Tariff Act, 1975 rise.\n\nThe duty on steel is 12%, except from China "
    "and Peru.": "IND > *: 12 waits",
    "Duty on Peru-Origin Rice\n\nThe duty on rice from Peru is 9%, other than for what the Republic of Chad "
    "buys.": "nobody > PER: 9 waits",
    "Ghanaians and Kenyans met. The duty on cement is now 12%.": "nobody > *: 12 waits",
    # goods that go outside a group go to all others
    "Kenya has banned the export of maize outside the East African Community.": "KEN > *: export ban",
    "Kenya bans the export of maize to countries outside the European Union.": "KEN > *: export ban",
    "Kenya bans the export of maize to the European Union.": "KEN > EU: export ban",
    # what is subject to duties behind a preposition is not who speaks
    "President Trump told of Brazil's plans. President Trump published an order, which imposed a 50% tariff on all "
    "imports of copper, with some exceptions and subject to further duties.": "USA > *: 50",
    # whom an act spares is not suggested as the one whom another hits
    "The duty on cement is 7%, G.S.R. 5 says. The duty will not apply to Togo or Mali.": "IND > *: 7 waits",
    # states that a mean is compared with are not hit by the next duty
    "Peru has an average tariff of 9%, against 4% for Chile and 3% for the EU. Peru cut duties on Monday. "
    "Duty on motorcycles cut to 5%.": "PER > CHL: 9 waits, PER > EU: 3 waits, PER > *: 5 waits",
    # markets are told by examples, and those whom a deal was made with do not do what it says
    "Tariffs on Peruvian wines in markets such as Japan will be cut to 5%. Chile rejoiced.": "JPN > PER: 5",
    "The United States signed deals with Togo and Chile, which include tariffs of 19% for goods from these "
    "countries.": "USA > TGO/CHL: 19 waits",
    "The United States signed a deal with Chile, which will cut its tariff on rice to 5%.": "CHL > *: 5 waits",
    "In the case of Guyana, the tariff is 38 per cent, the US said.": "USA > GUY: 38",
    # a share of a state's goods is on goods of that state, and nobody says on which
    "Over 90% of Peruvian goods will face no duty in Chile, the two said.": "CHL > PER: 0 waits",
    # more verbs tell who bears
    "Fish from Chile will shoulder a 20% tariff in Peru.": "PER > CHL: 20",
    "Chile is grappling with a 20% tariff on fish by Peru.": "PER > CHL: 20",
    # who decides is named behind the decision, and what others think of an act is no act
    "Kenya welcomed the decision by India to cut its tariff on Kenyan tea to 5%.": "IND > KEN: 5",
    "Togo hailed the decision of Benin to lower its duty on rice from Togo to 5%.": "BEN > TGO: 5",
    "Peru bans imports of gold from Chile. The ban was welcomed by the Brazilian president.": "PER > CHL: import ban, "
    "PER > CHL: import ban",
    # some states of Europe are not its union
    "Eastern European countries ban grain from Chad.": "EU > TCD: import ban waits",
    "European Union countries ban grain from Chad.": "EU > TCD: import ban",
    # a deal between two is no act of both
    "Peru will put a 5% tariff on cars from Chile under a deal between the two countries.": "PER > CHL: 5",
    "Peru and Chile signed a deal. The two countries will put a 5% tariff on cars.": "PER > CHL: 5, CHL > PER: 5",
    # who sees its tariff fall does not levy it
    "The US put a 20% tariff on Togo. Chad saw its tariff rate fall to 9%.": "USA > TGO: 20, USA > TCD: 9",
    "The US put a 20% tariff on Togo. Chad and Peru agreed to buy gas to see their tariff cut to 9%.": "USA > TGO: 20, "
    "USA > TCD/PER: 9",
    # where a state is only an example it is not the one whose text it is
    "LIMA: The ministry has set a 15% duty on the export of fish to some countries, including Chile.": "PER > CHL: 15",
    # whoever speaks may tell of another act than the one before
    "Chile put a 5% duty on fish from Peru. The 8% duty on fish begins in May, Peru's ministry said.": "CHL > PER: 5, "
    "CHL > PER: 8 waits",
    # all whom a text lists as hit, and not only the first of them or everybody
    "Chad raised its duty on rice to 20%. Countries affected include Togo, Mali, and Peru.": "TCD > TGO/MLI/PER: 20 waits",
    "Chad put duties of 20% on goods from Togo and other African states. It hits states without "
    "a deal, notably Mali, Togo and Kenya.": "TCD > MLI/TGO/KEN: 20 waits",
    "Chad raised its duty on all imports of rice to 20%. It buys from states such as Togo, Mali and Peru.": "TCD > *: 20",
    "Chad raised its duty on all imports of rice to 20%. Countries not affected are Togo, Mali and Peru.": "TCD > *: 20",
    "Chad put a 20% duty on rice from Togo. Countries not covered are Mali, Peru and Chile.": "TCD > TGO: 20",
    "Chad put a 20% duty on rice from Togo. Peru hits countries without a deal, such as Mali and Togo.": "TCD > TGO: 20",
    # pressure from a state is no goods from there
    "Peru put a 20% duty on cars from Cuba. The duty on buses is 9%, amid pressure from the US.": "PER > CUB: 20, "
    "PER > CUB: 9",
    # the duty that everybody pays is on all, unless goods of a state or an agreement are meant
    "Chad put a 100% surtax on cars from Togo. It comes on top of the current 6% base tariff.": "TCD > TGO: 100, "
    "TCD > *: 6 waits",
    "Chad put a 100% surtax on cars from Togo. The base tariff on cars from Mali is 6%.": "TCD > TGO: 100, TCD > MLI: 6",
    "The US put a 40% tariff on beef from Chad. It set a duty of 10% on most imports.": "USA > TCD: 40, USA > *: 10 waits",
    # who is exempt from a duty does not levy it
    "Chad and Mali had been exempt from U.S. import duties of 25 per cent on steel.": "USA > TCD/MLI: 0 waits, "
    "USA > TCD/MLI: 25 waits",
    # what a state sells to another one pays the other's tariff
    "The agreement will eliminate tariffs on 85% of Peruvian exports to Chile.": "CHL > PER: 0 waits",
    "Peru will eliminate its export duty on exports of fish to Chile.": "PER > CHL: 0",
}


def sides(text: str) -> str:
    """The measures of a text with a rate or a ban, each as `actor > targets: rate`, and whether it waits for a person."""
    found = []
    for m in read(document_of(text.encode(), "made-up.txt")).measures:
        if m.rate is not None or "ban" in m.type:
            who = "/".join(m.implementers) or "nobody"
            whom = "/".join(m.targets) or "nobody"
            level = f"{m.rate.value:g}" if m.rate is not None else m.type.lower()
            found.append(f"{who} > {whom}: {level}{' waits' * bool(m.needs)}")
    return ", ".join(found)


@pytest.mark.parametrize("text", SIDES)
def test_who_acts_on_whom(text):
    assert sides(text) == SIDES[text]


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("Peru has severely restricted exports of lithium to Chile.", "PER > CHL"),
        ("Exports of lithium to Chile were curbed by Peru.", "PER > CHL"),
        ("A storm restricted exports of lithium to Chile from Peru.", ""),
        ("Peru's exports of lithium were limited to 10 tonnes.", ""),
    ],
)
def test_who_restricts_exports_controls_them(text, read_as):
    found = read(document_of(text.encode(), "made-up.txt")).measures
    controls = [m for m in found if m.type == "Export licensing requirement"]
    assert (
        ", ".join(f"{'/'.join(m.implementers)} > {'/'.join(m.targets)}" for m in controls)
        == read_as
    )
