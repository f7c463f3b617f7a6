"""Judges of one's own: small real models of the three sorts, made here, in place of Citewire's; and what cannot take it."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hypothesis_numpy
from safetensors.torch import load_file, save_file
from transformers import BertModel

from index.errors import ModelDamaged, ModelMissing, ModelUnavailable
from index.settings import JudgeSettings, Settings, VerifySettings
from rag.answer_types import Draft, Sentence, Withheld
from rag.desk import Desk
from rag.models.own_judge import OwnJudge, Sorted, open_own_judge, probability, sort_of
from rag.trust.judge import Judge, open_judge
from rag.trust.verify import verify_sentence
from tests.conftest import WordEncoder
from tests.rag.models.judges_for_tests import (
    COUNTS,
    NLI,
    THINGS,
    Made,
    make_judge_model,
    make_tokenizer,
    sentence,
    states,
)
from tests.rag.quotes_for_tests import make_quote

WORLD = list(itertools.product(itertools.product(COUNTS, THINGS), repeat=2))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Made], Path]:
    """The folder of a judge of each sort, made once."""
    known: dict[str, Path] = {}

    def make(kind: Made) -> Path:
        if kind not in known:
            known[kind] = make_judge_model(kind, tmp_path_factory.mktemp(kind))
        return known[kind]

    return make


@pytest.fixture
def copied(made: Callable[[Made], Path], tmp_path: Path) -> Callable[[Made], Path]:
    """A copy of one, to be spoilt."""
    return lambda kind: Path(shutil.copytree(made(kind), tmp_path / kind))


def change_config(folder: Path, **values: Any) -> None:
    file = folder / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text(encoding="utf-8")), **values}), encoding="utf-8")


@pytest.mark.parametrize("kind", ["logit", "labels", "tokens"])
def test_each_sort_tells_what_is_stated_from_what_is_not(
    kind: Made, made: Callable[[Made], Path], tmp_path: Path
) -> None:
    judge = OwnJudge(str(made(kind)), tmp_path, claim_first=False)
    assert judge.sort == kind
    for evidence, claim in WORLD:
        found = judge.support(sentence(*claim), sentence(*evidence))
        assert (found > 0.8) is (states(evidence, claim) == "entailment"), (evidence, claim, found)
    judge.close()
    assert judge.support(sentence("two", "ferries"), sentence("two", "ferries")) > 0.8, "loaded again"


def test_labels_are_read_by_their_names_not_by_their_places(tmp_path: Path) -> None:
    folder = make_judge_model("labels", tmp_path / "other order", labels=("contradiction", "Entailment", "neutral"))
    # The names are what tells: this model's own second label is the one of entailment.
    judge = OwnJudge(str(folder), tmp_path, claim_first=False)
    assert judge.support(sentence("two", "votes"), sentence("two", "votes")) > 0.8
    assert judge.support(sentence("two", "votes"), sentence("nine", "votes")) < 0.2


def test_a_reranker_reads_the_claim_first(tmp_path: Path) -> None:
    # Taught that the second of the two is the evidence, with a claim of one thing and evidence of many.
    folder = make_judge_model("logit", tmp_path / "reranker", claim_first=True)
    seen: list[tuple[str, str]] = []
    judge = OwnJudge(str(folder), tmp_path, claim_first=True)
    classifier = judge.load()
    read = classifier.logits

    def noting(first: str, second: str) -> Any:
        seen.append((first, second))
        return read(first, second)

    classifier.logits = noting  # type: ignore[method-assign]
    assert judge.support(sentence("five", "votes"), sentence("five", "votes")) > 0.8
    assert judge.support(sentence("five", "votes"), sentence("nine", "votes")) < 0.2
    assert seen[-1] == (sentence("five", "votes"), sentence("nine", "votes"))


def test_only_tokens_of_the_claim_count(made: Callable[[Made], Path], tmp_path: Path) -> None:
    judge = OwnJudge(str(made("tokens")), tmp_path, claim_first=True)  # which is for cross-encoders alone
    logits = judge.load().logits(sentence("two", "ferries"), sentence("nine", "ferries"))
    assert logits.shape == (5, 2), "a label for each word of the second text, none for the marks around it"
    assert logits.argmax(axis=1).tolist() == [0, 0, 1, 0, 0], "'nine' alone is without support"
    assert judge.support("", sentence("two", "ferries")) == 1.0


def test_what_is_longer_than_the_model_reads_is_cut(made: Callable[[Made], Path], tmp_path: Path) -> None:
    for kind in ("labels", "tokens"):
        judge = OwnJudge(str(made(kind)), tmp_path, claim_first=False)
        long = " ".join([sentence("two", "ferries")] * 40)
        assert 0.0 <= judge.support(sentence("two", "ferries"), long) <= 1.0


@pytest.mark.parametrize("kind", ["labels", "tokens"])
def test_several_threads_get_what_one_gets(kind: Made, made: Callable[[Made], Path], tmp_path: Path) -> None:
    judge = OwnJudge(str(made(kind)), tmp_path, claim_first=False)
    pairs = [(sentence(*claim), sentence(*evidence)) for evidence, claim in WORLD]
    alone = [judge.support(*pair) for pair in pairs]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda pair: judge.support(*pair), pairs)) == pytest.approx(alone, abs=1e-5)


@pytest.mark.parametrize("kind", ["logit", "labels", "tokens"])
def test_support_rests_on_it_alone(kind: Made, made: Callable[[Made], Path], tmp_path: Path) -> None:
    settings = Settings(models=tmp_path, judge=JudgeSettings(model=str(made(kind))))
    judge = open_judge(models=settings.models, other=open_own_judge(settings))
    assert judge.name == str(made(kind))
    quotes = [make_quote(1, sentence("five", "votes"))]
    stated, contradicted = (judge.support(sentence(count, "votes"), quotes) for count in ("five", "nine"))
    assert stated is not None
    assert contradicted is not None
    assert contradicted < 0.2 < 0.8 < stated


def test_thresholds_lie_on_its_probability(made: Callable[[Made], Path], tmp_path: Path) -> None:
    judge = open_judge(models=tmp_path, other=OwnJudge(str(made("logit")), tmp_path, claim_first=False))
    quotes = [make_quote(1, "There are nine of the votes.")]
    draft = Draft("there are nine votes .", (1,))
    support = judge.support(draft.text, quotes)
    assert support is not None
    for settings, verdict in (
        (VerifySettings(supported=support - 1e-6, partly=0.0), "supported"),
        (VerifySettings(supported=support + 1e-6, partly=0.0), "partly"),
    ):
        found = verify_sentence(draft, quotes, scorer=judge, settings=settings)
        assert isinstance(found, Sentence)
        assert found.verdict == verdict
    assert isinstance(
        verify_sentence(draft, quotes, scorer=judge, settings=VerifySettings(supported=1.0, partly=support + 1e-6)),
        Withheld,
    )


def test_a_model_is_asked_beside_it_in_the_doubtful_middle(made: Callable[[Made], Path], tmp_path: Path) -> None:
    class Sure:
        name = "sure"
        asked = 0

        def probability_yes(self, _: object) -> float:
            self.asked += 1
            return 0.9

    sure = Sure()
    own = OwnJudge(str(made("labels")), tmp_path, claim_first=False)
    judge = open_judge(models=tmp_path, model=sure, doubtful=(0.0, 1.0), other=own)  # type: ignore[arg-type]
    quote = make_quote(1, "there are two ferries .")
    alone = own.support("there are nine ferries .", quote.quote)
    both = judge.support("there are nine ferries .", [quote])
    assert both is not None
    assert alone < both < 0.9
    assert judge.name.endswith(" and sure")
    assert judge.asking(sure, doubtful=(0.9, 1.0)).support("there are nine ferries .", [quote]) == alone  # type: ignore[arg-type]
    assert sure.asked == 1


def test_a_desk_takes_the_judge_of_the_settings(made: Callable[[Made], Path], tmp_path: Path) -> None:
    settings = Settings(
        library=tmp_path / "library", models=tmp_path, model="none", judge=JudgeSettings(model=str(made("tokens")))
    )
    with Desk(settings=settings, encoder=WordEncoder(), create=True) as desk:
        assert isinstance(desk.judge, Judge)
        assert desk.judge.name == str(made("tokens"))
        assert settings.fingerprint() != Settings(library=tmp_path / "library", model="none").fingerprint()
    assert open_own_judge(Settings()) is None


def test_weights_that_changed_are_refused(copied: Callable[[Made], Path], tmp_path: Path) -> None:
    folder = copied("logit")
    OwnJudge(str(folder), tmp_path, claim_first=False)
    weights = load_file(folder / "model.safetensors")
    save_file({name: each + 1.0 for name, each in weights.items()}, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(ModelDamaged, match="not the one that was used before"):
        OwnJudge(str(folder), tmp_path, claim_first=False)


def test_what_is_no_number_is_damage(copied: Callable[[Made], Path], tmp_path: Path) -> None:
    folder = copied("labels")
    weights = load_file(folder / "model.safetensors")
    weights["classifier.bias"] = torch.full_like(weights["classifier.bias"], torch.nan)
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(ModelDamaged, match="no number"):
        OwnJudge(str(folder), tmp_path, claim_first=False).support("a", "b")


@pytest.fixture
def misfits(copied: Callable[[Made], Path], tmp_path: Path) -> dict[str, Path]:
    unnamed = copied("labels")
    change_config(unnamed, id2label={"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"})
    tags = copied("tokens")
    change_config(tags, id2label={"0": "O", "1": "B-PER"})
    pickled = copied("logit")
    torch.save(load_file(pickled / "model.safetensors"), pickled / "pytorch_model.bin")
    (pickled / "model.safetensors").unlink()
    encoder = tmp_path / "encoder"
    make_tokenizer(encoder).save_pretrained(encoder)
    from transformers import BertConfig

    BertModel(BertConfig(vocab_size=20, hidden_size=8, num_hidden_layers=1, num_attention_heads=2)).save_pretrained(
        encoder
    )
    return {"unnamed": unnamed, "tags": tags, "pickled": pickled, "encoder": encoder}


@pytest.mark.parametrize(
    ("name", "came", "remedy"),
    [
        (
            "unnamed",
            "has the labels LABEL_0, LABEL_1, LABEL_2. Wanted is one logit, or labels of inference",
            "id2label",
        ),
        ("tags", "labels tokens as O, B-PER. Wanted is one label for tokens without support", "id2label"),
        ("pickled", r"no weights as safetensors \(pytorch_model.bin\)", "save_pretrained"),
        ("encoder", "it is a BertModel. Wanted is a cross-encoder", "embedding.model"),
    ],
)
def test_a_model_of_another_sort_is_told_before_it_is_loaded(
    name: str, came: str, remedy: str, misfits: dict[str, Path], tmp_path: Path
) -> None:
    with pytest.raises(ModelUnavailable, match=came) as caught:
        OwnJudge(str(misfits[name]), tmp_path, claim_first=False)
    assert remedy in caught.value.hint


def test_a_folder_that_is_not_whole_is_damage(copied: Callable[[Made], Path], tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"no config\.json in"):
        OwnJudge(str(tmp_path / "nothing"), tmp_path, claim_first=False)
    cut = copied("labels")
    (cut / "model.safetensors").write_bytes((cut / "model.safetensors").read_bytes()[:500])
    with pytest.raises(ModelDamaged, match="cannot be loaded"):
        OwnJudge(str(cut), tmp_path, claim_first=False).load()
    broken = copied("tokens")
    (broken / "config.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelDamaged, match=r"config\.json cannot be read"):
        OwnJudge(str(broken), tmp_path, claim_first=False)


def test_a_cross_encoder_that_sentence_transformers_saved(made: Callable[[Made], Path], tmp_path: Path) -> None:
    """The scores are those of the library itself, whatever activation the model asks for there."""
    from sentence_transformers import CrossEncoder

    theirs = CrossEncoder(str(made("logit")), device="cpu", local_files_only=True)
    theirs.save_pretrained(str(tmp_path / "saved"))
    judge = OwnJudge(str(tmp_path / "saved"), tmp_path, claim_first=False)
    evidence, claim = sentence("five", "votes"), sentence("five", "ferries")
    wanted = float(theirs.predict([(evidence, claim)], activation_fn=torch.nn.Sigmoid(), show_progress_bar=False)[0])
    assert judge.support(claim, evidence) == pytest.approx(wanted, abs=1e-5)


@given(
    hypothesis_numpy.arrays(
        np.float32, st.integers(1, 9).map(lambda rows: (rows, 3)), elements=st.floats(-50, 50, width=32)
    )
)
def test_probabilities_are_what_they_are_said_to_be(logits: Any) -> None:
    shares = np.exp(logits.astype(float)) / np.exp(logits.astype(float)).sum(axis=1, keepdims=True)
    assert probability(logits, Sorted("tokens", 2)) == pytest.approx(1 - shares[:, 2].max(), abs=1e-9)
    assert probability(logits[0], Sorted("labels", 0)) == pytest.approx(shares[0, 0], abs=1e-9)
    assert probability(logits[0, :1], Sorted("logit", 0)) == pytest.approx(1 / (1 + np.exp(-float(logits[0, 0]))))
    with pytest.raises(IndexError):
        probability(logits[0], Sorted("logit", 0))


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"architectures": ["ModernBertForTokenClassification"]}, Sorted("tokens", 1)),
        (
            {"architectures": ["XForTokenClassification"], "id2label": {"1": "supported", "0": "Hallucinated"}},
            Sorted("tokens", 0),
        ),
        ({"architectures": ["XForSequenceClassification"], "id2label": {"0": "LABEL_0"}}, Sorted("logit", 0)),
        (
            {"architectures": ["XForSequenceClassification"], "id2label": dict(enumerate(NLI[::-1]))},
            Sorted("labels", 2),
        ),
        (
            {"architectures": ["XForSequenceClassification"], "id2label": {"0": "ENTAILMENT", "1": "not_entailment"}},
            Sorted("labels", 0),
        ),
    ],
)
def test_the_configuration_tells_the_sort(config: dict[str, Any], expected: Sorted) -> None:
    assert sort_of("a/b", config, is_cross_encoder=False) == expected
