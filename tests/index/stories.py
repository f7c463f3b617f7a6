"""Invented articles that the tests put into pages and files of every kind."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Story:
    """An article as its author wrote it.

    Attributes:
        blocks: paragraphs in order; one that begins with "## " is a subheading, one with "- " an item of a list, one
            with "> " a quotation set apart.
    """

    slug: str
    title: str
    summary: str
    author: str
    section: str
    language: str
    blocks: tuple[str, ...]

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The words of each block without its mark."""
        return tuple(block.removeprefix("## ").removeprefix("- ").removeprefix("> ") for block in self.blocks)

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)


PORT = Story(
    slug="veldara-port-lease",
    title="Veldara council votes to end port lease two years early",
    summary="The vote follows an audit that found 41 million crowns in unpaid fees.",
    author="Ilse Brandt",
    section="Business",
    language="en",
    blocks=(
        "VELDARA (Coastwire) — The city council of Veldara voted on Tuesday to end the lease of its container port two years early, after an audit found that the operator had left 41 million crowns in fees unpaid.",
        "The motion passed by 19 votes to 12 after a debate of nearly six hours. It gives Norhavn Terminals until the end of September to hand over the three quays it has run since 2019, and it sets aside 7.5 million crowns for the move.",
        "“We have been patient, and patience has a price,” said Mayor Teodor Rask, who had first asked for the audit in January. “The people who work on those quays will keep their jobs. That was my condition from the first day.”",
        "Norhavn said in a statement that it would ask a court to stop the handover. The company disputes the figure, and says that the city itself agreed to put off 26 million crowns of the fees when trade collapsed in the winter of 2029.",
        "The audit, which runs to 214 pages, does mention such an agreement. But its authors write that they found no signed copy of it, and that the two officials who are said to have made it have since left the service of the city.",
        "About 1,300 people work at the port, which handles a little over half of the goods that enter the province. Unions have supported the end of the lease, though they warned that a change in the middle of the harvest season could leave fruit to rot on the quays.",
        "“Nobody has shown us a plan for the first week of October,” said Marit Oduya, who speaks for the crane drivers. “We will turn up for work. We would like to know who pays us.”",
        "The province has offered to lend the city two harbour masters until a new operator is found. Three companies have said that they will bid; none of them has run a port of this size before.",
    ),
)
DAM = Story(
    slug="lake-orrin-dam",
    title="Engineers find second crack in Lake Orrin dam as villages empty",
    summary="Some 2,400 people have been told to sleep on higher ground.",
    author="Jonah Adeyo and Petra Vance",
    section="World",
    language="en",
    blocks=(
        "Engineers who were sent to inspect the Lake Orrin dam have found a second crack near its eastern spillway, the water authority said on Friday, and some 2,400 people in four villages below it were told to spend the night on higher ground.",
        "The crack is about nine metres long and no wider than a finger. It was discovered shortly before noon by a team that had come to measure the first one, which has been known since the spring and which the authority has called stable.",
        "## What the authority knows",
        "Water has been let out of the lake since Thursday evening, at a rate of 180 cubic metres a second. At that pace its level will have dropped by two metres on Sunday, which engineers say would take most of the pressure off the damaged section.",
        "“This is a precaution, and I would rather be blamed for a bad night's sleep than for anything else,” said Hanne Obuya, the director of the authority, at a news conference in the town hall of Brackmoor.",
        "She declined to say whether the two cracks are connected. A report is expected within a week.",
        "## Buses, blankets and a school",
        "Buses began to leave the village of Sall at four in the afternoon. Most people went to relatives; about 600 were taken in by a school in Brackmoor, where volunteers had laid out blankets in the gym and a bakery sent bread.",
        "Osric Penhallow, who is 81 and has lived in Sall since he was born, said that he remembered the dam being built. “They told my father that it would stand for three hundred years,” he said. “I suppose somebody will now count them again.”",
        "The dam was finished in 1958 and raised by four metres in 1986. Critics of that work, among them a former engineer of the authority, have long said that the foundations on the eastern side were never made for the weight of the water they hold today.",
    ),
)
BRIEF = Story(
    slug="tarn-bridge-reopens",
    title="Tarn bridge reopens after eleven weeks",
    summary="Repairs cost less than planned, the county says.",
    author="Staff reporters",
    section="Local",
    language="en",
    blocks=(
        "The road bridge over the Tarn at Ellerby was opened to traffic again on Monday morning, eleven weeks after a barge struck its middle pillar and left a hole that a grown man could have stood in.",
        "Repairs cost 3.2 million crowns, which is about a tenth less than the county had set aside. Lorries of more than 18 tonnes will still have to use the crossing at Noss until the new bearings have settled, a spokesman said.",
        "The barge's captain, who was not hurt, has been charged with sailing without a lookout. He has said that a lamp on the pillar was out; the county denies it.",
    ),
)
ELECTION = Story(
    slug="sarnia-vote-count",
    title="Four takeaways from the count in Sarnia province",
    summary="The Harbour List gained nine seats, but not the two it needed most.",
    author="Leocadia Finch",
    section="Politics",
    language="en",
    blocks=(
        "It took eleven days, two recounts and one power cut, but Sarnia province has a result: the Harbour List has won 31 of the 64 seats in its assembly, nine more than four years ago and two fewer than it needs to govern alone.",
        "The figures, which the electoral commission certified late on Wednesday, leave the province with a choice between a minority government and a coalition that all three possible partners spent the campaign ruling out.",
        "Here is what the count tells us.",
        "## The coast moved, and the hills did not",
        "In the nine coastal districts the Harbour List took 58 percent of the vote. In the hill districts, where the price of diesel was the only subject that anyone wanted to talk about, it took 22 percent, almost exactly what it had before.",
        "“We listened to everybody who lives below a hundred metres,” said Dagny Worrall, a party official, who asked to be excused the joke.",
        "## Young voters came back",
        "Turnout among those under 30 rose to 61 percent, from 44 percent. Three things seem to have mattered:",
        "- polling stations in the two university towns stayed open until ten in the evening;",
        "- the ferry company carried voters free of charge for the first time since 2019;",
        "- the vote fell, by accident, on a day without lectures.",
        "## The governor lost her own district",
        "Governor Ailsa Ferreira finished third in Upper Kell, behind a beekeeper who had never stood for anything. She conceded before midnight and did not take questions.",
        "> I have been a governor for nine years and a neighbour for forty. I look forward to finding out which of the two people here were voting against.",
        "## What happens next",
        "The assembly meets on the second Monday of next month. If no one has been elected governor after three ballots, the province votes again, and the commission has already asked for a second generator.",
    ),
)
MARKETS = Story(
    slug="central-bank-holds",
    title="Maravel central bank holds rate at 4.25% and signals a cut before winter",
    summary="Policymakers voted six to three, the closest margin in five years.",
    author="Quentin Osei",
    section="Markets",
    language="en",
    blocks=(
        "ARVENNE, June 5 (Halden Wire) - Maravel's central bank left its main interest rate at 4.25% on Thursday, as nearly all economists had expected, but said for the first time that a cut before the winter was “likely rather than possible”.",
        "The rate-setting committee was split by six votes to three, the narrowest margin since 2026. The three members in the minority wanted to lower the rate by a quarter of a point at once.",
        "The crown fell by 0.6% against the florin within minutes of the announcement, to its lowest level in seven weeks, and the yield on ten-year government bonds slipped to 3.71%.",
        "“They have told the market everything but the date,” said Ottoline Hargreave, chief economist at the broker Pell & Stone. “September is now the base case for us and, I would guess, for everybody else.”",
        "Inflation slowed to 2.9% in May from 3.4% in April, according to figures published last week. The bank's target is 2%. Food prices, which had risen at double that pace through most of last year, fell slightly on the month.",
        "In its quarterly outlook, released at the same time, the bank lowered its forecast for growth this year to 1.1% from 1.4%, and raised the one for unemployment to 5.8% from 5.5%.",
        "Governor Casimir Lund told reporters that wages remained the committee's main concern. Pay in the service sector was 5.2% higher in the first quarter than a year before.",
        "($1 = 11.3072 crowns)",
        "(Reporting by Quentin Osei; additional reporting by Wilhelmina Tran in Port Halden; editing by Rupert Nakamura)",
    ),
)
SPANISH = Story(
    slug="costa-verana-tren",
    title="Costa Verana suspende las obras del tren a la frontera por falta de fondos",
    summary="El Gobierno culpa a la constructora; la empresa pide el pago de seis facturas.",
    author="Amparo Quintela",
    section="Economía",
    language="es",
    blocks=(
        "El Gobierno de Costa Verana anunció este lunes que suspende durante al menos noventa días las obras del tren que debía unir la capital con la frontera norte, un proyecto que acumula tres años de retraso y que ya ha costado el doble de lo previsto.",
        "La ministra de Transportes, Rocío Belmonte, atribuyó la decisión a los incumplimientos de la constructora, a la que acusó de haber abandonado cuatro de los once túneles sin aviso previo. «No vamos a pagar por agujeros vacíos», dijo ante la prensa.",
        "La empresa, Ferrovías del Istmo, respondió pocas horas después con un comunicado en el que reclama el pago de seis facturas por valor de 212 millones de pesos y asegura que retiró a sus cuadrillas por motivos de seguridad tras las lluvias de octubre.",
        "Unos 3.800 trabajadores se quedan por ahora en casa. Los sindicatos han convocado una marcha para el jueves y exigen que el Estado adelante los salarios mientras dure la suspensión.",
        "«Cada vez que se pelean el ministerio y la empresa, los que perdemos somos nosotros», lamentó Evaristo Conde, soldador de 43 años, a las puertas del campamento de San Telmo, donde el viernes ya no quedaba ni el cocinero.",
        "El trayecto, de 318 kilómetros, debía inaugurarse en 2029. Un informe del Tribunal de Cuentas, conocido en marzo, advirtió de que la obra no estaría terminada antes de 2034 y de que su coste final podría superar los 5.000 millones.",
        "La oposición ha pedido la comparecencia de la ministra en el Parlamento. Belmonte aseguró que acudirá «con los planos bajo el brazo».",
    ),
)
SCIENCE = Story(
    slug="glass-frog-census",
    title="A census of glass frogs, taken in the dark, doubles what was thought to be left",
    summary="Volunteers counted by ear on forty streams, and heard what lamps had missed.",
    author="Yusra Holloway",
    section="Science",
    language="en",
    blocks=(
        "For eleven nights in March, 160 volunteers sat beside streams in the Cordane highlands without a lamp, and listened. What they heard has doubled the estimate of how many spotted glass frogs are left in the wild.",
        "The count, published on Monday by the Institute for Mountain Ecology, puts the number of calling males at about 8,700, give or take 900. The last survey, which was made with torches in 2024, had found fewer than 4,000.",
        "“The lamps were the problem,” said Bettina Achterberg, a herpetologist who led the work. “The moment you switch one on, the males stop calling and slide under a leaf. We have been counting our own interruptions for thirty years.”",
        "The frogs, which are no longer than a thumbnail and whose hearts can be seen beating through their skin, live along clear water above 1,200 metres. They are thought to have vanished from two thirds of their range since the 1980s.",
        "For the new survey each volunteer was given a pencil, a waterproof notebook and a stretch of stream 50 metres long. They wrote down every call for two hours after dusk; recorders placed beside a tenth of them checked their hearing.",
        "Agreement was good, the authors write: people and machines differed by less than 8 percent. Schoolchildren did slightly better than their teachers.",
        "Not everybody is persuaded. Piotr Lindqvist, who was not involved in the study, pointed out that only males call, and that a population could lose most of its females before anyone sitting in the dark would notice.",
        "Achterberg agrees. “We know twice as much as we did, which is still not a lot,” she said. Next year's count will look for eggs.",
        "What worries her more is the water. In nine of the forty streams the volunteers heard nothing at all, and all nine lie below the same new quarry.",
    ),
)

STORIES = (PORT, DAM, BRIEF, ELECTION, MARKETS, SPANISH, SCIENCE)
