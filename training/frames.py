"""Claims in other words and near copies in the same ones: the frames of ``frames*.yaml``, filled with invented names.

In the public sets a true claim copies its evidence, so that words in common give the label away. A frame says one thing in several
ways, and several things that it does not say in nearly its own words.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path

import yaml
from examples import Example, Stated

_HERE = Path(__file__).parent
_CHOICE = re.compile(r"\[\[(?:(?P<key>\w+):)?(?P<options>[^\]]+)\]\]")
_SLOT = re.compile(r"\{([^{}]+)\}")
_LABELS: tuple[tuple[str, Stated], ...] = (
    ("true", "entailed"),
    ("contradicted", "contradicted"),
    ("unsaid", "not said"),
)
_FIRST = """Arlo Brida Cosima Dario Edda Farid Greta Hassan Ines Joris Kaveh Leona Milan Nadia Osric Petra Quentin Rhea Stellan Tomas Ulla
Viktor Wanda Xavier Yara Zoltan Amara Bram Celeste Diego Elif Fintan Gwen Hiro Ilse Jabari Katya Lorenz Mireille Niall Oona Pavel Rosalind
Sefa Thea Umar Vera Wes Yusuf Zadie Mark Anna Peter Susan James Maria Robert Linda Ahmed Chen Olga Ivan Fatima Kofi Ngozi""".split()
_LAST = """Adler Brandvold Castellan Drummond Eskelund Fairweather Gallardo Hartigan Ivarsson Jankowski Kessel Lindqvist Marchetti Nakagawa
Okonkwo Pellerin Quist Rasmussen Sandoval Tavener Ulrich Vance Wexford Ybarra Zeller Abbott Bashir Corrigan Delacroix Emecheta Forsyth Grady
Holloway Ibrahim Jessop Kowalski Laurent Mbeki Novak Oduya Petrov Ruiz Salter Thorne Vogel Whitlock Yamada Zhou Smith Jones Brown Garcia
Wilson Taylor Lee Martin Clarke Evans King""".split()
_COMPANY = """Brightmoor Calloway Denmere Eastlake Fennimore Gantry Halvard Inkerman Jarrow Kestrel Lomond Meridian Northgate Orrin Pemberton Quayside
Rookwood Silverline Thornbury Underhill Vantage Westbrook Yarrow Zenith Aldgate Borealis Corvus Dunmore""".split()
_TRADE = """Metals Foods Airways Shipping Energy Textiles Media Motors Bank Pharma Rail Software Logistics Mining Timber Insurance Holdings Brewing
Telecom Electric""".split()
_TOWN = """Aldersby Branmouth Carrow Dunhaven Elsmore Farrowdale Greywater Hollins Isenport Jarlsby Kelbrook Lynmoor Marrowfield Netherby Oakhurst
Penwick Querrin Ravensholm Silverdale Tarnby Upwell Vasterholm Wickford Yelverton Bergholt Castelmar Dornbach Estero Fontane Granvik""".split()
_COUNTRY = """Valdoria Kestonia Norrland Marenia Osteria Pelagia Zambara Tresovia Ilyria Karvala Sundria Belmark Arcania Velmora Cordania Estovia""".split()
_PARTY = "the Reform Party|the Green Alliance|the Civic Union|the Labour Front|the National League|the Liberal Bloc|the Farmers' Party".split(
    "|"
)
_TEAM = """Rovers United Wanderers Albion Athletic Rangers Harriers Falcons Mariners Wolves""".split()
_PAPER = (
    "the Herald|the Courier|the Tribune|the Evening Post|the Observer|the Gazette|the Daily Record|the Chronicle".split(
        "|"
    )
)
_OFFICE = """the harbour authority|the city council|the health ministry|the transport department|the election commission|the central bank|the
competition regulator|the fire service|the port police|the water board|the education ministry|the aviation agency|the supreme court|the
planning committee""".replace("\n", " ").split("|")
_THING = """old ferry terminal|river bridge|concert hall|coastal railway|steel works|county hospital|solar farm|football stadium|fishing fleet|city
library|waste plant|lighthouse|dairy farm|shopping centre|data centre|grain silo|wind park|northern tunnel|copper mine|weather station|cable car
line|shipyard|botanical garden|regional airport|swimming pool""".replace("\n", " ").split("|")
_JOB = """finance minister|mayor|police chief|head coach|chief executive|defence minister|trade envoy|union leader|chief surgeon|head teacher|editor|
central bank governor|prosecutor""".replace("\n", " ").split("|")
_MONTH = "January February March April May June July August September October November December".split()
_WEEKDAY = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


class Fill:
    """The names and figures of one filling of a frame: the same slot gives the same words in each of its texts."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._choices: dict[str, int] = {}
        self._values: dict[str, str] = {}
        numbers = sorted(chance.sample(range(3, 91), 3))
        years = sorted(chance.sample(range(1990, 2034), 3))
        bigs = sorted(chance.sample(range(11, 990), 2))
        money = sorted(chance.sample(range(11, 990), 2))
        per_cent = sorted(chance.sample(range(2, 60), 2))
        persons = list(zip(chance.sample(_FIRST, 3), chance.sample(_LAST, 3), strict=True))
        unit = chance.choice(("million", "billion"))
        sign = chance.choice("$€£")
        percent = chance.choice((" per cent", " percent", "%"))
        for place in range(3):
            self._values[f"n{place + 1}"] = str(numbers[place])
            self._values[f"year{place + 1}"] = str(years[place])
            self._values[f"person{place + 1}"] = " ".join(persons[place])
            self._values[f"surname{place + 1}"] = persons[place][1]
        self._values["n1+n2"] = str(numbers[0] + numbers[1])
        self._values["n2-n1"] = str(numbers[1] - numbers[0])
        for place in range(2):
            self._values[f"big{place + 1}"] = f"{bigs[place] * 100:,}"
            self._values[f"money{place + 1}"] = f"{sign}{money[place] / 10:g} {unit}"
            self._values[f"percent{place + 1}"] = f"{per_cent[place]}{percent}"
        companies = [
            f"{first} {trade}"
            for first, trade in zip(chance.sample(_COMPANY, 3), chance.sample(_TRADE, 3), strict=True)
        ]
        towns = chance.sample(_TOWN, 3)
        self._name("company", companies)
        self._name("town", towns)
        self._name("country", chance.sample(_COUNTRY, 3))
        self._name("party", chance.sample(_PARTY, 2))
        self._name(
            "team", [f"{one} {two}" for one, two in zip(chance.sample(_TOWN, 2), chance.sample(_TEAM, 2), strict=True)]
        )
        self._name("paper", chance.sample(_PAPER, 2))
        offices = chance.sample([" ".join(office.split()) for office in _OFFICE], 2)
        self._name("office", offices)
        self._name("Office", [office[0].upper() + office[1:] for office in offices])
        self._name("thing", chance.sample([" ".join(thing.split()) for thing in _THING], 2))
        self._values["thing"] = self._values["thing1"]
        self._name("month", chance.sample(_MONTH, 2))
        self._name("weekday", chance.sample(_WEEKDAY, 2))
        self._name("job", chance.sample([" ".join(job.split()) for job in _JOB], 2))

    def write(self, text: str) -> str:
        """Return a text of the frame with everything filled in.

        Raises:
            KeyError: the frame names a slot that there is not.
        """

        def choose(match: re.Match[str]) -> str:
            options = match["options"].split("|")
            if match["key"] is None:
                return self._chance.choice(options)
            place = self._choices.setdefault(match["key"], self._chance.randrange(len(options)))
            return options[place % len(options)]

        filled = _SLOT.sub(lambda match: self._values[match[1]], _CHOICE.sub(choose, text))
        return filled[0].upper() + filled[1:]

    def _name(self, kind: str, words: Sequence[str]) -> None:
        for place, word in enumerate(words, start=1):
            self._values[f"{kind}{place}"] = word


