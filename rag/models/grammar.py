"""The grammar that a local model decodes under (pure): markers cannot be forged."""

from __future__ import annotations

REFUSAL = "NONE"
"""What the prompt asks a model to write when the quotes do not answer; shared by prompt, grammar and parser."""

TOKENS_A_SENTENCE = 55
"""What a sentence with its markers takes at most, about: how many may be written follows from the length of a draft."""
MAXIMUM_MARKERS = 2


def marker_grammar(markers: int, *, maximum_tokens: int) -> str:
    """Return a GBNF grammar: the refusal alone, or lines that begin with one or two markers of 1..markers.

    Small models do better when the marker comes first and the sentence after it. Brackets are kept out of the sentence
    itself, so that whatever looks like a marker is one.

    Args:
        markers: how many quotes there are.
        maximum_tokens: length limit of the draft.
    """
    sentences = max(1, maximum_tokens // TOKENS_A_SENTENCE)
    numbers = " | ".join(f'"{number}"' for number in range(1, markers + 1))
    return "\n".join(
        [
            # The end of a line is not demanded after the last one: a model that is done must be able to stop there.
            # Otherwise it goes on with special tokens that stand for no text, up to the length limit.
            f'root ::= "{REFUSAL}" | line ("\\n" line){{0,{sentences - 1}}}',
            f'line ::= marker{{1,{MAXIMUM_MARKERS}}} " " first rest* stop',
            f'marker ::= "[" ({numbers}) "]"',
            'first ::= [A-Z0-9"$€£\\u00C0-\\u024F]',
            "rest ::= [^\\n\\[\\]【】]",
            'stop ::= [.!?] "\\""?',
        ]
    )
