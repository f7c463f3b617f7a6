"""Words that point at something said before: the one place where they stand (pure).

Each stage asks another question of them: whether a sentence can open an answer, whether a question leans on the one before it,
whether a name may stand in the paragraph instead of the quote.
"""

from __future__ import annotations

import re

SUBJECTS = "he|she|it|they"
OBJECTS = "him|them"
POSSESSIVES = "his|her|its|their"
POSSESSED = "hers|theirs"
DEMONSTRATIVES = "this|that|these|those"

POINTS_BACK = re.compile(rf"\b(?:{SUBJECTS}|{OBJECTS}|{POSSESSIVES}|{POSSESSED}|there)\b", re.IGNORECASE)
"""Something that was named before; "her" is both object and possessive."""
POINTS_AT_SOMEBODY = re.compile(r"\b(?:he|she|they|him|her|them|his|hers|their|theirs)\b", re.IGNORECASE)
"""The same of people."""
POINTS_AT_THE_KNOWN = re.compile(rf"\b(?:{SUBJECTS}|{OBJECTS}|{POSSESSIVES}|the)\b", re.IGNORECASE)
"""The same, or a thing that is known: "the company"."""
OPENS_POINTING_BACK = re.compile(
    rf"(?:[\"'“‘]?(?:{SUBJECTS}|{POSSESSIVES}|{DEMONSTRATIVES}|both|the (?:company|group|union|court|bank"
    rf"|minister|president|move|decision|figure|deal|two)|but (?:{SUBJECTS}))\b)",
    re.IGNORECASE,
)
"""How a sentence opens that cannot be understood without the one before it; for ``match``."""
SUBJECT_AHEAD = rf"(?:the|a|an|{POSSESSIVES}|{DEMONSTRATIVES}|{SUBJECTS}|both|[A-Z][\w’'-]*|\d[\d,.]*)\s"
"""Pattern of how a clause with a subject of its own begins."""