def read_frames(folder: Path = _HERE) -> list[dict]:
    """Return the frames of all files ``frames*.yaml`` of a folder, file by file in the order of their names.

    Raises:
        FileNotFoundError: the folder holds no such file.
    """
    paths = sorted(folder.glob("frames*.yaml"))
    if not paths:
        raise FileNotFoundError(f"no frames in {folder}; wanted files named frames*.yaml; keep them beside frames.py")
    return [frame for path in paths for frame in yaml.safe_load(path.read_text(encoding="utf-8"))]


def fill_frames(frames: Sequence[dict], count: int, *, seed: int, around: Sequence[str] = ()) -> list[Example]:
    """Return so many examples, each frame about as often, each label of a frame once a filling.

    Args:
        around: sentences of news, some of which are put before or behind the evidence, as in an article.
    """
    chance = random.Random(seed)
    made: list[Example] = []
    while len(made) < count:
        for frame in chance.sample(list(frames), len(frames)):
            fill = Fill(chance)
            said = fill.write(chance.choice(frame["said"]))
            if around and chance.random() < 0.4:
                said = " ".join(chance.sample([said, chance.choice(around)], 2)) if chance.random() < 0.7 else said
            for key, stated in _LABELS:
                # A true claim as often as both false ones together.
                for claim in chance.sample(frame[key], min(2 if key == "true" else 1, len(frame[key]))):
                    made.append(Example(fill.write(claim), said, f"frames {frame['sort']}", stated=stated))
    return made[:count]
