# Written by `npm run generate` from the commands and their schemas; not to be edited.
"""Documents of the commands, as frozen dataclasses. Names are those of the JSON, in snake_case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from lorank._document import Document


@dataclass(frozen=True, kw_only=True)
class AgreeingRuns(Document):
    """Runs that differ less than separate trainings, and may or may not be copies: no training
    noise is visible. Wrong labels or an easy task make runs alike, too.
    """
    setting: Literal["rank", "seed", "rank-and-seed"]
    """Setting that differs between equal runs."""
    groups: tuple[tuple[AgreeingRunsGroups, ...], ...]
    """Groups of equal runs, two or more each, by rank and seed. A seed is absent if unknown."""


@dataclass(frozen=True, kw_only=True)
class AgreeingRunsByArm(Document):
    setting: Literal["arm", "seed", "arm-and-seed"]
    groups: tuple[tuple[AgreeingRunsByArmGroups, ...], ...]


@dataclass(frozen=True, kw_only=True)
class AgreeingRunsByArmGroups(Document):
    arm: str
    seed: int | None = None


@dataclass(frozen=True, kw_only=True)
class AgreeingRunsGroups(Document):
    rank: Count
    seed: Seed | None = None


@dataclass(frozen=True, kw_only=True)
class AlikeNeighbours(Document):
    """Examples that favour the same ranks as their neighbours in the table, as examples from a
    single document do.
    """
    chance: Share
    """Upper bound on the probability of so clear a sign if examples are in no order."""


@dataclass(frozen=True, kw_only=True)
class AlikeNeighboursByArm(Document):
    chance: float


@dataclass(frozen=True, kw_only=True)
class AlphaPattern(Document):
    """Alpha of the layers that a pattern matches."""
    pattern: str
    """Regular expression, as in  {@link  RankPattern } ."""
    alpha: NonNegative


@dataclass(frozen=True, kw_only=True)
class AlphaRuleEqualToRank(Document):
    kind: Literal["equal-to-rank"]


@dataclass(frozen=True, kw_only=True)
class AlphaRuleFixed(Document):
    kind: Literal["fixed"]
    alpha: float


@dataclass(frozen=True, kw_only=True)
class AnsweredPlan(Document):
    """Plan of a sweep; for any trainer's outcomes, of the comparison alone. Unknown members are
    null.
    """
    design: Design | None
    """Design; null while the number of evaluation examples is unknown."""
    results: AnsweredPlanResults | None
    """Earlier runs from which noise and times are taken; the warning says if model, data or
    trainer differ.
    """
    noise: tuple[NoiseCase, ...]
    costs: SweepCosts | None = None
    sweep: SweepPreview | None = None
    vllm_ranks: str | None = None
    """Note on ranks without vLLM slots; absent if another trainer reads the data."""
    published: tuple[PublishedSweep, ...] | None = None
    """Published sweeps of about the same size; empty if another trainer reads the data."""


@dataclass(frozen=True, kw_only=True)
class AnsweredPlanResults(Document):
    path: str
    warning: str | None


@dataclass(frozen=True, kw_only=True)
class AnswersSpec(Document):
    """Settings for the answers that a trial generates to evaluation prompts, by the most
    probable token each time.
    """
    metric: str
    """Judging metric, by name in `@lorank/judge`; the values become an evaluation's `correct`. A
    judge in a file has the file's name without a folder.
    """
    max_new_tokens: Count
    """Most tokens per answer."""
    sha256: str | None = None
    """SHA-256 over the judge's file. Absent for a built-in metric."""


@dataclass(frozen=True, kw_only=True)
class ArmAxis(Document):
    """Arms that are compared in place of ranks, such as models. Members named `rank` then are
    places in `names`, from 1.
    """
    by: str
    """Source of the names: a table's columns, or `arm` in a path."""
    names: tuple[str, ...]
    """Arms in order of cost; without costs by mean score, best first."""
    cost: ArmCosts | None = None
    """Cost by arm; absent if unknown."""


@dataclass(frozen=True, kw_only=True)
class ArmAxisByArm(Document):
    by: str
    names: tuple[str, ...]
    cost: ArmCostsByArm | None = None


@dataclass(frozen=True, kw_only=True)
class ArmCost(Document):
    of: str
    """Name of the cost, with its unit: `GPU hours`."""
    value: float


@dataclass(frozen=True, kw_only=True)
class ArmCosts(Document):
    of: str
    """Name of the cost, such as a table's column."""
    values: tuple[NonNegative, ...]
    """Costs by arm, each a mean over the arm's rows."""


@dataclass(frozen=True, kw_only=True)
class ArmCostsByArm(Document):
    of: str
    values: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class BaseQuantization(Document):
    """4-bit storage of the linear layers in a base's blocks; embeddings, head and norms are
    unchanged.
    """
    format: Literal["nf4", "fp4"]
    block_size: Literal[32, 64, 128, 256, 512, 1024, 2048, 4096]
    """Count of weights that share a scale (their largest absolute value, absmax)."""
    double_quant: Literal[True] | None = None
    """Double quantisation: the absmax are quantised too; false is not written."""


@dataclass(frozen=True, kw_only=True)
class BaseWeightsPretrained(Document):
    kind: Literal["pretrained"]
    name: str
    sha256: str
    quantization: BaseQuantization | None = None


@dataclass(frozen=True, kw_only=True)
class BaseWeightsRandom(Document):
    kind: Literal["random"]
    name: str
    config_sha256: str
    seed: Seed
    quantization: BaseQuantization | None = None


@dataclass(frozen=True, kw_only=True)
class BestAndLast(Document):
    """Scores of a rank's runs where only the best on the way and the last are known: means over
    runs.
    """
    rank: Count
    best: float
    """Each run's own best, which makes it optimistic."""
    last: float


@dataclass(frozen=True, kw_only=True)
class BestAndLastByArm(Document):
    arm: str
    best: float
    last: float


@dataclass(frozen=True, kw_only=True)
class BestBet(Document):
    """Rank to choose if nothing else can be run, and the risk, in the metric's unit. Only `rank`
    is present with a single seed or rank: either noise between seeds or differences are then
    unknown.
    """
    rank: Count
    """Certified rank, or else the rank with the best mean; among equals, the smallest."""
    expected_loss: NonNegative | None = None
    """Expected shortfall against the truly best rank."""
    may_lose: float | None = None
    """`shortfallBound` of the rank: at the decision's confidence no other rank is better by
    more.
    """
    one_more_seed: BestBetOneMoreSeed | None = None
    """Gain from another seed over the ranks that may still be best; absent if a single rank may."""


@dataclass(frozen=True, kw_only=True)
class BestBetByArm(Document):
    arm: str
    expected_loss: float | None = None
    may_lose: float | None = None
    one_more_seed: BestBetByArmOneMoreSeed | None = None


@dataclass(frozen=True, kw_only=True)
class BestBetByArmOneMoreSeed(Document):
    arms: tuple[str, ...]
    saves: float


@dataclass(frozen=True, kw_only=True)
class BestBetOneMoreSeed(Document):
    """Gain from another seed over the ranks that may still be best; absent if a single rank may."""
    ranks: tuple[Count, ...]
    """Ranks that are best with a probability of at least 5 %, ascending."""
    saves: NonNegative
    """Expected fall in the expected loss, since the bet may change."""


@dataclass(frozen=True, kw_only=True)
class ByPhaseNumber(Document):
    """A value for each phase that occurs."""
    loss: float
    block_backward: float
    optimizer_step: float
    generation: float | None = None


@dataclass(frozen=True, kw_only=True)
class Card(Document):
    """GPU models with equal nominal memory, usable memory and missing features."""
    gigabytes: float
    """Memory as the maker names it, in gigabytes."""
    bytes: float
    """Usable memory in bytes: at most 10⁹ a gigabyte, less for cards on which torch finds less."""
    names: tuple[str, ...]
    lacks: tuple[Lack, ...]
    """Features that the card does not support."""


@dataclass(frozen=True, kw_only=True)
class CardAnswer(Document):
    """Fit on the requested card at the largest rank, and memory-saving changes."""
    other_checkpointing: CardAnswerOtherCheckpointing
    """Estimate with the opposite checkpointing setting."""
    largest: CardAnswerLargest
    """Largest values that surely fit, changing a single setting at a time; null if not even 1
    surely does.
    """
    all_counted: bool
    """True if no estimate, before and after each single change, omits anything. If false,
    changes not named here may make it fit, too.
    """
    text: str
    bytes: float
    label: str
    rank: float | None
    """Rank estimated; null for full fine-tuning."""
    base: BaseFormatName
    fit: Fit
    changes: tuple[ChangeEffect, ...]
    """Single settings changes that save memory, the largest saving first; empty if the rank
    fits.
    """
    sequence: tuple[ChangeEffect, ...] | None
    """Fewest settings changes that together make the rank fit; null if none do."""
    name: str | None = None
    """Known card's name; such a card may lack required features."""
    lacks: tuple[Lack, ...] | None = None
    count: float | None = None
    """Number of cards, if typed or above 1."""


@dataclass(frozen=True, kw_only=True)
class CardAnswerLargest(Document):
    """Largest values that surely fit, changing a single setting at a time; null if not even 1
    surely does.
    """
    rank: float | None
    micro_batch: float | None
    seq: float | None


@dataclass(frozen=True, kw_only=True)
class CardAnswerOtherCheckpointing(Document):
    """Estimate with the opposite checkpointing setting."""
    checkpointing: CheckpointingKind
    fit: Fit
    device_bytes: tuple[float, float]
    not_counted: tuple[NotCounted, ...]
    """Training memory omitted from that estimate."""


@dataclass(frozen=True, kw_only=True)
class CardChoice(Document):
    fits: Card | None
    """Smallest card with room for the upper bound; null if none has, or if something that adds
    memory is not counted.
    """
    may_fit: Card | None
    """Smallest card with room for the lower bound; null if none has, or if something that saves
    memory is not counted.
    """


@dataclass(frozen=True, kw_only=True)
class Cards(Document):
    """Cards training the same model, each on separate batches."""
    count: float
    strategy: Strategy


@dataclass(frozen=True, kw_only=True)
class ChangeEffect(Document):
    """Memory-saving change of the settings, and its effect on device memory."""
    name: str
    """Name of the change, as a heading: `gradient checkpointing`."""
    price: str
    """Price of the change (time, precision), in words."""
    set: Mapping[str, str]
    """Options that the change sets, by name and as text: `{ checkpointing: "on" }`."""
    saved_bytes: float
    """Decrease in the upper bound on device memory."""
    device_bytes: tuple[float, float]
    not_counted: tuple[NotCounted, ...]
    """Training memory omitted from the estimate after the change."""
    fit: Fit


@dataclass(frozen=True, kw_only=True)
class ChoiceConfirmation(Document):
    """Second look at the best value: value and default trained again under another seed."""
    value: NonNegative | str
    seed: Seed
    gains: tuple[ChoiceGain, ...]
    confirmed: bool
    """Tells if the value was clearly better again."""


@dataclass(frozen=True, kw_only=True)
class ChoiceConfirmationByArm(Document):
    value: float | str
    seed: int
    gains: tuple[ChoiceGainByArm, ...]
    confirmed: bool


@dataclass(frozen=True, kw_only=True)
class ChoiceGain(Document):
    """Worth of a value against the default, for a rank, over the judged examples."""
    rank: Count
    value: NonNegative | str
    gain: float
    """Mean log loss at the default minus that at `value`, in nats."""
    standard_error: NonNegative
    accuracy_gain: float
    """Accuracy at `value` minus that at the default."""
    accuracy_error: NonNegative


@dataclass(frozen=True, kw_only=True)
class ChoiceGainByArm(Document):
    arm: str
    value: float | str
    gain: float
    standard_error: float
    accuracy_gain: float
    accuracy_error: float


@dataclass(frozen=True, kw_only=True)
class ChoiceLoss(Document):
    """Result of training a rank with a value of a searched choice."""
    rank: Count
    trainable_params: Count
    """Count of trained parameters, head included."""
    log_loss: LogLoss | None = None
    """Mean log loss over the judged examples, in nats; absent if the training did not complete."""
    accuracy: Share | None = None
    """Share of the judged examples that were right; absent if the training did not complete."""


@dataclass(frozen=True, kw_only=True)
class ChoiceLossByArm(Document):
    arm: str
    trainable_params: int
    log_loss: float | None = None
    accuracy: float | None = None


@dataclass(frozen=True, kw_only=True)
class ChoiceSearch(Document):
    """Search among few values, which keeps the default unless another is clearly better under
    two seeds.
    """
    chosen: NonNegative | str
    start: NonNegative | str
    """Default value."""
    learning_rate: NonNegative
    epochs: NonNegative
    train_examples: Count
    tried: tuple[ChoiceValue, ...]
    gains: tuple[ChoiceGain, ...]
    """Worth of each other value; absent ones did not complete, or the default did not."""
    threshold: NonNegative
    """Least gain in log loss that counts, in nats."""
    clear_errors: NonNegative
    """Standard errors that a gain must also exceed under the first seed: more, the more
    comparisons there are.
    """
    explanation: str
    notes: tuple[str, ...]
    """Caveats about the search, in sentences."""
    confirmation: ChoiceConfirmation | None = None
    """Second look; absent if no value was clearly better under the first seed."""


@dataclass(frozen=True, kw_only=True)
class ChoiceSearchByArm(Document):
    chosen: float | str
    start: float | str
    learning_rate: float
    epochs: float
    train_examples: int
    tried: tuple[ChoiceValueByArm, ...]
    gains: tuple[ChoiceGainByArm, ...]
    threshold: float
    clear_errors: float
    explanation: str
    notes: tuple[str, ...]
    confirmation: ChoiceConfirmationByArm | None = None


@dataclass(frozen=True, kw_only=True)
class ChoiceValue(Document):
    """Value of a searched choice: a number, or a name such as `mlp` or `rslora`."""
    value: NonNegative | str
    losses: tuple[ChoiceLoss, ...]
    """Losses at this value, ascending by rank."""
    target_modules: tuple[str, ...] | None = None
    """Layers with an adapter, where those are the choice."""


@dataclass(frozen=True, kw_only=True)
class ChoiceValueByArm(Document):
    value: float | str
    losses: tuple[ChoiceLossByArm, ...]
    target_modules: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class ChosenRate(Document):
    """Learning rate at which a rank is compared."""
    rank: Count
    rate: NonNegative
    tried: Count
    """Count of learning rates tried with the rank."""


@dataclass(frozen=True, kw_only=True)
class ChosenRateByArm(Document):
    arm: str
    rate: float
    tried: int


@dataclass(frozen=True, kw_only=True)
class ChosenRows(Document):
    """Selection and averaging of a table's rows before the decision."""
    where: tuple[ChosenRowsWhere, ...] | None = None
    """Filters: rows were read if each of these columns has one of its values."""
    average_over: ChosenRowsAverageOver | None = None
    """Column over which scores, or an example's outcomes, are averaged within rank and seed."""


@dataclass(frozen=True, kw_only=True)
class ChosenRowsAverageOver(Document):
    """Column over which scores, or an example's outcomes, are averaged within rank and seed."""
    column: str
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ChosenRowsByArm(Document):
    where: tuple[ChosenRowsByArmWhere, ...] | None = None
    average_over: ChosenRowsByArmAverageOver | None = None


@dataclass(frozen=True, kw_only=True)
class ChosenRowsByArmAverageOver(Document):
    column: str
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ChosenRowsByArmWhere(Document):
    column: str
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ChosenRowsWhere(Document):
    column: str
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ClassPriorComparison(Document):
    """Compared ranks against the class prior: the best prediction for the evaluation examples
    without reading them. No rank is recommended unless some rank beats the prior.
    """
    accuracy: Share
    """Accuracy from always naming the most frequent class: that class's share of the examples."""
    log_loss: LogLoss
    """Log loss from predicting the class shares for every example: their entropy, in nats."""
    source: Literal["labels", "shares", "agreement"]
    """Source of the class prior. `labels`: each example's class. `shares`: the largest class's
    share; `logLoss` is then the largest possible. `agreement`: no class is known, but all
    runs are right on the same examples, which count as a class.
    """
    state: Literal["better", "not-better", "unclear"]
    """Comparison result. `better`: some rank is shown to beat the prior. `not-better`: each rank
    is shown to gain at most the margin over it. `unclear`: neither.
    """
    ranks: tuple[PriorAdvantage, ...]
    """Advantages over the class prior, ascending by rank."""


@dataclass(frozen=True, kw_only=True)
class ClassPriorComparisonByArm(Document):
    accuracy: float
    log_loss: float
    source: Literal["labels", "shares", "agreement"]
    state: Literal["better", "not-better", "unclear"]
    arms: tuple[PriorAdvantageByArm, ...]


@dataclass(frozen=True, kw_only=True)
class CollapsedRun(Document):
    """Run far worse than the rank's other seeds, and near or below every other run. Scores are
    in the metric's unit.
    """
    rank: Count
    score: float
    others: Interval
    """Score range over the rank's runs that did not collapse."""
    seed: Seed | None = None
    """Run seed, absent if unknown."""


@dataclass(frozen=True, kw_only=True)
class CollapsedRunByArm(Document):
    arm: str
    score: float
    others: tuple[float, float]
    seed: int | None = None


@dataclass(frozen=True, kw_only=True)
class CommandArm(Document):
    name: str
    lora: CommandArmLora
    cost: ArmCost | None = None
    """Cost, by which arms are ordered; absent if unknown, then for all arms."""
    optimizer: CommandArmOptimizer | None = None
    values: Mapping[str, str] | None = None
    """Settings that the trainer alone understands, by name."""


@dataclass(frozen=True, kw_only=True)
class CommandArmLora(Document):
    rank: CommandArmLoraRank
    """Inner size of A and B; 0 trains the head alone."""
    alpha: AlphaRule | None = None
    scaling_rule: ScalingRule | None = None
    target_modules: tuple[str, ...] | None = None
    """Last parts of module paths, for example `q_proj`, sorted."""
    rank_pattern: tuple[RankPattern, ...] | None = None
    """Ranks of single layers; the first pattern that matches wins. Absent if no layer has its
    own; never empty.
    """
    alpha_pattern: tuple[AlphaPattern, ...] | None = None
    """Alphas of single layers; the first pattern that matches wins. Absent if no layer has its
    own; never empty.
    """
    dora: Literal[True] | None = None
    """Weight-decomposed (DoRA): a trained magnitude for each weight row, in addition to A and B.
    Absent means no; false is not written, so that a spec without it has an unchanged
    `trialId`.
    """


@dataclass(frozen=True, kw_only=True)
class CommandArmLoraRank(Document):
    """Inner size of A and B; 0 trains the head alone."""
    pass


@dataclass(frozen=True, kw_only=True)
class CommandArmOptimizer(Document):
    learning_rate: NonNegative | None = None
    epochs: NonNegative | None = None


@dataclass(frozen=True, kw_only=True)
class CommandConfig(Document):
    """Sweep config for a user's command's trials. Saved as `sweep.json`."""
    trainer: CommandTrainer
    optimizer: CommandConfigOptimizer
    name: str
    ranks: tuple[float, ...]
    """Ranks, or with arms their numbers in order of cost, from 1."""
    seeds: tuple[float, ...]
    """Random seeds. In a grid, each has a trial at every rank; other methods choose among these
    trials.
    """
    metric: MetricName
    margin: float
    """Margin: the largest loss of quality that still counts as adequate; a share for accuracy,
    nats for log loss.
    """
    confidence: float
    lora: CommandConfigLora
    """Adapter settings, equal for every rank; absent members are up to the trainer."""
    evaluate_every: NonNegative | None = None
    """Steps between evaluations on the way, or if below 1 their share of all steps; absent
    without any.
    """
    robustness: Literal[True] | None = None
    method: Literal["probe", "race"] | None = None
    """Trial selection method; absent for `grid`: every rank under every seed."""
    secondary: tuple[SecondaryOutcome, ...] | None = None
    """Outcomes beside the metric; absent without any."""
    arms: tuple[CommandArm, ...] | None = None
    """Arms that are compared in place of ranks."""
    test: CommandConfigTest | None = None
    """Test examples, which the trainer reads itself, for one score at the recommended rank.
    Absent means no score.
    """


@dataclass(frozen=True, kw_only=True)
class CommandConfigLora(Document):
    """Adapter settings, equal for every rank; absent members are up to the trainer."""
    alpha: AlphaRule | None = None
    scaling_rule: ScalingRule | None = None
    target_modules: tuple[str, ...] | None = None
    """Last parts of module paths, for example `q_proj`, sorted."""
    rank_pattern: tuple[RankPattern, ...] | None = None
    """Ranks of single layers; the first pattern that matches wins. Absent if no layer has its
    own; never empty.
    """
    alpha_pattern: tuple[AlphaPattern, ...] | None = None
    """Alphas of single layers; the first pattern that matches wins. Absent if no layer has its
    own; never empty.
    """
    dora: Literal[True] | None = None
    """Weight-decomposed (DoRA): a trained magnitude for each weight row, in addition to A and B.
    Absent means no; false is not written, so that a spec without it has an unchanged
    `trialId`.
    """


@dataclass(frozen=True, kw_only=True)
class CommandConfigOptimizer(Document):
    learning_rate: NonNegative | None = None
    epochs: NonNegative | None = None


@dataclass(frozen=True, kw_only=True)
class CommandConfigTest(Document):
    """Test examples, which the trainer reads itself, for one score at the recommended rank.
    Absent means no score.
    """
    name: str
    sha256: str
    """SHA-256 over the bytes of the tokenised file."""


@dataclass(frozen=True, kw_only=True)
class CommandTrainer(Document):
    """Another trainer: a program that trains, evaluates and writes results."""
    command: tuple[str, ...]
    """Program and arguments, with placeholders such as `{rank}` for values that differ between
    trials.
    """
    files: tuple[CommandTrainerFiles, ...]
    """Files that the commands name, relative to the folder they run in; so a changed script is
    another trainer.
    """
    evaluate: tuple[str, ...] | None = None
    """Evaluation command for an adapter. Absent if the trainer cannot evaluate a saved adapter."""
    exit_codes: CommandTrainerExitCodes | None = None
    """Exit codes by which `command` reports a result without an evaluation, not a failure."""


@dataclass(frozen=True, kw_only=True)
class CommandTrainerExitCodes(Document):
    """Exit codes by which `command` reports a result without an evaluation, not a failure."""
    diverged: Count | None = None
    out_of_memory: Count | None = None


@dataclass(frozen=True, kw_only=True)
class CommandTrainerFiles(Document):
    path: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class CompareDocument(Document):
    result: Literal["first-better", "second-better", "alike", "open"]
    """Result of the comparison.

    - `first-better`, `second-better`: the interval excludes 0.
    - `alike`: the interval lies within the margin on both sides.
    - `open`: neither is shown. With a single seed nothing is.
    """
    advantage: float
    interval: Interval
    metric: MetricName
    margin: Margin
    confidence: Share
    first: ComparedSide
    second: ComparedSide
    seeds: CompareDocumentSeeds
    """Runs of the side with fewer; `paired` if compared seed by seed."""
    examples: CompareDocumentExamples
    """Examples: `paired` one by one, `shared` without outcomes by example, or `separate`.
    `count` is of the side with fewer; absent if unknown.
    """
    examples_are: SameExamples
    """Examples of both results: `same`, alike in names and counts (`by-name`), `different`, or
    `unknown`, as of scores alone.
    """
    explanation: str
    """Comparison in words."""
    copies: Literal[True] | None = None
    """Present if runs of both sides are too alike to be separate trainings."""
    test: Comparison | None = None
    """Comparison on test examples, by which nothing was chosen; absent unless both sweeps have
    scores of the same ones.
    """
    each: tuple[RankDifference, ...] | None = None
    """Ranks that both have. Their intervals hold for all of them at once."""
    out: str | None = None
    """Path to the written page, if any."""


@dataclass(frozen=True, kw_only=True)
class CompareDocumentByArm(Document):
    result: Literal["first-better", "second-better", "alike", "open"]
    advantage: float
    interval: tuple[float, float]
    metric: Literal["accuracy", "log-loss", "f1", "macro-f1", "mcc", "auroc", "task-mean", "task-log-loss"] | str
    margin: float
    confidence: float
    first: ComparedSideByArm
    second: ComparedSideByArm
    seeds: CompareDocumentByArmSeeds
    examples: CompareDocumentByArmExamples
    examples_are: Literal["same", "by-name", "different", "unknown"]
    explanation: str
    copies: Literal[True] | None = None
    test: ComparisonByArm | None = None
    each: tuple[RankDifferenceByArm, ...] | None = None
    out: str | None = None


@dataclass(frozen=True, kw_only=True)
class CompareDocumentByArmExamples(Document):
    are: Literal["paired", "shared", "separate"]
    count: int | None = None


@dataclass(frozen=True, kw_only=True)
class CompareDocumentByArmSeeds(Document):
    count: int
    are: Literal["paired", "apart"]


@dataclass(frozen=True, kw_only=True)
class CompareDocumentExamples(Document):
    """Examples: `paired` one by one, `shared` without outcomes by example, or `separate`.
    `count` is of the side with fewer; absent if unknown.
    """
    are: Literal["paired", "shared", "separate"]
    count: Count | None = None


@dataclass(frozen=True, kw_only=True)
class CompareDocumentSeeds(Document):
    """Runs of the side with fewer; `paired` if compared seed by seed."""
    count: Count
    are: Literal["paired", "apart"]


@dataclass(frozen=True, kw_only=True)
class ComparedSide(Document):
    """Side of a comparison: what was compared, and its mean score."""
    name: str
    runs: Count
    """Runs that count in the comparison."""
    chosen_from: Count
    """Ranks among which this one was chosen by the same examples; 1 if it was not chosen."""
    scores: MetricScores | None = None
    score_intervals: MetricIntervals | None = None
    accuracy: Share | None = None
    """Mean accuracy; absent if runs have a single score each, by another metric."""
    interval: Interval | None = None
    log_loss: LogLoss | None = None
    """Mean log loss; absent if the runs have no log loss."""
    log_loss_interval: Interval | None = None
    rank: Count | None = None
    """Compared rank, or the number of an arm; absent for scores of runs without either."""


@dataclass(frozen=True, kw_only=True)
class ComparedSideByArm(Document):
    name: str
    runs: int
    chosen_from: int
    scores: MetricScoresByArm | None = None
    score_intervals: MetricIntervalsByArm | None = None
    accuracy: float | None = None
    interval: tuple[float, float] | None = None
    log_loss: float | None = None
    log_loss_interval: tuple[float, float] | None = None
    arm: str | None = None


@dataclass(frozen=True, kw_only=True)
class Comparison(Document):
    """Comparison of two results."""
    result: Literal["first-better", "second-better", "alike", "open"]
    """Result of the comparison.

    - `first-better`, `second-better`: the interval excludes 0.
    - `alike`: the interval lies within the margin on both sides.
    - `open`: neither is shown. With a single seed nothing is.
    """
    advantage: float
    interval: Interval
    metric: MetricName
    margin: Margin
    confidence: Share
    first: ComparedSide
    second: ComparedSide
    seeds: ComparisonSeeds
    """Runs of the side with fewer; `paired` if compared seed by seed."""
    examples: ComparisonExamples
    """Examples: `paired` one by one, `shared` without outcomes by example, or `separate`.
    `count` is of the side with fewer; absent if unknown.
    """
    copies: Literal[True] | None = None
    """Present if runs of both sides are too alike to be separate trainings."""


@dataclass(frozen=True, kw_only=True)
class ComparisonByArm(Document):
    result: Literal["first-better", "second-better", "alike", "open"]
    advantage: float
    interval: tuple[float, float]
    metric: Literal["accuracy", "log-loss", "f1", "macro-f1", "mcc", "auroc", "task-mean", "task-log-loss"] | str
    margin: float
    confidence: float
    first: ComparedSideByArm
    second: ComparedSideByArm
    seeds: ComparisonByArmSeeds
    examples: ComparisonByArmExamples
    copies: Literal[True] | None = None


@dataclass(frozen=True, kw_only=True)
class ComparisonByArmExamples(Document):
    are: Literal["paired", "shared", "separate"]
    count: int | None = None


@dataclass(frozen=True, kw_only=True)
class ComparisonByArmSeeds(Document):
    count: int
    are: Literal["paired", "apart"]


@dataclass(frozen=True, kw_only=True)
class ComparisonExamples(Document):
    """Examples: `paired` one by one, `shared` without outcomes by example, or `separate`.
    `count` is of the side with fewer; absent if unknown.
    """
    are: Literal["paired", "shared", "separate"]
    count: Count | None = None


@dataclass(frozen=True, kw_only=True)
class ComparisonSeeds(Document):
    """Runs of the side with fewer; `paired` if compared seed by seed."""
    count: Count
    are: Literal["paired", "apart"]


@dataclass(frozen=True, kw_only=True)
class Confirmation(Document):
    """Predicted rank that was trained, compared with the largest under the same seeds."""
    rank: Count
    seeds: Count
    """Count of seeds shared with the largest rank."""
    share: Share
    """Share of the allowed error (1 - confidence) that this confirmation spends."""
    outcome: Literal["held", "missed", "refuted", "failed"]
    """Confirmation result. `held`, `missed`: within the prediction or not. `refuted`: too far
    below the largest. `failed`: runs failed. After the last two a larger rank is tried.
    """
    advantage: float | None = None
    """Advantage of this rank's real runs over the largest rank's, in the metric's unit; absent
    if they failed.
    """
    interval: Interval | None = None


@dataclass(frozen=True, kw_only=True)
class ConfirmationByArm(Document):
    arm: str
    seeds: int
    share: float
    outcome: Literal["held", "missed", "refuted", "failed"]
    advantage: float | None = None
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class ConsumerWarning(Document):
    """Fault of a program with an adapter: it refuses the adapter, reads it wrongly, or needs a
    setting.
    """
    consumer: Literal["vLLM", "llama.cpp", "mlx-lm", "PEFT"]
    problem: str


@dataclass(frozen=True, kw_only=True)
class ConsumerWarningByArm(Document):
    consumer: Literal["vLLM", "llama.cpp", "mlx-lm", "PEFT"]
    problem: str


@dataclass(frozen=True, kw_only=True)
class Copies(Document):
    """Runs that repeat another run's outcomes: a setting did not reach the trainer, or the same
    model was evaluated each time.
    """
    setting: Literal["rank", "seed", "rank-and-seed"]
    """Setting that differs between equal runs."""
    shown_by: Literal["log-loss", "training-loss", "outcomes", "score"]
    """Evidence: equal or nearly equal log losses, or training losses with nearly all answers, or
    answers alone, on more examples than chance explains. For runs with a single score each,
    scores.
    """
    groups: tuple[tuple[CopiesGroups, ...], ...]
    """Groups of equal runs, two or more each, by rank and seed. A seed is absent if unknown."""


@dataclass(frozen=True, kw_only=True)
class CopiesByArm(Document):
    setting: Literal["arm", "seed", "arm-and-seed"]
    shown_by: Literal["log-loss", "training-loss", "outcomes", "score"]
    groups: tuple[tuple[CopiesByArmGroups, ...], ...]


@dataclass(frozen=True, kw_only=True)
class CopiesByArmGroups(Document):
    arm: str
    seed: int | None = None


@dataclass(frozen=True, kw_only=True)
class CopiesGroups(Document):
    rank: Count
    seed: Seed | None = None


@dataclass(frozen=True, kw_only=True)
class DatasetRef(Document):
    """Tokenised examples for a trial; `sha256` is over the dataset file's bytes."""
    name: str
    sha256: str
    train_examples: Count
    validation_examples: Count


@dataclass(frozen=True, kw_only=True)
class Decision(Document):
    """Verdict with every number that led to it."""
    verdict: VerdictKind
    rank: Count | None
    """Recommended rank; null when inconclusive."""
    best_rank: Count | None
    """Rank with the best mean, supported or not; null when no trial completed."""
    metric: MetricName
    margin: Margin
    confidence: Share
    seeds: Count
    """Count of seeds that all compared ranks completed; if seeds are apart, or runs are known by
    scores, the fewest runs per rank.
    """
    examples: Count
    ranks: tuple[RankSummary, ...]
    """Rank summaries, ascending by rank."""
    explanation: str
    """Verdict in plain words, as a paragraph."""
    robustness: Robustness | None = None
    """Smallest and largest rank at other learning rates; absent unless tried."""
    points: PointsFinding | None = None
    """Best point beside the last; absent without evaluations on the way."""
    fell: Falls | None = None
    """Runs that ended far below their best on the way; absent without any."""
    best_on_the_way: tuple[BestAndLast, ...] | None = None
    """Best scores on the way, of tables that have them beside the last; absent if they are the
    last.
    """
    convergence: tuple[RankConvergence, ...] | None = None
    """Convergence by compared rank, ascending; absent without loss curves."""
    classes: ExampleClasses | None = None
    """Classes; present for a metric of all examples together."""
    class_prior: ClassPriorComparison | None = None
    """Compared ranks against the class prior; absent for causal-lm, and if the classes are
    unknown.
    """
    fault: TrainingFault | None = None
    """Likely cause if training taught nothing: most runs diverged, or no rank is shown to beat
    the class prior. Absent otherwise, and without loss curves.
    """
    faulty_training: FaultyTraining | None = None
    """Training settings behind `fault`, and the count of diverged runs; absent without a fault."""
    copies: Copies | None = None
    """Runs that are copies of others: no rank is recommended, and each counts once in all
    numbers.
    """
    agreeing_seeds: Count | None = None
    """Count of seeds that count as a single seed, since runs differ less than separate
    trainings. Absent if losses show separate trainings.
    """
    agreeing_runs: AgreeingRuns | None = None
    """Runs too alike to be surely separate trainings. Files by earlier versions have only
    `agreeingSeeds`.
    """
    collapsed: tuple[CollapsedRun, ...] | None = None
    """Runs far below their rank's other seeds, by rank, then seed. They count in all numbers but
    `withoutCollapsed`.
    """
    dependent_runs: DependentRuns | None = None
    """Present if runs depend on the run before them: intervals assume independence, and are too
    narrow.
    """
    warm_starts: WarmStarts | None = None
    """Present if runs began with the weights of different other runs."""
    ranks_in_turn: Literal[True] | None = None
    """Present if each rank's runs began before the next rank's: a drift would look like a
    difference.
    """
    groups: GroupedExamples | None = None
    alike_neighbours: AlikeNeighbours | None = None
    """Present if no groups are known, and examples are alike as in groups."""
    race: RaceSummary | None = None
    """Present after a race: looks and the ranks dropped at them."""
    probe: ProbeSummary | None = None
    """Present after a probe: predictions and confirmations."""
    certified_rank: Count | None = None
    """Smallest rank that no other beats by more than the margin, or null. Absent in files by
    earlier versions.
    """
    best_bet: BestBet | None = None
    """Best bet, present if `rank` is null and some rank completed, unless runs are copies.
    Absent in files by earlier versions.
    """
    seeds_are: Literal["apart"] | None = None
    """Seed design: present if ranks have no seeds in common. Each rank's runs then all count, as
    a separate sample.
    """
    excluded: tuple[ExcludedRank, ...] | None = None
    """Ranks that were tried but not compared."""
    axis: ArmAxis | None = None
    """Arms, if they are compared in place of ranks; members named `rank` then hold their
    numbers.
    """
    chosen_rows: ChosenRows | None = None
    """Selection and averaging of the table's rows; absent if all were read, each by itself."""
    run_scores: RunScores | None = None
    """Details if runs are known by single scores; absent if they are known by example."""
    left_out: tuple[LeftOutRun, ...] | None = None
    """Compared ranks' runs without an outcome: their seeds are left out for every rank. Absent
    if none.
    """
    needed: NeededDesign | None = None
    """Estimated design that would settle the verdict. Absent if settled, or if more data would
    not.
    """
    indifference: NonNegative | None = None
    """Largest `shortfallBound`, in the metric's unit, with which an unbeaten rank is
    recommended: two margins. Absent, like the members below, in files by earlier versions.
    """
    pairs: tuple[PairSummary, ...] | None = None
    """Comparisons for all pairs of ranks; absent below two, and if runs are or may be copies."""
    selection: Selection | None = None
    """Winner's curse at the best mean; absent with fewer than two ranks."""
    returns: Returns | None = None
    """Returns from larger ranks; absent when the design supports no claim."""
    without_collapsed: VerdictWithout | None = None
    """Verdict without collapsed runs. Absent if no run collapsed, if fewer than two seeds
    remain, and if the runs say nothing about ranks.
    """
    secondary: tuple[SecondaryFinding, ...] | None = None
    """Findings on secondary outcomes; absent without any."""
    by_task: VerdictByTask | None = None
    """Verdict by the metric alone, if conditions lead to another rank: recommended, certified or
    best bet.
    """
    by_log_loss: VerdictWithout | None = None
    """Verdict by the responses' log loss; present if generated answers decide."""
    weak_evidence: WeakEvidence | None = None
    """Weak points, present if a rank is recommended or certified on few seeds or examples, or
    with a wide interval.
    """
    earlier: EarlierVerdict | None = None
    """Verdict in the file from which trials were read, if an earlier rule decided differently."""


@dataclass(frozen=True, kw_only=True)
class DecisionByArm(Document):
    verdict: Literal["adequate", "extend", "provisional", "indistinguishable", "inconclusive"]
    arm: str | None
    best_arm: str | None
    metric: Literal["accuracy", "log-loss", "f1", "macro-f1", "mcc", "auroc", "task-mean", "task-log-loss"] | str
    margin: float
    confidence: float
    seeds: int
    examples: int
    arms: tuple[RankSummaryByArm, ...]
    explanation: str
    robustness: RobustnessByArm | None = None
    points: PointsFindingByArm | None = None
    fell: FallsByArm | None = None
    best_on_the_way: tuple[BestAndLastByArm, ...] | None = None
    convergence: tuple[RankConvergenceByArm, ...] | None = None
    classes: ExampleClassesByArm | None = None
    class_prior: ClassPriorComparisonByArm | None = None
    fault: Literal["rate-too-high", "memorising", "too-short", "unknown"] | None = None
    faulty_training: FaultyTrainingByArm | None = None
    copies: CopiesByArm | None = None
    agreeing_seeds: int | None = None
    agreeing_runs: AgreeingRunsByArm | None = None
    collapsed: tuple[CollapsedRunByArm, ...] | None = None
    dependent_runs: DependentRunsByArm | None = None
    warm_starts: WarmStartsByArm | None = None
    arms_in_turn: Literal[True] | None = None
    groups: GroupedExamplesByArm | None = None
    alike_neighbours: AlikeNeighboursByArm | None = None
    race: RaceSummaryByArm | None = None
    probe: ProbeSummaryByArm | None = None
    certified_arm: str | None = None
    best_bet: BestBetByArm | None = None
    seeds_are: Literal["apart"] | None = None
    excluded: tuple[ExcludedRankByArm, ...] | None = None
    axis: ArmAxisByArm | None = None
    chosen_rows: ChosenRowsByArm | None = None
    run_scores: RunScoresByArm | None = None
    left_out: tuple[LeftOutRunByArm, ...] | None = None
    needed: NeededDesignByArm | None = None
    indifference: float | None = None
    pairs: tuple[PairSummaryByArm, ...] | None = None
    selection: SelectionByArm | None = None
    returns: DecisionByArmReturnsFlat | DecisionByArmReturnsRisingUntil | None = None
    without_collapsed: VerdictWithoutByArm | None = None
    secondary: tuple[SecondaryFindingByArm, ...] | None = None
    by_task: VerdictByTaskByArm | None = None
    by_log_loss: VerdictWithoutByArm | None = None
    weak_evidence: WeakEvidenceByArm | None = None
    earlier: EarlierVerdictByArm | None = None


@dataclass(frozen=True, kw_only=True)
class DecisionByArmReturnsFlat(Document):
    curve: Literal["flat"]
    steps: tuple[ReturnStepByArm, ...]


@dataclass(frozen=True, kw_only=True)
class DecisionByArmReturnsRisingUntil(Document):
    curve: Literal["rising-until"]
    arm: str
    interval: tuple[float, float]
    steps: tuple[ReturnStepByArm, ...]


@dataclass(frozen=True, kw_only=True)
class DependentRuns(Document):
    """Runs more alike the nearer they are in an order: each may have started from the last, or a
    machine drifted.
    """
    order: Literal["time", "seed"]
    """Order in which neighbours are alike: by start time, or by seed if times are unknown."""
    shown_by: Literal["outcomes", "scores", "seeds"]
    """Evidence, from runs that follow each other. `outcomes`: they disagree on fewer examples.
    `scores`: their scores are nearer, apart from what ranks share under a seed. `seeds`: what
    ranks share is nearer.
    """
    chance: Share
    """Upper bound on the probability of so clear a sign if runs are independent."""


@dataclass(frozen=True, kw_only=True)
class DependentRunsByArm(Document):
    order: Literal["time", "seed"]
    shown_by: Literal["outcomes", "scores", "seeds"]
    chance: float


@dataclass(frozen=True, kw_only=True)
class Design(Document):
    """Experiment design to plan: ranks, seeds, examples, and the margin to reach."""
    ranks: tuple[float, ...]
    """Ranks to compare, ascending; with `axis` the arms' numbers."""
    seeds: float
    examples: float
    metric: MetricName
    margin: float
    confidence: float
    power: float
    binary: bool
    """Tells if every outcome is right or wrong."""
    axis: ArmAxis | None = None
    """Arms that are compared in place of ranks."""
    groups: float | None = None
    """Number of groups among the examples; absent if examples are independent."""
    limit: ValidationLimit | None = None
    """Largest number of examples that the data can give; undefined for another trainer."""
    method: MethodName | None = None
    """Sweep's method; absent for a grid."""


@dataclass(frozen=True, kw_only=True)
class DiskUse(Document):
    """Predicted bytes of a results folder, by kind of file."""
    adapters: float
    """Bytes of all trials' adapters, and of one published copy per rank."""
    results: float
    """Bytes of outcomes and loss curves, per trial and again in results.json, test outcomes
    included.
    """
    data: float
    """Predicted bytes of tokenised texts, test texts included."""
    others: float
    """Predicted bytes of logs, specs and the report."""
    total: float


@dataclass(frozen=True, kw_only=True)
class DoublingGain(Document):
    """Gain of a rank from twice as many epochs."""
    rank: Count
    from_: NonNegative
    to: NonNegative
    gain: float
    """Mean log loss after `from` epochs minus that after `to`, in nats, over the judged
    examples.
    """
    standard_error: NonNegative


@dataclass(frozen=True, kw_only=True)
class DoublingGainByArm(Document):
    arm: str
    from_: float
    to: float
    gain: float
    standard_error: float


@dataclass(frozen=True, kw_only=True)
class DryRunDocument(Document):
    """Document of a dry run, with the scheduler's input."""
    dry_run: Literal[True]
    out: str
    method: MethodName
    trials: float
    expected_trials: float
    trials_at_once: float
    config: SweepConfig | CommandConfig
    """Normalised config: ranks, seeds and target modules sorted, arms in order of cost."""
    model: ModelSummary | None = None
    data: DryRunDocumentData | None = None
    threads_per_trial: float | None = None
    device: str | None = None
    """Device for the trials, and why it was chosen."""
    ranks: tuple[RankSize, ...] | None = None
    max_length: float | None = None
    portable: bool | None = None
    to_search: tuple[str, ...] | None = None
    notes: tuple[str, ...] | None = None
    cut: DryRunDocumentCut | None = None
    """Number of examples cut to the maximum length, by part of the data."""
    classes: tuple[DryRunDocumentClasses, ...] | None = None
    """Examples per class, for training and validation."""
    folder: str | None = None
    """Working folder for a trainer's commands."""
    timeout_seconds: float | None = None
    slurm: Preview | None = None


@dataclass(frozen=True, kw_only=True)
class DryRunDocumentClasses(Document):
    label: str
    train: float
    validation: float


@dataclass(frozen=True, kw_only=True)
class DryRunDocumentCut(Document):
    """Number of examples cut to the maximum length, by part of the data."""
    train: float
    validation: float
    keeps: tuple[DryRunDocumentCutKeeps, ...]
    """Larger maximum lengths, with the share of all examples left whole by each."""
    test: float | None = None


@dataclass(frozen=True, kw_only=True)
class DryRunDocumentCutKeeps(Document):
    max_length: float
    share: float


@dataclass(frozen=True, kw_only=True)
class DryRunDocumentData(Document):
    name: str
    """Data set name; absent, like `trainExamples`, if another trainer ran the trials."""
    train_examples: Count
    validation_examples: Count
    examples_sha256: str | None = None
    """SHA-256, in lower-case hex, over the validation examples in a trial's order, whatever
    model reads them. Each example is a line in UTF-8 that ends in a line feed. A line is
    canonical JSON (RFC 8785) of what the data have: `[text, label]`, `[prompt, response]`, or
    a conversation's list of messages. U+FFFD takes the place of a lone surrogate. Absent in
    files by earlier versions, and if another trainer ran the trials, which tells no texts.
    """
    majority_share: Share | None = None
    """Share of the most frequent class among the validation examples; absent for causal-lm."""
    validation_labels: tuple[Count, ...] | None = None
    """Class by validation example, in a trial's order, as an index into the task's labels.
    Absent for causal-lm, and in files by earlier versions.
    """
    validation_groups: tuple[Count, ...] | None = None
    """Group number (document, person) by validation example, from 0. Absent if examples are
    independent.
    """
    questions: tuple[QuestionText, ...] | None = None
    """Prompt and reference by validation example, in the order of a trial's answers. Absent
    without answers.
    """
    overlap: Overlap | None = None
    """Validation examples also in training; absent for none, and in files by earlier versions."""
    shared_sources: SharedSources | None = None
    """Validation examples that seem to share sources; absent for none, if groups are known or
    declined, and in files by earlier versions.
    """
    test: TestSet | None = None
    """Test set, scored for the rank that the decision names; absent without test examples."""


@dataclass(frozen=True, kw_only=True)
class EarlierVerdict(Document):
    """Verdict by schema 1's rule, in which `adequate` allowed a loss of two margins."""
    verdict: VerdictKind
    rank: Count | None


@dataclass(frozen=True, kw_only=True)
class EarlierVerdictByArm(Document):
    verdict: Literal["adequate", "extend", "provisional", "indistinguishable", "inconclusive"]
    arm: str | None


@dataclass(frozen=True, kw_only=True)
class EngineArm(Document):
    name: str
    lora: EngineArmLora
    cost: ArmCost | None = None
    """Cost, by which arms are ordered; absent if unknown, then for all arms."""
    optimizer: EngineArmOptimizer | None = None


@dataclass(frozen=True, kw_only=True)
class EngineArmLora(Document):
    scaling_rule: ScalingRule
    dropout: Share
    """Dropout: probability that an element in the adapter's input is zeroed while training."""
    target_modules: tuple[str, ...]
    """Last parts of module paths, for example `q_proj`, sorted."""
    alpha: AlphaRule
    rank: Count
    """Inner size of A and B; 0 trains the head alone."""
    rank_pattern: tuple[RankPattern, ...] | None = None
    """Ranks of single layers; the first pattern that matches wins. Absent if no layer has its
    own; never empty.
    """
    alpha_pattern: tuple[AlphaPattern, ...] | None = None
    """Alphas of single layers; the first pattern that matches wins. Absent if no layer has its
    own; never empty.
    """
    dora: Literal[True] | None = None
    """Weight-decomposed (DoRA): a trained magnitude for each weight row, in addition to A and B.
    Absent means no; false is not written, so that a spec without it has an unchanged
    `trialId`.
    """


@dataclass(frozen=True, kw_only=True)
class EngineArmOptimizer(Document):
    learning_rate: NonNegative | None = None
    epochs: NonNegative | None = None


@dataclass(frozen=True, kw_only=True)
class EngineMemoryDocument(Document):
    """Document on CPU memory of LoRAnk's own engine (`--profile lorank`)."""
    answer: str
    model: ModelFacts
    profile: Literal["lorank"]
    stack: str
    base: Literal["fp32", "nf4", "nf4-dq"]
    targets: tuple[str, ...] | Literal["all-linear"]
    task: Literal["classification", "causal-lm"]
    micro_batch: float
    seq: float
    dropout: float
    results: tuple[EngineMemoryDocumentResults, ...]
    labels: float | None = None


@dataclass(frozen=True, kw_only=True)
class EngineMemoryDocumentResults(Document):
    reserved_bytes: tuple[float, float]
    device_bytes: tuple[float, float]
    assumptions: tuple[str, ...]
    rank: float
    allocated_bytes: float
    """Largest resident set of the process, in bytes."""
    peak_phase: Literal["loading", "training", "evaluation", "answers"]
    parts: EngineMemoryDocumentResultsParts
    """Parts adding up to `allocatedBytes`."""
    lora_params: float
    """Parameter count in A and B on all targets, and magnitudes."""
    trainable_params: float
    """Count of trained parameters in A, B, magnitudes and head; a frozen A is left out."""
    base_bytes: float
    adapter_bytes: float
    """Bytes of the adapter's tensors, in memory and in its file; the file adds a header."""
    gradient_bytes: float
    optimizer_bytes: float
    static_bytes: float
    """Base, adapter, gradients and optimiser state, summed; in estimates a reference model too."""


@dataclass(frozen=True, kw_only=True)
class EngineMemoryDocumentResultsParts(Document):
    """Parts adding up to `allocatedBytes`."""
    base_weights: float
    quantization_constants: float
    adapter_weights: float
    gradients: float
    optimizer_states: float
    kept_for_backward: float
    workspaces: float
    batch: float
    key_value_cache: float
    laid_out_weights: float
    programs: float
    temporaries: float
    uncollected: float
    process: float
    """Process bytes: Node, onnxruntime and this program."""
    decoded_weights: float
    """Decoded 4-bit weights for one block, and their codes if those stay in the checkpoint file."""
    data: float
    """Bytes for the dataset's tokens."""
    allocator: float
    """Bytes that the allocator cannot reuse, such as between blocks."""


@dataclass(frozen=True, kw_only=True)
class EpochSearch(Document):
    """Search for the best training length, in epochs."""
    chosen: NonNegative
    """Fewest epochs tried whose doubling improved no rank."""
    converged: bool
    """Convergence: false if even the last allowed doubling improved a rank."""
    learning_rate: NonNegative
    train_examples: Count
    tried: tuple[SearchedValue, ...]
    """Tried epochs, ascending."""
    gains: tuple[DoublingGain, ...]
    threshold: NonNegative
    """Least gain in log loss that counts as an improvement, in nats; it must also exceed two
    standard errors.
    """
    explanation: str
    notes: tuple[str, ...]
    """Caveats about the search, in sentences."""


@dataclass(frozen=True, kw_only=True)
class EpochSearchByArm(Document):
    chosen: float
    converged: bool
    learning_rate: float
    train_examples: int
    tried: tuple[SearchedValueByArm, ...]
    gains: tuple[DoublingGainByArm, ...]
    threshold: float
    explanation: str
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ErrorDocument(Document):
    """Document for `--json` when a command fails."""
    error: ErrorFacts


@dataclass(frozen=True, kw_only=True)
class ErrorFacts(Document):
    """Error facts for a program, about any thrown value."""
    code: str
    """Kind of error; a later version may add some. `E_USAGE`: the command line. `E_UNEXPECTED`:
    an error without a code. Others without `E_` come from the system or Node, such as ENOSPC.
    """
    message: str
    field: str | None = None
    """Flag, argument, key or file at fault, as the message writes it; the first of several.
    Absent if no single word names it.
    """


@dataclass(frozen=True, kw_only=True)
class ExampleClasses(Document):
    """Classes behind a metric of all examples together, such as F1."""
    count: Count
    rarest: ExampleClassesRarest
    """Class with the fewest examples, and their number. Its name is absent if unknown."""
    positive: ExampleClassesPositive | None = None
    """Positive class; absent for a metric of all classes alike. Its name is absent if unknown:
    then it is class number 1.
    """


@dataclass(frozen=True, kw_only=True)
class ExampleClassesByArm(Document):
    count: int
    rarest: ExampleClassesByArmRarest
    positive: ExampleClassesByArmPositive | None = None


@dataclass(frozen=True, kw_only=True)
class ExampleClassesByArmPositive(Document):
    examples: int
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class ExampleClassesByArmRarest(Document):
    examples: int
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class ExampleClassesPositive(Document):
    """Positive class; absent for a metric of all classes alike. Its name is absent if unknown:
    then it is class number 1.
    """
    examples: Count
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class ExampleClassesRarest(Document):
    """Class with the fewest examples, and their number. Its name is absent if unknown."""
    examples: Count
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class ExcludedRank(Document):
    """Rank that was tried but not compared, and why."""
    rank: Count
    reason: str


@dataclass(frozen=True, kw_only=True)
class ExcludedRankByArm(Document):
    arm: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class FailedExamples(Document):
    """Count of a run's examples without an outcome, and why."""
    file: str
    rank: float
    seed: float
    examples: float
    reason: str
    """Evaluator's reason why the first example has none."""


@dataclass(frozen=True, kw_only=True)
class FailedExamplesByArm(Document):
    file: str
    arm: str
    seed: float
    examples: float
    reason: str


@dataclass(frozen=True, kw_only=True)
class FailedSweepDocument(Document):
    """Document of a sweep left without a verdict by failed trials."""
    status: Literal["failed"]
    out: str
    failed: tuple[str, ...]
    """Ids of trials that failed."""
    messages: Mapping[str, str]
    """Error messages by trial id."""
    resume: str
    """Command to run the failed trials again."""


@dataclass(frozen=True, kw_only=True)
class Falls(Document):
    """Runs that fell on the way."""
    ranks: tuple[RankFall, ...]
    """Ranks of which runs fell, ascending."""
    hides_ranks: Literal[True] | None = None
    """Present if the ends compare no ranks. Most runs of a rank fell, but not of a larger one,
    which would then seem better. Or most runs of every rank fell.
    """


@dataclass(frozen=True, kw_only=True)
class FallsByArm(Document):
    arms: tuple[RankFallByArm, ...]
    hides_ranks: Literal[True] | None = None


@dataclass(frozen=True, kw_only=True)
class FaultyTraining(Document):
    """Training settings and loss points of the first run, and diverged runs among all, when
    training taught nothing. Of arms: settings that all runs have, and the most loss points of
    a run.
    """
    steps: Count
    """Optimiser steps with a recorded loss."""
    diverged: Count
    learning_rate: NonNegative | None = None
    """Learning rate; absent, like `epochs`, if another trainer decides it, or if arms differ in
    it.
    """
    epochs: NonNegative | None = None
    diverged_at_start: Count | None = None
    """Diverged runs that were not finite at their first step, before an update: no learning rate
    causes it. Absent for 0.
    """


@dataclass(frozen=True, kw_only=True)
class FaultyTrainingByArm(Document):
    steps: int
    diverged: int
    learning_rate: float | None = None
    epochs: float | None = None
    diverged_at_start: int | None = None


@dataclass(frozen=True, kw_only=True)
class FinishedSweepDocument(Document):
    """Document of a sweep with a verdict."""
    status: Literal["complete"]
    verdict: Decision
    ranks: tuple[RankDocument, ...]
    files: FinishedSweepDocumentFiles
    out: str
    adapters: tuple[FinishedSweepDocumentAdapters, ...]
    portable: bool
    consumers: tuple[ConsumerWarning, ...]
    """Serving warnings on the recommended adapter, or the largest rank's if none is recommended."""
    vllm_rank: str | None
    """Note on the rank under which vLLM serves the adapter; null if there is nothing to say."""
    steps: tuple[StepDocument, ...]
    """Next steps, most urgent first."""
    limits: str
    """Address of the page on what no verdict can show."""
    trials: float
    finished_now: float
    failed: tuple[str, ...]
    """Ids of failed trials. All trials of their ranks failed, so those ranks are not compared."""
    disagreements: float
    is_classifier: bool
    """Tells if the adapter has a classification head, which few programs serve."""
    cut: FinishedSweepDocumentCut | None = None
    """Number of examples cut to the maximum length, by part of the data."""
    classes: tuple[FinishedSweepDocumentClasses, ...] | None = None
    """Examples per class, for training and validation."""
    test: FinishedSweepDocumentTest | None = None
    """Recommended rank's score on the test examples."""
    unpublished: tuple[FinishedSweepDocumentUnpublished, ...] | None = None
    """Ranks whose adapter could not be published, and why."""
    search: SearchSummary | None = None
    step_size: FinishedSweepDocumentStepSize | None = None
    """Claim that ranks differ in step size too: the first grows with the rank."""
    next: str | None = None
    """First next step's command."""
    messages: Mapping[str, str] | None = None
    """Error messages by trial id; absent if no trial failed."""
    unwritten: str | None = None
    """Reason why the report could not be written."""


@dataclass(frozen=True, kw_only=True)
class FinishedSweepDocumentAdapters(Document):
    rank: float
    seed: float
    folder: str
    """Adapter folder in PEFT's format: `<results folder>/adapters/r<rank>`, or of an arm
    `adapters/<name>`.
    """


@dataclass(frozen=True, kw_only=True)
class FinishedSweepDocumentByArm(Document):
    status: Literal["complete"]
    verdict: DecisionByArm
    arms: tuple[RankDocumentByArm, ...]
    files: FinishedSweepDocumentByArmFiles
    out: str
    adapters: tuple[FinishedSweepDocumentByArmAdapters, ...]
    portable: bool
    consumers: tuple[ConsumerWarningByArm, ...]
    vllm_rank: str | None
    steps: tuple[StepDocumentByArm, ...]
    limits: str
    trials: float
    finished_now: float
    failed: tuple[str, ...]
    disagreements: float
    is_classifier: bool
    cut: FinishedSweepDocumentByArmCut | None = None
    classes: tuple[FinishedSweepDocumentByArmClasses, ...] | None = None
    test: FinishedSweepDocumentByArmTest | None = None
    unpublished: tuple[FinishedSweepDocumentByArmUnpublished, ...] | None = None
    search: SearchSummaryByArm | None = None
    step_size: FinishedSweepDocumentByArmStepSize | None = None
    next: str | None = None
    messages: Mapping[str, str] | None = None
    unwritten: str | None = None


@dataclass(frozen=True, kw_only=True)
class FinishedSweepDocumentByArmAdapters(Document):
    arm: str
    seed: float
    folder: str


@dataclass(frozen=True, kw_only=True)
class FinishedSweepDocumentByArmClasses(Document):
    label: str
    train: float
    validation: float


@dataclass(frozen=True, kw_only=True)
class FinishedSweepDocumentByArmCut(Document):
    train: float
    validation: float
    keeps: tuple[FinishedSweepDocumentByArmCutKeeps, ...]
    test: float | None = None


@dataclass(frozen=True, kw_only=True)
class FinishedSweepDocumentByArmCutKeeps(Document):
    max_length: float
    share: float


@dataclass(frozen=True, kw_only=True)
class FinishedSweepDocumentByArmFiles(Document):
    report: str
    results: str
    adapters: str


@dataclass(frozen=True, kw_only=True)
class FinishedSweepDocumentByArmStepSize(Document):
    rule: Literal["alpha-follows-rank", "rslora", "other"]
    smallest: float
    largest: float
    ratio: float
    kind: Literal["step-size"]
    topic: Literal["caution"]
    axis: ArmAxisByArm | None = None
    alpha_per_rank: float | None = None


@dataclass(frozen=True, kw_only=True)
class FinishedSweepDocumentByArmTest(Document):
    arm: str
    seeds: int
    examples: int
    confidence: float
    validation: RankScoreByArm
    other_ranks: tuple[int, ...] | None = None
    former_arms: tuple[str, ...] | None = None
    accuracy: float | None = None
    interval: tuple[float, float] | None = None
    log_loss: float | None = None
    log_loss_interval: tuple[float, float] | None = None
    scores: MetricScoresByArm | None = None
    score_intervals: MetricIntervalsByArm | None = None


@dataclass(frozen=True, kw_only=True)
class FinishedSweepDocumentByArmUnpublished(Document):
    arm: str
    message: str


@dataclass(frozen=True, kw_only=True)
class FinishedSweepDocumentClasses(Document):
    label: str
    train: float
    validation: float


@dataclass(frozen=True, kw_only=True)
class FinishedSweepDocumentCut(Document):
    """Number of examples cut to the maximum length, by part of the data."""
    train: float
    validation: float
    keeps: tuple[FinishedSweepDocumentCutKeeps, ...]
    """Larger maximum lengths, with the share of all examples left whole by each."""
    test: float | None = None


@dataclass(frozen=True, kw_only=True)
class FinishedSweepDocumentCutKeeps(Document):
    max_length: float
    share: float


@dataclass(frozen=True, kw_only=True)
class FinishedSweepDocumentFiles(Document):
    report: str
    results: str
    adapters: str


@dataclass(frozen=True, kw_only=True)
class FinishedSweepDocumentStepSize(Document):
    """Claim that ranks differ in step size too: the first grows with the rank."""
    rule: Literal["alpha-follows-rank", "rslora", "other"]
    smallest: float
    largest: float
    ratio: float
    """Size of the first update at the largest rank, divided by the smallest rank's."""
    kind: Literal["step-size"]
    topic: Literal["caution"]
    axis: ArmAxis | None = None
    alpha_per_rank: float | None = None
    """alpha / rank, if equal at every rank."""


@dataclass(frozen=True, kw_only=True)
class FinishedSweepDocumentTest(Document):
    """Recommended rank's score on the test examples."""
    rank: Count
    seeds: Count
    """Scored run count, one per seed."""
    examples: Count
    confidence: Share
    """Confidence of the intervals, each around a single mean."""
    validation: RankScore
    """Validation score over the same runs, by which the rank was chosen."""
    other_ranks: tuple[Count, ...] | None = None
    """Other ranks scored on these examples, ascending: recommended before the sweep was
    extended. Choices made after seeing their scores may depend on them. Absent if this is the
    only look.
    """
    former_arms: tuple[str, ...] | None = None
    """Names of arms scored on these examples that are compared no more. Absent without any, and
    for ranks.
    """
    accuracy: Share | None = None
    """Mean accuracy; absent if runs have a single score each, by another metric."""
    interval: Interval | None = None
    log_loss: LogLoss | None = None
    """Mean log loss; absent if the runs have no log loss."""
    log_loss_interval: Interval | None = None
    scores: MetricScores | None = None
    score_intervals: MetricIntervals | None = None


@dataclass(frozen=True, kw_only=True)
class FinishedSweepDocumentUnpublished(Document):
    rank: float
    message: str


@dataclass(frozen=True, kw_only=True)
class GroupedExamples(Document):
    """Groups of dependent examples, such as questions on the same document. Intervals and plans
    count groups.
    """
    count: Count
    largest: Count
    """Examples in the largest group."""
    widening: NonNegative | None = None
    """Median ratio over rank pairs: interval width over the width for independent examples.
    Absent for a single rank.
    """


@dataclass(frozen=True, kw_only=True)
class GroupedExamplesByArm(Document):
    count: int
    largest: int
    widening: float | None = None


@dataclass(frozen=True, kw_only=True)
class InterruptedSweepDocument(Document):
    """Document of a sweep stopped by a signal."""
    status: Literal["interrupted"]
    out: str
    resume: str
    """Command to resume the sweep."""


@dataclass(frozen=True, kw_only=True)
class KnownHours(Document):
    hours: float
    likely_hours: tuple[float, float]
    """Hours between which 8 of 10 measured runs lie, where constants come from other sources."""
    tokens_per_second: float
    """Tokens a second on all cards."""
    fp32_factor: float | None = None
    """Factor by which the card multiplies A and B slower, since they work in fp32; absent in 16
    bits.
    """
    cost: float | None = None
    """Hours times cards times price; absent without a price."""
    likely_cost: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class LeftOutRun(Document):
    """Run without an outcome, and its status: how it ended, or `missing` if it never ran."""
    rank: Count
    seed: Seed
    status: Literal["diverged", "out-of-memory", "failed", "missing"]
    reason: str | None = None
    """Cause of status `failed`, in a line; absent for another status."""


@dataclass(frozen=True, kw_only=True)
class LeftOutRunByArm(Document):
    arm: str
    seed: int
    status: Literal["diverged", "out-of-memory", "failed", "missing"]
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class LoraSettings(Document):
    """Adapter settings shared by all ranks: a  {@link  LoraSpec }  without rank."""
    scaling_rule: ScalingRule
    dropout: Share
    """Dropout: probability that an element in the adapter's input is zeroed while training."""
    target_modules: tuple[str, ...]
    """Last parts of module paths, for example `q_proj`, sorted."""
    alpha: AlphaRule
    rank_pattern: tuple[RankPattern, ...] | None = None
    """Ranks of single layers; the first pattern that matches wins. Absent if no layer has its
    own; never empty.
    """
    alpha_pattern: tuple[AlphaPattern, ...] | None = None
    """Alphas of single layers; the first pattern that matches wins. Absent if no layer has its
    own; never empty.
    """
    dora: Literal[True] | None = None
    """Weight-decomposed (DoRA): a trained magnitude for each weight row, in addition to A and B.
    Absent means no; false is not written, so that a spec without it has an unchanged
    `trialId`.
    """


@dataclass(frozen=True, kw_only=True)
class MeasuredCount(Document):
    """Number of published measurements that a profile rests on."""
    found: float
    """Published measurements on one card and on several."""
    rows: float
    """Published measurements that state all that decides memory."""


@dataclass(frozen=True, kw_only=True)
class MeasuredErrors(Document):
    """Unsigned errors in per cent of a profile's estimates on `rows`."""
    found: float
    """Published measurements on one card and on several."""
    rows: float
    """Published measurements that state all that decides memory."""
    below: float
    """Per cent of the estimates that are below what was measured."""
    median: float
    max: float


@dataclass(frozen=True, kw_only=True)
class Measurement(Document):
    """Published measurement of training memory, and the estimate for the same run."""
    profile: str
    params: float
    """Model parameter count."""
    base: BaseFormatName
    rank: float | None
    """Adapter rank; null where all weights are trained."""
    micro_batch: float
    seq: float
    checkpointing: CheckpointingKind
    attention: AttentionKind
    kbit_prepare: bool
    model: str
    """Short catalogue name, except `nb-1b`: the 1B Llama in answer.ai's notebook."""
    metric: Literal["allocated", "after forward", "reserved", "device"]
    """Measured quantity. `device`: by the device's own tool. `after forward`: allocated when a
    forward pass has ended.
    """
    measured_bytes: float
    predicted_bytes: float | tuple[float, float]
    """Estimate for the same run; bounds for the metric `device`."""
    source: str
    """Repository and file where it was published."""


@dataclass(frozen=True, kw_only=True)
class MemoryListDocument(Document):
    """Document for `lorank memory --list --json`."""
    models: tuple[MemoryListDocumentModels, ...]


@dataclass(frozen=True, kw_only=True)
class MemoryListDocumentModels(Document):
    published: str
    """Parameter count as the publisher states it."""
    model_type: ModelType
    """`model_type` member of the config."""
    covers: Literal["model", "text"]
    """Part of the model that is counted. `text`: only a multimodal model's language model, not
    its part that reads images.
    """
    total_params: float
    """Exact parameter count; buffers such as rotary frequencies are not parameters."""
    id: str
    """Hugging Face Hub id: `org/name`."""
    aliases: tuple[str, ...]
    """Short names, and hub ids with the same shapes, such as models tuned for instructions."""


@dataclass(frozen=True, kw_only=True)
class MemoryParts(Document):
    """Bytes in memory at a single moment, by content."""
    base_weights: float
    quantization_constants: float
    reference_weights: float
    """Weights of a second model that gives reference log-probabilities."""
    adapter_weights: float
    gradients: float
    optimizer_states: float
    checkpoints: float
    """Block inputs saved by gradient checkpointing."""
    norms: float
    attention: float
    feed_forward: float
    adapter_inputs: float
    adapted_weights: float
    """Stacked experts plus B·A, and their gradient, where PEFT adapts parameters."""
    linear_inputs: float
    """Saved inputs of linear layers that are quantised or trained."""
    stack_copies: float
    activation_gradients: float
    """Activation gradients, and results that wait for their sum, in the block that runs
    backward.
    """
    logits_and_loss: float
    images: float
    """Pixels, and activations of the part that reads images."""
    generation_cache: float
    """Keys and values while texts are generated."""
    engine: float
    """Memory that vLLM reserves on the same card."""
    scratch: float


@dataclass(frozen=True, kw_only=True)
class ModelFacts(Document):
    model_type: ModelType
    """`model_type` member of the config."""
    total_params: float
    """Exact parameter count; buffers such as rotary frequencies are not parameters."""
    layers: float
    hidden_size: float
    name: str
    taken: str | None = None
    """Sentence on an assumption about the model's name or config."""


@dataclass(frozen=True, kw_only=True)
class ModelMemory(Document):
    assumptions: ModelMemoryAssumptions
    method: MemoryMethod
    base: BaseFormatName
    ranks: tuple[float, ...]
    micro_batch: float
    seq: float
    settings: StackSettings
    """Training stack's settings (loss, attention, optimizer …) for `method`; in a comparison,
    LoRA's.
    """
    from_: ModelMemoryFrom
    """Origin of each present value: `--base`, `profile trl`, `default`."""
    model: ModelFacts
    targets: tuple[str, ...] | Literal["all-linear"]
    profile: str
    stack: str
    optimizer: str
    not_counted: tuple[NotCounted, ...]
    """Memory parts not counted in the figures. With any, `fit` and `cards` claim only what still
    holds.
    """
    results: tuple[RankMemory, ...]
    peak_parts: tuple[tuple[str, float], ...]
    """Parts of the peak memory in words, largest first: the first method at its largest rank."""
    objective: ObjectiveName | None = None
    vllm_share: float | None = None
    """Share of the card that vLLM reserves."""
    trained_modules: tuple[TrainedModule, ...] | None = None
    reference: ReferenceName | None = None
    """Default: `adapters-off` for DPO and KTO of an adapter, `model` for those of all weights,
    else `none`.
    """
    completion: float | None = None
    """Tokens of a sequence that are scored, or generated (default, and at most: all)."""
    generator: GeneratorName | None = None
    """Default: `transformers` for GRPO."""
    generations: float | None = None
    """Completions that a card generates at once (default: the micro-batch)."""
    expert_rank: Literal["by-active-experts"] | None = None
    """Rank on the experts of a mixture, where it is not whole."""
    labels: float | None = None
    image_tokens: float | None = None
    """Tokens of a sequence that come from images, if stated."""
    cards: Cards | None = None
    """Cards sharing the training; undefined for a single card."""
    config: ModelMemoryConfig | None = None
    """Training config file from which settings were read."""
    gpu: CardAnswer | None = None
    limits: tuple[str, ...] | None = None
    """Sentences on features that the requested card lacks, such as bf16."""
    time: TimeAnswer | None = None
    """Data whose training time `results` give; absent unless requested."""
    shared: str | None = None
    """Sentence on a training config for several cards, where the estimate is for one."""
    errors: MeasuredErrors | MeasuredCount | None = None
    """Errors of this stack's estimates against published measurements; absent without
    measurements.
    """


@dataclass(frozen=True, kw_only=True)
class ModelMemoryAssumptions(Document):
    cards: tuple[str, ...]
    model: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ModelMemoryConfig(Document):
    """Training config file from which settings were read."""
    file: str
    tool: ReadToolName
    notes: tuple[str, ...]
    """Lines for every value with its origin (`lora_r 32 → rank 32`), then omissions, then
    remarks.
    """
    remarks: tuple[str, ...]
    """Sentences on other facts in the config that affect the estimate."""


@dataclass(frozen=True, kw_only=True)
class ModelMemoryFrom(Document):
    """Origin of each present value: `--base`, `profile trl`, `default`."""
    ranks: str | None = None
    targets: str | None = None
    expert_rank: str | None = None
    base: str | None = None
    method: str | None = None
    labels: str | None = None
    profile: str | None = None
    gpu: str | None = None
    strategy: str | None = None
    micro_batch: str | None = None
    seq: str | None = None
    image_tokens: str | None = None
    objective: str | None = None
    vllm_share: str | None = None
    trained_modules: str | None = None
    reference: str | None = None
    completion: str | None = None
    generator: str | None = None
    generations: str | None = None
    variant: str | None = None
    loss: str | None = None
    attention: str | None = None
    dropout: str | None = None
    adapter_dtype: str | None = None
    lora_kernels: str | None = None
    fused_norms: str | None = None
    kbit_prepare: str | None = None
    bnb_version: str | None = None
    optimizer: str | None = None
    checkpointing: str | None = None
    packing: str | None = None
    padding: str | None = None
    compile: str | None = None
    accumulation: str | None = None
    optimizer_in_backward: str | None = None


@dataclass(frozen=True, kw_only=True)
class ModelSummary(Document):
    name: str
    total_params: Count
    layers: Count
    hidden_size: Count


@dataclass(frozen=True, kw_only=True)
class NeededDesign(Document):
    """Larger design with the fewest outcomes that certifies `rank`, if as good as others, with
    probability 0.8.
    """
    examples: Count
    seeds: Count
    rank: Count | None = None
    """Rank to certify: the smallest that no other is shown to beat. Absent in schema 1 files."""
    only_seeds: Count | None = None
    """Seed count sufficient on the present examples; absent if no number is."""
    least_seeds: Count | None = None
    """Seed count that suffices in place of `onlySeeds` if the noise between seeds is small
    (tenth percentile). Absent if no fewer.
    """
    only_examples: Count | None = None
    """Example count sufficient under the present seeds. Only in files by earlier versions: few
    seeds cannot tell.
    """


@dataclass(frozen=True, kw_only=True)
class NeededDesignByArm(Document):
    examples: int
    seeds: int
    arm: str | None = None
    only_seeds: int | None = None
    least_seeds: int | None = None
    only_examples: int | None = None


@dataclass(frozen=True, kw_only=True)
class NoiseCase(Document):
    """Noise in differences between ranks, and what a design can show under it. Unknown members
    are null.
    """
    source: Literal["assumed", "one-seed", "observed"]
    """Origin of the noise. `one-seed`: disagreement is observed; how it splits into seeds and
    examples is assumed.
    """
    disagreement: float | None
    """Share of examples on which two ranks disagree under one seed; null unless outcomes are
    right or wrong.
    """
    variance: NoiseCaseVariance
    differing: float
    by_seeds: tuple[NoiseCaseBySeeds, ...]
    needed: NoiseCaseNeeded
    observed_seeds: float | None = None
    """Number of seeds from which noise was estimated; absent for assumed noise."""
    observed_ranks: tuple[float, ...] | None = None
    group_size: float | None = None
    """Mean group size in examples; groups are independent."""
    verdict: NoiseCaseVerdict | None = None
    """Verdict on the observed runs, whose needs are in `needed`; present if these ranks and
    examples are planned.
    """


@dataclass(frozen=True, kw_only=True)
class NoiseCaseBySeeds(Document):
    detectable_difference: float
    seeds: float
    claims: bool
    """True if a verdict can make claims. False for a single seed: figures then contain the
    examples' noise alone.
    """
    certifiable_margin: float
    """Smallest margin within which the smallest rank is certified against every other, if all
    are equal.
    """


@dataclass(frozen=True, kw_only=True)
class NoiseCaseNeeded(Document):
    seeds_with_these_examples: float | None
    least_seeds_with_these_examples: float | None
    """Lower estimate of the seeds needed, enough if the noise between seeds is small."""
    examples_with_these_seeds: float | None
    fewest_outcomes: NoiseCaseNeededFewestOutcomes | None
    fewest_outcomes_of_this_data: NoiseCaseNeededFewestOutcomesOfThisData | None
    one_seed_examples: float | None
    examples_of_this_data_with_these_seeds: float | None


@dataclass(frozen=True, kw_only=True)
class NoiseCaseNeededFewestOutcomes(Document):
    examples: float
    seeds: float


@dataclass(frozen=True, kw_only=True)
class NoiseCaseNeededFewestOutcomesOfThisData(Document):
    examples: float
    seeds: float


@dataclass(frozen=True, kw_only=True)
class NoiseCaseVariance(Document):
    seed: float | None
    """Variance between seeds; null with a single seed."""
    example: float
    """Variance between examples; with a single seed it includes the residual."""
    residual: float
    """Interaction between example and seed: the remainder."""


@dataclass(frozen=True, kw_only=True)
class NoiseCaseVerdict(Document):
    """Verdict on the observed runs, whose needs are in `needed`; present if these ranks and
    examples are planned.
    """
    kind: VerdictKind
    is_settled: bool


@dataclass(frozen=True, kw_only=True)
class NotCounted(Document):
    """Training memory omitted from an estimate."""
    what: str
    """Omission in a few words, for a list: `adapters on the experts`."""
    direction: Literal["more", "less", "either"]
    """Effect on memory: training needs `more` than is counted, `less`, or it is not known which
    (`either`).
    """
    from_: str | None = None
    """Setting behind the omission, as a user wrote it: `rl dpo`."""
    adapter_only: Literal[True] | None = None
    """Present if full fine-tuning has no such omission."""


@dataclass(frozen=True, kw_only=True)
class OneModelDocument(Document):
    assumptions: OneModelDocumentAssumptions
    method: MemoryMethod
    base: BaseFormatName
    ranks: tuple[float, ...]
    micro_batch: float
    seq: float
    settings: StackSettings
    """Training stack's settings (loss, attention, optimizer …) for `method`; in a comparison,
    LoRA's.
    """
    from_: OneModelDocumentFrom
    """Origin of each present value: `--base`, `profile trl`, `default`."""
    model: ModelFacts
    targets: tuple[str, ...] | Literal["all-linear"]
    profile: str
    stack: str
    optimizer: str
    not_counted: tuple[NotCounted, ...]
    """Memory parts not counted in the figures. With any, `fit` and `cards` claim only what still
    holds.
    """
    results: tuple[RankMemory, ...]
    peak_parts: tuple[tuple[str, float], ...]
    """Parts of the peak memory in words, largest first: the first method at its largest rank."""
    answer: str
    objective: ObjectiveName | None = None
    vllm_share: float | None = None
    """Share of the card that vLLM reserves."""
    trained_modules: tuple[TrainedModule, ...] | None = None
    reference: ReferenceName | None = None
    """Default: `adapters-off` for DPO and KTO of an adapter, `model` for those of all weights,
    else `none`.
    """
    completion: float | None = None
    """Tokens of a sequence that are scored, or generated (default, and at most: all)."""
    generator: GeneratorName | None = None
    """Default: `transformers` for GRPO."""
    generations: float | None = None
    """Completions that a card generates at once (default: the micro-batch)."""
    expert_rank: Literal["by-active-experts"] | None = None
    """Rank on the experts of a mixture, where it is not whole."""
    labels: float | None = None
    image_tokens: float | None = None
    """Tokens of a sequence that come from images, if stated."""
    cards: Cards | None = None
    """Cards sharing the training; undefined for a single card."""
    config: OneModelDocumentConfig | None = None
    """Training config file from which settings were read."""
    gpu: CardAnswer | None = None
    limits: tuple[str, ...] | None = None
    """Sentences on features that the requested card lacks, such as bf16."""
    time: TimeAnswer | None = None
    """Data whose training time `results` give; absent unless requested."""
    shared: str | None = None
    """Sentence on a training config for several cards, where the estimate is for one."""
    errors: MeasuredErrors | MeasuredCount | None = None
    """Errors of this stack's estimates against published measurements; absent without
    measurements.
    """
    svg: str | None = None
    """Path to the SVG chart, if written."""


@dataclass(frozen=True, kw_only=True)
class OneModelDocumentAssumptions(Document):
    cards: tuple[str, ...]
    model: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OneModelDocumentConfig(Document):
    """Training config file from which settings were read."""
    file: str
    tool: ReadToolName
    notes: tuple[str, ...]
    """Lines for every value with its origin (`lora_r 32 → rank 32`), then omissions, then
    remarks.
    """
    remarks: tuple[str, ...]
    """Sentences on other facts in the config that affect the estimate."""


@dataclass(frozen=True, kw_only=True)
class OneModelDocumentFrom(Document):
    """Origin of each present value: `--base`, `profile trl`, `default`."""
    ranks: str | None = None
    targets: str | None = None
    expert_rank: str | None = None
    base: str | None = None
    method: str | None = None
    labels: str | None = None
    profile: str | None = None
    gpu: str | None = None
    strategy: str | None = None
    micro_batch: str | None = None
    seq: str | None = None
    image_tokens: str | None = None
    objective: str | None = None
    vllm_share: str | None = None
    trained_modules: str | None = None
    reference: str | None = None
    completion: str | None = None
    generator: str | None = None
    generations: str | None = None
    variant: str | None = None
    loss: str | None = None
    attention: str | None = None
    dropout: str | None = None
    adapter_dtype: str | None = None
    lora_kernels: str | None = None
    fused_norms: str | None = None
    kbit_prepare: str | None = None
    bnb_version: str | None = None
    optimizer: str | None = None
    checkpointing: str | None = None
    packing: str | None = None
    padding: str | None = None
    compile: str | None = None
    accumulation: str | None = None
    optimizer_in_backward: str | None = None


@dataclass(frozen=True, kw_only=True)
class OptimizerSpec(Document):
    """Optimiser settings, all of which change the result."""
    name: Literal["adamw"]
    learning_rate: NonNegative
    beta1: Share
    beta2: Share
    epsilon: NonNegative
    weight_decay: NonNegative
    max_gradient_norm: NonNegative
    """Largest global L2 norm of the gradient; 0 does not clip."""
    schedule: Literal["constant", "linear", "cosine"]
    warmup_ratio: Share
    """Warm-up share of all steps, 0 to 1."""
    epochs: NonNegative
    batch_size: Count
    """Examples per optimiser step."""
    micro_batch_size: Count
    """Examples per pass through the model; divides `batchSize`."""
    lora_plus_ratio: NonNegative | None = None
    """LoRA+: learning rate factor for B and trained vectors (biases, magnitudes). Absent means 1
    (not written).
    """


@dataclass(frozen=True, kw_only=True)
class Overlap(Document):
    """Validation examples that a model may remember instead of generalising."""
    validation: Count
    """Validation examples that are training examples, too."""
    of_trained_groups: Count | None = None
    """Further examples whose group (a document, a person) is also in training. Absent for none."""
    kept: Literal[True] | None = None
    """Present if overlapping examples stay in validation, by a sweep setting or in an old sweep."""


@dataclass(frozen=True, kw_only=True)
class PairSummary(Document):
    """Difference between two ranks' scores, in the metric's unit; positive if the first rank is
    better.
    """
    first: Count
    second: Count
    advantage: float
    interval: Interval
    """Interval of the difference, for all rank pairs jointly, at the decision's confidence."""
    variance: PairSummaryVariance
    """Variance components of a difference between two outcomes; `seed` is absent with a single
    seed, which cannot show it.
    """


@dataclass(frozen=True, kw_only=True)
class PairSummaryByArm(Document):
    first: str
    second: str
    advantage: float
    interval: tuple[float, float]
    variance: PairSummaryByArmVariance


@dataclass(frozen=True, kw_only=True)
class PairSummaryByArmVariance(Document):
    example: float
    residual: float
    seed: float | None = None


@dataclass(frozen=True, kw_only=True)
class PairSummaryVariance(Document):
    """Variance components of a difference between two outcomes; `seed` is absent with a single
    seed, which cannot show it.
    """
    example: float
    residual: float
    seed: float | None = None


@dataclass(frozen=True, kw_only=True)
class Pilot(Document):
    """Rank below the predicted rank, trained under the probe's seeds, as truncation may
    underrate it. It claims nothing: the result decides which rank is confirmed.
    """
    rank: Count
    seeds: Count
    """Count of seeds shared with the largest rank."""
    taken: bool
    """True if the pilot is at most the margin below the largest rank: it then replaces the rank
    above.
    """
    advantage: float | None = None
    """Advantage of the pilot's runs over the largest rank's, in the metric's unit; absent if
    they failed.
    """
    interval: Interval | None = None


@dataclass(frozen=True, kw_only=True)
class PilotByArm(Document):
    arm: str
    seeds: int
    taken: bool
    advantage: float | None = None
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class PointScore(Document):
    """Score of a rank at a step: the mean over its seeds, in the metric's unit."""
    step: Count
    score: float


@dataclass(frozen=True, kw_only=True)
class PointScoreByArm(Document):
    step: int
    score: float


@dataclass(frozen=True, kw_only=True)
class PointsCost(Document):
    """Cost of a trial's evaluations on the way."""
    evaluations: float
    share: float
    """Share of the trial without them that they add to it."""
    cheaper: PointsCostCheaper | None = None
    """Interval that adds a tenth at most, in the same unit. Absent if this one does, or if none
    would.
    """


@dataclass(frozen=True, kw_only=True)
class PointsCostCheaper(Document):
    """Interval that adds a tenth at most, in the same unit. Absent if this one does, or if none
    would.
    """
    every: float
    share: float


@dataclass(frozen=True, kw_only=True)
class PointsFinding(Document):
    """Comparison of the best point on the way, one step for all ranks and seeds, with the
    training's end.
    """
    step: Count
    """Chosen step; the last one if no other did better."""
    last_step: Count
    chosen_by: Literal["examples", "other-seeds", "same-runs"]
    """Choice of the step: on half of the examples, on the other seeds' runs, or on the same
    runs. The last makes scores optimistic.
    """
    confidence: Share
    gain: float
    """Gain of the chosen step over the last, the mean over the ranks. If examples chose, its
    interval holds for these runs and for other seeds.
    """
    ranks: tuple[RankPoints, ...]
    """Ranks, ascending."""
    choosing_examples: Count | None = None
    """Counts of the examples that chose the step, and that scored it; absent unless examples
    chose.
    """
    scored_examples: Count | None = None
    gain_interval: Interval | None = None
    answer: VerdictWithout | None = None
    """Answer at the chosen step, by the sweep's own rule, on what did not choose. Absent if the
    step is the last, and for races and probes, whose runs were chosen by scores at the end.
    """


@dataclass(frozen=True, kw_only=True)
class PointsFindingByArm(Document):
    step: int
    last_step: int
    chosen_by: Literal["examples", "other-seeds", "same-runs"]
    confidence: float
    gain: float
    arms: tuple[RankPointsByArm, ...]
    choosing_examples: int | None = None
    scored_examples: int | None = None
    gain_interval: tuple[float, float] | None = None
    answer: VerdictWithoutByArm | None = None


@dataclass(frozen=True, kw_only=True)
class Preview(Document):
    """Scheduler's command and script, as shown by a dry run."""
    command: str
    script: str


@dataclass(frozen=True, kw_only=True)
class PrintedConfig(Document):
    command: Literal["sweep", "plan", "train"]
    settings: Mapping[str, PrintedConfigSettings]
    """Settings in use, with origins; a value may be a description of the default."""


@dataclass(frozen=True, kw_only=True)
class PrintedConfigSettings(Document):
    origin: str


@dataclass(frozen=True, kw_only=True)
class PriorAdvantage(Document):
    """Advantage of a rank's runs over the class prior: a share of the examples, and nats. Below
    0 is worse.
    """
    rank: Count
    accuracy: float
    accuracy_interval: Interval
    """Interval of the accuracy advantage: examples are a sample, runs fixed. Holds for all ranks
    and metrics jointly.
    """
    is_better: bool
    """True if either metric's interval lies above 0: the runs know more than the class shares."""
    scores: MetricScores | None = None
    score_intervals: MetricIntervals | None = None
    log_loss: float | None = None
    """Log loss advantage; absent if the outcomes have no log loss."""
    log_loss_interval: Interval | None = None


@dataclass(frozen=True, kw_only=True)
class PriorAdvantageByArm(Document):
    arm: str
    accuracy: float
    accuracy_interval: tuple[float, float]
    is_better: bool
    scores: MetricScoresByArm | None = None
    score_intervals: MetricIntervalsByArm | None = None
    log_loss: float | None = None
    log_loss_interval: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class ProbeSummary(Document):
    """Course of a probe: predictions and confirmations."""
    from_rank: Count
    probe_seeds: tuple[Seed, ...]
    """Seeds whose run of `fromRank` was cut."""
    confirmation_seeds: Count
    """Seed count of each confirmation."""
    predictions: tuple[RankPrediction, ...]
    """Predictions, ascending by rank, `fromRank` last; empty when no run could be cut."""
    pilots: tuple[Pilot, ...]
    """Pilots in execution order, from larger to smaller ranks, without the rank that was then
    confirmed.
    """
    confirmations: tuple[Confirmation, ...]
    """Confirmations in execution order."""
    runs: Count
    """Counts of trials run, of truncations evaluated, and of trials in the whole grid."""
    truncations: Count
    grid_runs: Count


@dataclass(frozen=True, kw_only=True)
class ProbeSummaryByArm(Document):
    from_rank: int
    probe_seeds: tuple[int, ...]
    confirmation_seeds: int
    predictions: tuple[RankPredictionByArm, ...]
    pilots: tuple[PilotByArm, ...]
    confirmations: tuple[ConfirmationByArm, ...]
    runs: int
    truncations: int
    grid_runs: int


@dataclass(frozen=True, kw_only=True)
class PublishedSweep(Document):
    """Published sweep over ranks, run by others, with this verdict's results."""
    source: str
    """Repository and file that published the runs."""
    kind: Literal["classification", "causal-lm"]
    metric: MetricName
    margin: float
    """In the metric's unit."""
    seeds: float
    model: str
    params: float
    """Model's parameter count, all experts included."""
    data: str
    train_examples: float
    ranks: tuple[float, ...]
    """Ranks compared, ascending."""
    smallest_within_margin: float
    """Smallest rank whose mean over seeds is within the margin of the best."""
    verdict_rank: float | None
    """Rank recommended by the verdict on these runs; null if open, as for a single seed."""


@dataclass(frozen=True, kw_only=True)
class QuestionText(Document):
    """Prompt and known answer, as texts without special tokens."""
    prompt: str
    reference: str


@dataclass(frozen=True, kw_only=True)
class RaceDropAgainst(Document):
    rank: Count
    cause: Literal["beyond-margin", "smaller-is-better"]
    """Supported difference: rank `against` is better by more than the margin, or is smaller and
    better.
    """
    against: Count
    shortfall: float
    """Advantage of `against`, with the interval that the drop rests on."""
    interval: Interval
    reason: str


@dataclass(frozen=True, kw_only=True)
class RaceDropFailed(Document):
    rank: Count
    cause: Literal["failed"]
    """Failure: too few runs completed."""
    reason: str


@dataclass(frozen=True, kw_only=True)
class RaceLook(Document):
    """Look of a race at the outcomes so far."""
    seeds: Count
    """Count of seeds that each rank in play has run."""
    share: Share
    """Share of the race's allowed error (1 - confidence) that this look spends."""
    ranks: tuple[Count, ...]
    """Ranks in play before the look, ascending."""
    dropped: tuple[RaceDrop, ...]
    promise: Share | None = None
    """Estimated probability that all planned seeds would end in a better verdict: a
    recommendation, or a settled verdict if there is a recommendation. Absent at the last
    look, and if the look settled the verdict.
    """


@dataclass(frozen=True, kw_only=True)
class RaceLookByArm(Document):
    seeds: int
    share: float
    arms: tuple[str, ...]
    dropped: tuple[RaceLookByArmDroppedAgainst | RaceLookByArmDroppedFailed, ...]
    promise: float | None = None


@dataclass(frozen=True, kw_only=True)
class RaceLookByArmDroppedAgainst(Document):
    arm: str
    cause: Literal["beyond-margin", "smaller-is-better"]
    against: str
    shortfall: float
    interval: tuple[float, float]
    reason: str


@dataclass(frozen=True, kw_only=True)
class RaceLookByArmDroppedFailed(Document):
    arm: str
    cause: Literal["failed"]
    reason: str


@dataclass(frozen=True, kw_only=True)
class RaceSummary(Document):
    """Course of a race: ranks run by blocks of seeds, with a look after each block."""
    planned_seeds: Count
    looks: tuple[RaceLook, ...]
    runs: Count
    """Counts of runs behind the looks, and of runs in the whole grid."""
    grid_runs: Count
    stopped: Literal["settled", "futile", "spent"] | None = None
    """Reason for the end. `settled`: the rank comparison was `adequate` or `extend`, even if no
    rank beats the class prior. `futile`: a better verdict was improbable. `spent`: all
    planned seeds were run. Absent while the race has runs to go.
    """


@dataclass(frozen=True, kw_only=True)
class RaceSummaryByArm(Document):
    planned_seeds: int
    looks: tuple[RaceLookByArm, ...]
    runs: int
    grid_runs: int
    stopped: Literal["settled", "futile", "spent"] | None = None


@dataclass(frozen=True, kw_only=True)
class RankConvergence(Document):
    """Convergence of a rank's training loss at the end of the training budget, over completed
    runs.
    """
    rank: Count
    seeds: Count
    epochs: NonNegative
    """Training budget, in passes over the training examples."""
    threshold: NonNegative
    """Fall that tells `falling` from `converged`, in nats."""
    state: Literal["falling", "converged", "memorising", "stuck", "unclear"]
    """Convergence state.

    - `stuck`: most runs are no better than the most frequent class; a flat loss is no
      convergence.
    - `memorising`: after more than one pass, training examples are surely fitted better than
      evaluation examples. More   training is not needed, even if the loss falls.
    - `falling`: the fall surely exceeds the threshold.
    - `converged`: the fall surely stays below the threshold.
    - `unclear`: the noise between steps hides which.
    """
    fall: float | None = None
    """Nats by which twice the budget would lower the training loss, by a regression over the
    run's later half. Absent, with its interval and `trainLoss`, if runs are too short: such a
    rank is listed only if it is stuck.
    """
    interval: Interval | None = None
    """Interval of `fall`, at the decision's confidence."""
    train_loss: float | None = None
    """Training loss at the end, in nats, by the same regression; at least 0."""
    rose: Literal[True] | None = None
    """Present if the training loss rose far above the start in most runs: the learning rate is
    too high.
    """


@dataclass(frozen=True, kw_only=True)
class RankConvergenceByArm(Document):
    arm: str
    seeds: int
    epochs: float
    threshold: float
    state: Literal["falling", "converged", "memorising", "stuck", "unclear"]
    fall: float | None = None
    interval: tuple[float, float] | None = None
    train_loss: float | None = None
    rose: Literal[True] | None = None


@dataclass(frozen=True, kw_only=True)
class RankCosts(Document):
    rank: float
    trial_seconds: float | None
    trainable_params: float | None = None
    """Parameter count: adapter and classification head."""
    adapter_bytes: float | None = None
    peak_bytes: float | None = None
    """Predicted peak CPU memory of the trial's process, in bytes."""
    peak_phase: Literal["loading", "training", "evaluation", "answers"] | None = None


@dataclass(frozen=True, kw_only=True)
class RankDifference(Document):
    rank: float
    result: Literal["first-better", "second-better", "alike", "open"]
    """Result of the comparison.

    - `first-better`, `second-better`: the interval excludes 0.
    - `alike`: the interval lies within the margin on both sides.
    - `open`: neither is shown. With a single seed nothing is.
    """
    advantage: float
    interval: Interval


@dataclass(frozen=True, kw_only=True)
class RankDifferenceByArm(Document):
    arm: str
    result: Literal["first-better", "second-better", "alike", "open"]
    advantage: float
    interval: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class RankDocument(Document):
    """Rank in a `--json` document; trials are left out, since results.json has them."""
    rank: float
    role: RankRole
    trainable_params: float | None = None
    """Count of trained parameters; like the sizes below, absent if another trainer does not
    report it.
    """
    adapter_bytes: float | None = None
    optimizer_bytes: float | None = None
    peak_resident_bytes: float | None = None
    """Largest peak over the rank's trials, in bytes. Measurements are absent without completed
    trials.
    """
    predicted_resident_bytes: float | None = None
    """Largest predicted peak over the rank's trials, in bytes; absent without a prediction."""
    seconds_per_trial: float | None = None
    """Median seconds over the rank's completed trials."""
    summary: RankSummary | None = None
    """Rank summary; absent if no trial completed, or the method left the rank behind."""
    prediction: RankPrediction | None = None
    """Prediction from truncations, for an untrained rank."""


@dataclass(frozen=True, kw_only=True)
class RankDocumentByArm(Document):
    arm: str
    role: Literal["recommended", "best", "left-behind", "pilot", "not-trained", "failed", "not-compared", "behind-prior", "head-alone", "compared"]
    trainable_params: float | None = None
    adapter_bytes: float | None = None
    optimizer_bytes: float | None = None
    peak_resident_bytes: float | None = None
    predicted_resident_bytes: float | None = None
    seconds_per_trial: float | None = None
    summary: RankSummaryByArm | None = None
    prediction: RankPredictionByArm | None = None


@dataclass(frozen=True, kw_only=True)
class RankFall(Document):
    """Rank of which runs ended far below their best on the way."""
    rank: Count
    runs: Count
    """Counts of the runs that fell, and of all the rank's runs."""
    of: Count
    best: float
    """Scores of the runs that fell, the means over them: each at its best, and at the end."""
    last: float
    rate: NonNegative | None = None
    """Learning rate of the runs; absent if unknown."""


@dataclass(frozen=True, kw_only=True)
class RankFallByArm(Document):
    arm: str
    runs: int
    of: int
    best: float
    last: float
    rate: float | None = None


@dataclass(frozen=True, kw_only=True)
class RankHoursNotKnown(Document):
    not_known: str


@dataclass(frozen=True, kw_only=True)
class RankMemory2(Document):
    after_forward_bytes: float
    """Bytes allocated when a forward pass has ended, before any gradient."""
    trainable_params: float
    """Count of trained parameters in A, B, magnitudes and head; a frozen A is left out."""
    gradient_bytes: float
    optimizer_bytes: float
    static_bytes: float
    """Base, adapter, gradients and optimiser state, summed; in estimates a reference model too."""
    assumptions: tuple[str, ...]
    allocated_bytes: Any
    reserved_bytes: Any
    device_bytes: Any
    peak_phase: Any
    phases: Any
    parts: Any
    method: Literal["lora", "qlora", "full"]
    base: BaseFormatName
    rank: float | None
    adapter_bytes: float
    settings: StackSettings
    cards: CardChoice
    not_counted: tuple[NotCounted, ...]
    """Memory parts not counted in this estimate."""
    fit: Fit | None = None
    nearest: Measurement | None = None
    time: RankHours | None = None
    """Hours of training, or why they are not known; absent unless requested."""


@dataclass(frozen=True, kw_only=True)
class RankMemoryBaseBytes(Document):
    allocated_bytes: float
    """Peak allocated by the framework: torch's `max_memory_allocated`."""
    reserved_bytes: tuple[float, float]
    """Memory reserved by the framework's allocator; bounds, because block reuse is not known."""
    device_bytes: tuple[float, float]
    """Memory in use by the device's own tool, with context and kernels."""
    peak_phase: PeakPhase
    phases: ByPhaseNumber
    """Bytes in each phase; the largest is `allocatedBytes`."""
    parts: MemoryParts
    """Parts that add up to `allocatedBytes`."""
    rank: float | None
    lora_params: float
    """Parameter count in A and B on all targets, and magnitudes."""
    trainable_params: float
    """Count of trained parameters in A, B, magnitudes and head; a frozen A is left out."""
    base_bytes: float
    adapter_bytes: float
    gradient_bytes: float
    optimizer_bytes: float
    static_bytes: float
    """Base, adapter, gradients and optimiser state, summed; in estimates a reference model too."""
    assumptions: tuple[str, ...]
    after_forward_bytes: float
    """Bytes allocated when a forward pass has ended, before any gradient."""
    method: Literal["lora", "qlora", "full"]
    base: BaseFormatName
    settings: StackSettings
    cards: CardChoice
    not_counted: tuple[NotCounted, ...]
    """Memory parts not counted in this estimate."""
    fit: Fit | None = None
    nearest: Measurement | None = None
    time: RankHours | None = None
    """Hours of training, or why they are not known; absent unless requested."""


@dataclass(frozen=True, kw_only=True)
class RankPattern(Document):
    """Rank of the layers that a pattern matches."""
    pattern: str
    """Regular expression for a layer's whole path, or for what follows a dot in it, as in PEFT's
    `rank_pattern`.
    """
    rank: Count


@dataclass(frozen=True, kw_only=True)
class RankPoints(Document):
    """Scores of a rank along its training."""
    rank: Count
    curve: tuple[PointScore, ...]
    """Scores on all examples at each point that all compared runs share, ascending; the last is
    the training's end.
    """
    chosen: float
    """Scores at the chosen and at the last step, on what did not choose."""
    last: float
    gain: float
    """Gain of the chosen step over the last, positive if better, with its interval for this rank
    alone. No interval with a single seed, and if the last step is chosen.
    """
    gain_interval: Interval | None = None


@dataclass(frozen=True, kw_only=True)
class RankPointsByArm(Document):
    arm: str
    curve: tuple[PointScoreByArm, ...]
    chosen: float
    last: float
    gain: float
    gain_interval: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class RankPrediction(Document):
    """Prediction for a rank from truncations, in the metric's unit."""
    rank: Count
    accuracy: Share
    """Mean accuracy over the probe's seeds, after truncation; for the largest rank, untruncated."""
    advantage: float
    """Advantage of this rank over the largest, by the decision's metric: below 0 is worse. 0 for
    the largest.
    """
    interval: Interval
    """Expected range for the advantage in real runs, at the decision's confidence: the
    truncations' interval, widened by the largest rank's variation between seeds. Gains from
    training at the lower rank are not covered.
    """
    scores: MetricScores | None = None
    log_loss: LogLoss | None = None


@dataclass(frozen=True, kw_only=True)
class RankPredictionByArm(Document):
    arm: str
    accuracy: float
    advantage: float
    interval: tuple[float, float]
    scores: MetricScoresByArm | None = None
    log_loss: float | None = None


@dataclass(frozen=True, kw_only=True)
class RankScore(Document):
    """Scores of a rank on some examples: means over seeds and examples, with intervals that
    treat both as a sample.
    """
    scores: MetricScores | None = None
    score_intervals: MetricIntervals | None = None
    accuracy: Share | None = None
    """Mean accuracy; absent if runs have a single score each, by another metric."""
    interval: Interval | None = None
    log_loss: LogLoss | None = None
    """Mean log loss; absent if the runs have no log loss."""
    log_loss_interval: Interval | None = None


@dataclass(frozen=True, kw_only=True)
class RankScoreByArm(Document):
    scores: MetricScoresByArm | None = None
    score_intervals: MetricIntervalsByArm | None = None
    accuracy: float | None = None
    interval: tuple[float, float] | None = None
    log_loss: float | None = None
    log_loss_interval: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class RankSize(Document):
    """Trained tensor sizes for a rank. Bytes are for float32, in which this engine trains."""
    rank: float
    lora_params: float
    """LoRA parameter count: A, B and DoRA magnitudes over all targets."""
    trainable_params: float
    """Parameter count: adapter and classification head."""
    adapter_bytes: float
    gradient_bytes: float
    optimizer_bytes: float
    """Bytes for AdamW's two moments."""


@dataclass(frozen=True, kw_only=True)
class RankSummary(Document):
    """Findings on a rank, over the seeds that all compared ranks completed. Intervals treat
    seeds and examples as samples; with a single seed only the examples. Intervals around
    means are for single ranks, at the decision's confidence.
    """
    rank: Count
    seeds: Count
    difference_to_best: float
    """Mean score minus `bestRank`'s, in the metric's own unit: below 0 is worse for accuracy,
    above 0 for log loss.
    """
    difference_interval: Interval
    """Interval of `differenceToBest`, for all rank pairs jointly, at the decision's confidence;
    `[0, 0]` for the best rank.
    """
    scores: MetricScores | None = None
    score_intervals: MetricIntervals | None = None
    accuracy: Share | None = None
    """Mean accuracy; absent if runs have a single score each, by another metric."""
    interval: Interval | None = None
    log_loss: LogLoss | None = None
    """Mean log loss; absent if the runs have no log loss."""
    log_loss_interval: Interval | None = None
    shortfall_bound: float | None = None
    """Upper bound on any other rank's advantage over this rank, at the decision's confidence, in
    the metric's unit. A bound of at most the margin certifies the rank. With two ranks and no
    settled verdict, the confidence holds among such verdicts. Ranks shown to violate a
    condition do not count as others. A bound beyond the metric's range is cut to it. Absent
    if the design supports no claim (a single seed).
    """


@dataclass(frozen=True, kw_only=True)
class RankSummaryByArm(Document):
    arm: str
    seeds: int
    difference_to_best: float
    difference_interval: tuple[float, float]
    scores: MetricScoresByArm | None = None
    score_intervals: MetricIntervalsByArm | None = None
    accuracy: float | None = None
    interval: tuple[float, float] | None = None
    log_loss: float | None = None
    log_loss_interval: tuple[float, float] | None = None
    shortfall_bound: float | None = None


@dataclass(frozen=True, kw_only=True)
class RateRegret(Document):
    """Cost of the chosen learning rate for a rank."""
    rank: Count
    best: NonNegative
    """Rate with the rank's lowest loss."""
    regret: float
    """Mean log loss at the chosen rate minus that at `best`, in nats, over the judged examples."""
    standard_error: NonNegative


@dataclass(frozen=True, kw_only=True)
class RateRegretByArm(Document):
    arm: str
    best: float
    regret: float
    standard_error: float


@dataclass(frozen=True, kw_only=True)
class RateSearch(Document):
    chosen: NonNegative
    """Rate with the least largest regret over the ranks."""
    start: NonNegative
    """Default rate, where the search starts."""
    epochs: NonNegative
    train_examples: Count
    tried: tuple[SearchedValue, ...]
    """Tried rates, ascending."""
    regrets: tuple[RateRegret, ...]
    explanation: str
    notes: tuple[str, ...]
    """Caveats about the search, in sentences."""
    guessing: LogLoss | None = None
    """Mean log loss from predicting the class shares for every judged example, in nats; absent
    for causal-lm.
    """


@dataclass(frozen=True, kw_only=True)
class RateSearchByArm(Document):
    chosen: float
    start: float
    epochs: float
    train_examples: int
    tried: tuple[SearchedValueByArm, ...]
    regrets: tuple[RateRegretByArm, ...]
    explanation: str
    notes: tuple[str, ...]
    guessing: float | None = None


@dataclass(frozen=True, kw_only=True)
class ReportDocument(Document):
    report: str
    """Path to the written report."""
    bytes: float
    verdict: VerdictKind


@dataclass(frozen=True, kw_only=True)
class ReturnStep(Document):
    """Step from a tried rank to the next, in the metric's unit; positive if the larger rank is
    better.
    """
    from_: Count
    to: Count
    gain: float
    interval: Interval
    """Interval of the difference, for all rank pairs jointly, at the decision's confidence."""
    per_doubling: float | None = None
    """Gain divided by log2(to / from); absent from rank 0."""
    per_param: float | None = None
    """Gain per parameter that the larger rank adds; like `perAdapterByte`, absent if sizes are
    unknown or not larger.
    """
    per_adapter_byte: float | None = None
    per_second: float | None = None
    """Gain per added training second; absent from a sweep's decision, which contains no measured
    times.
    """


@dataclass(frozen=True, kw_only=True)
class ReturnStepByArm(Document):
    from_: int
    to: int
    gain: float
    interval: tuple[float, float]
    per_doubling: float | None = None
    per_param: float | None = None
    per_adapter_byte: float | None = None
    per_second: float | None = None


@dataclass(frozen=True, kw_only=True)
class ReturnsFlat(Document):
    curve: Literal["flat"]
    """Flat: no step to a larger rank has a supported gain."""
    steps: tuple[ReturnStep, ...]


@dataclass(frozen=True, kw_only=True)
class ReturnsRisingUntil(Document):
    curve: Literal["rising-until"]
    """Last step with a supported gain leads to `rank`; `interval` is around that gain."""
    rank: Count
    interval: Interval
    steps: tuple[ReturnStep, ...]


@dataclass(frozen=True, kw_only=True)
class Robustness(Document):
    """Smallest and largest rank at other learning rates, to see if the better rank depends on
    the rate.
    """
    seed: Seed
    smallest_rank: Count
    largest_rank: Count
    rates: tuple[RobustnessRate, ...]
    """Results by learning rate, ascending by factor."""
    order: Literal["flips", "breaks", "kept", "unclear"]
    """Dependence of the better rank on the rate.

    - `flips`: each rank is known to be better at some rate.
    - `breaks`: no known flip, but at some rate one rank collapsed or diverged and the other
      learned.
    - `kept`: the same rank is known to be better at every rate.
    - `unclear`: none of these.
    """
    step_grows_with_rank: bool
    """True if alpha and scaling give the largest rank a larger step than the smallest at equal
    learning rates.
    """
    scaling: RobustnessScaling | None = None
    """Largest rank under rsLoRA's scaling; absent if the sweep did not try it."""


@dataclass(frozen=True, kw_only=True)
class RobustnessByArm(Document):
    seed: int
    smallest_rank: int
    largest_rank: int
    rates: tuple[RobustnessRateByArm, ...]
    order: Literal["flips", "breaks", "kept", "unclear"]
    step_grows_with_rank: bool
    scaling: RobustnessScalingByArm | None = None


@dataclass(frozen=True, kw_only=True)
class RobustnessRate(Document):
    """Smallest and largest rank at a multiple of the sweep's learning rate."""
    factor: NonNegative
    """Multiple of the sweep's learning rate. 1 is the sweep itself, over all seeds."""
    smallest: RobustnessRun
    largest: RobustnessRun
    advantage: float | None = None
    """Advantage of the largest rank over the smallest, in the metric's unit; positive if better."""
    interval: Interval | None = None
    """Interval around `advantage`, at the decision's confidence for all factors but 1 jointly;
    at 1 it is the sweep's own. Noise between seeds is the sweep's; with a single seed it is
    unknown and left out.
    """
    better: Literal["smallest", "largest"] | None = None
    """Rank known to be better here, by the interval, or because the other collapsed or diverged.
    Absent if unknown.
    """


@dataclass(frozen=True, kw_only=True)
class RobustnessRateByArm(Document):
    factor: float
    smallest: RobustnessRunByArm
    largest: RobustnessRunByArm
    advantage: float | None = None
    interval: tuple[float, float] | None = None
    better: Literal["smallest", "largest"] | None = None


@dataclass(frozen=True, kw_only=True)
class RobustnessRun(Document):
    """Outcome of training a rank at a learning rate."""
    learning_rate: NonNegative
    status: Literal["learned", "collapsed", "diverged", "out-of-memory"]
    """Outcome of the training. `collapsed`: completed, but no better than the most frequent
    class, or without a falling loss.
    """
    quality: float | None = None
    """Score in the metric's own unit; absent without an evaluation."""


@dataclass(frozen=True, kw_only=True)
class RobustnessRunByArm(Document):
    learning_rate: float
    status: Literal["learned", "collapsed", "diverged", "out-of-memory"]
    quality: float | None = None


@dataclass(frozen=True, kw_only=True)
class RobustnessScaling(Document):
    """Largest rank under rsLoRA's scaling, alpha / √rank, in a sweep with scaling alpha / rank.
    All runs share a seed and the sweep's learning rate.

    Amounts are in the metric's unit, positive if the run under rsLoRA's scaling is better.
    Intervals hold at the decision's confidence jointly. Noise between seeds is the sweep's,
    for the ranks' difference; without it intervals are absent.
    """
    alpha: NonNegative
    """Alpha under rsLoRA's scaling: at the smallest rank the two scalings agree."""
    ratio: NonNegative
    """rsLoRA's scaling over the sweep's at the largest rank: √(largest / smallest)."""
    rslora: RobustnessRun
    smallest: RobustnessRun
    """Smallest rank under the sweep's scaling, as `largest`."""
    largest: RobustnessRun
    gain: float | None = None
    """Advantage of `rslora` over `largest`."""
    gain_interval: Interval | None = None
    change: Literal["gains", "loses"] | None = None
    """Effect of rsLoRA's scaling on the largest rank: shown by `gainInterval`, or as either run
    collapsed or diverged. Absent if unknown.
    """
    advantage: float | None = None
    """Advantage of `rslora` over `smallest`."""
    interval: Interval | None = None
    better: Literal["smallest", "largest"] | None = None
    """Rank known to be better, the largest under rsLoRA's scaling. Absent if unknown."""


@dataclass(frozen=True, kw_only=True)
class RobustnessScalingByArm(Document):
    alpha: float
    ratio: float
    rslora: RobustnessRunByArm
    smallest: RobustnessRunByArm
    largest: RobustnessRunByArm
    gain: float | None = None
    gain_interval: tuple[float, float] | None = None
    change: Literal["gains", "loses"] | None = None
    advantage: float | None = None
    interval: tuple[float, float] | None = None
    better: Literal["smallest", "largest"] | None = None


@dataclass(frozen=True, kw_only=True)
class RunScores(Document):
    """Runs with a single score each, in place of example outcomes."""
    runs: Count
    """Count of compared runs, over all ranks."""
    pairing: Literal["all", "some", "none"]
    """Pairing of two ranks' runs under the same seed: `all` runs, `some`, or `none`, if seeds
    differ or are unknown. All the rank's runs count in each case.
    """
    rates: tuple[ChosenRate, ...] | None = None
    """Best learning rate by rank; absent if no rank has runs at several. Intervals allow for
    this choice.
    """
    example_noise: RunScoresExampleNoise | None = None
    """Noise that the choice of examples adds to a difference between ranks: a standard error, in
    the metric's unit. Absent if the example count is unknown, or the score is no share: the
    decision is then on these examples alone.
    """


@dataclass(frozen=True, kw_only=True)
class RunScoresByArm(Document):
    runs: int
    pairing: Literal["all", "some", "none"]
    rates: tuple[ChosenRateByArm, ...] | None = None
    example_noise: RunScoresByArmExampleNoise | None = None


@dataclass(frozen=True, kw_only=True)
class RunScoresByArmExampleNoise(Document):
    assumed: float
    independent: float


@dataclass(frozen=True, kw_only=True)
class RunScoresExampleNoise(Document):
    """Noise that the choice of examples adds to a difference between ranks: a standard error, in
    the metric's unit. Absent if the example count is unknown, or the score is no share: the
    decision is then on these examples alone.
    """
    assumed: NonNegative
    """Noise included in the intervals, if ranks disagree on examples as in measured sweeps."""
    independent: NonNegative
    """Noise if ranks were right on examples independently."""


@dataclass(frozen=True, kw_only=True)
class SearchCosts(Document):
    """Costs of a search: the fewest and most trainings, and the seconds for these; null if
    unknown.
    """
    trainings: tuple[float, float]
    seconds: tuple[float, float] | None


@dataclass(frozen=True, kw_only=True)
class SearchSummary(Document):
    """Settings searched before the sweep, on the smallest and the largest rank. A part of the
    training examples was trained on, another judged by; validation examples had no part in
    it.
    """
    ranks: tuple[Count, ...]
    """Smallest and largest rank, or the only rank."""
    seed: Seed
    judged_examples: Count
    """Training examples that judged the search and were not trained on."""
    learning_rate: RateSearch | None = None
    """Rate search; absent if the rate was fixed."""
    epochs: EpochSearch | None = None
    """Epoch search; absent if the epochs were fixed."""
    targets: ChoiceSearch | None = None
    """Search for the layers with an adapter; absent if they were fixed."""
    scaling: ChoiceSearch | None = None
    """Search for the scaling rule; absent if it was fixed."""
    alpha: ChoiceSearch | None = None
    """Search for alpha; absent if it was fixed."""


@dataclass(frozen=True, kw_only=True)
class SearchSummaryByArm(Document):
    arms: tuple[str, ...]
    seed: int
    judged_examples: int
    learning_rate: RateSearchByArm | None = None
    epochs: EpochSearchByArm | None = None
    targets: ChoiceSearchByArm | None = None
    scaling: ChoiceSearchByArm | None = None
    alpha: ChoiceSearchByArm | None = None


@dataclass(frozen=True, kw_only=True)
class SearchedLoss(Document):
    """Result of training a rank with a searched value."""
    rank: Count
    log_loss: LogLoss | None = None
    """Mean log loss over the judged examples, in nats; absent if the training did not complete."""


@dataclass(frozen=True, kw_only=True)
class SearchedLossByArm(Document):
    arm: str
    log_loss: float | None = None


@dataclass(frozen=True, kw_only=True)
class SearchedValue(Document):
    value: NonNegative
    """Learning rate or epoch count."""
    losses: tuple[SearchedLoss, ...]
    """Losses at this value, ascending by rank."""


@dataclass(frozen=True, kw_only=True)
class SearchedValueByArm(Document):
    value: float
    losses: tuple[SearchedLossByArm, ...]


@dataclass(frozen=True, kw_only=True)
class SecondaryFinding(Document):
    """Findings on a secondary outcome, over the compared ranks' seeds."""
    name: str
    """Name, such as `forgetting`."""
    better: Literal["higher", "lower"]
    """Better side."""
    examples: Count
    """Example count of a run; 1 if runs are scored as a whole."""
    ranks: tuple[SecondaryScore, ...]
    """Ranks with completed runs, ascending."""
    unit: str | None = None
    """Unit in words, such as `nats`; absent for plain numbers."""
    limit: float | None = None
    """Condition on a rank's mean: at most `limit` if lower is better, else at least. Absent for
    information.
    """


@dataclass(frozen=True, kw_only=True)
class SecondaryFindingByArm(Document):
    name: str
    better: Literal["higher", "lower"]
    examples: int
    arms: tuple[SecondaryScoreByArm, ...]
    unit: str | None = None
    limit: float | None = None


@dataclass(frozen=True, kw_only=True)
class SecondaryOutcome(Document):
    """Outcome beside the deciding metric, such as forgetting: a condition on every rank, or
    information.
    """
    name: str
    """Name, such as `forgetting`."""
    better: Literal["higher", "lower"]
    """Better side."""
    unit: str | None = None
    """Unit in words, such as `nats`; absent for plain numbers."""
    limit: float | None = None
    """Condition on a rank's mean: at most `limit` if lower is better, else at least. Absent for
    information.
    """


@dataclass(frozen=True, kw_only=True)
class SecondaryScore(Document):
    """Finding on a rank in a secondary outcome."""
    rank: Count
    mean: float
    interval: Interval | None = None
    """Interval around the mean, for this rank alone, at the decision's confidence. Absent for a
    single value.
    """
    bound: float | None = None
    """Bound on the mean towards the limit, for all ranks jointly; absent without a condition and
    with a single seed.
    """
    condition: ConditionState | None = None
    """State of the condition; absent without one."""


@dataclass(frozen=True, kw_only=True)
class SecondaryScoreByArm(Document):
    arm: str
    mean: float
    interval: tuple[float, float] | None = None
    bound: float | None = None
    condition: Literal["met", "violated", "open"] | None = None


@dataclass(frozen=True, kw_only=True)
class Selection(Document):
    """Winner's curse: optimism from choosing the best of several ranks on the outcomes that
    judge it.
    """
    ranks: Count
    """Count of ranks to choose from."""
    expected_inflation: float
    """Expected optimism in the metric's unit, if all ranks are equal; less if they differ."""


@dataclass(frozen=True, kw_only=True)
class SelectionByArm(Document):
    arms: Count
    """Count of ranks to choose from."""
    expected_inflation: float
    """Expected optimism in the metric's unit, if all ranks are equal; less if they differ."""


@dataclass(frozen=True, kw_only=True)
class SeveralModelsDocument(Document):
    answer: str
    models: tuple[ModelMemory, ...]


@dataclass(frozen=True, kw_only=True)
class SharedSources(Document):
    """Validation examples that seem to share a source, such as a document, with others, without
    known groups.
    """
    validation: Count
    """Validation examples much like another validation example."""
    by: Literal["subject", "words", "passages"]
    """Likeness: a mail's subject line, words but for punctuation, or long passages."""
    with_training: Count | None = None
    """Validation examples much like a training example; absent for none."""


@dataclass(frozen=True, kw_only=True)
class StackSettings(Document):
    """Training stack settings; a profile has a default for each."""
    variant: AdapterVariant
    loss: LossKind
    attention: AttentionKind
    dropout: float
    """Share of an adapter's inputs that is dropped, 0 ≤ p < 1. Above 0 each adapter saves a copy
    and a mask.
    """
    adapter_dtype: FloatDtype
    lora_kernels: Literal["on", "attention", "feed-forward", "off"]
    """Layers whose product and adapter are a single function with a backward pass of its own."""
    fused_norms: bool
    """True if norms are kernels that save their input as it is, in place of an fp32 copy:
    Liger's, Unsloth's.
    """
    kbit_prepare: bool
    """True if `prepare_model_for_kbit_training` is called: 16-bit weights on a 4-bit or 8-bit
    base become fp32.
    """
    bnb_version: str
    """bitsandbytes version: before 0.43.2 each 4-bit linear layer keeps a copy of the input."""
    optimizer: OptimizerName
    checkpointing: CheckpointingKind
    packing: bool
    """True if texts fill the length without padding. Nothing changes at the peak, which the
    longest batch sets.
    """
    padding: bool
    """True if passes hold padding, or several texts a row with positions that restart. Attention
    by sdpa then reads a mask, and repeats keys and values.
    """
    compile: bool
    """True for `torch.compile` on each block: element-wise results are recomputed in the
    backward pass.
    """
    accumulation: bool
    """True if a step accumulates several passes: gradients from earlier passes stay while a
    later pass runs.
    """
    optimizer_in_backward: bool
    """True if each weight steps as soon as its gradient is there, and frees it. Full fine-tuning
    alone.
    """


@dataclass(frozen=True, kw_only=True)
class StepDocument(Document):
    """Next step for the user, in documents and reports."""
    kind: StepKind
    words: str
    command: str | None = None
    """Shell command, ready to paste; absent if no command does the step."""


@dataclass(frozen=True, kw_only=True)
class StepDocumentByArm(Document):
    kind: Literal["resume", "run-missing", "leave-out", "retry-out-of-memory", "needed", "no-design-settles", "settle-conditions", "meet-condition", "loosen-limit", "complete-two-ranks", "try-larger", "look-larger", "lower-rate", "search-rate", "compare-rslora", "try-rates", "train-longer", "check-labels", "check-settings", "check-inputs"]
    words: str
    command: str | None = None


@dataclass(frozen=True, kw_only=True)
class SweepConfig(Document):
    """Sweep config for this engine, resolved: every default filled in, every file named by hash.
    Saved as `sweep.json`.
    """
    base: BaseWeights
    data: DatasetRef
    task: Task
    optimizer: OptimizerSpec
    lora: LoraSettings
    name: str
    ranks: tuple[float, ...]
    """Ranks, or with arms their numbers in order of cost, from 1."""
    seeds: tuple[float, ...]
    """Random seeds. In a grid, each has a trial at every rank; other methods choose among these
    trials.
    """
    metric: MetricName
    margin: float
    """Margin: the largest loss of quality that still counts as adequate; a share for accuracy,
    nats for log loss.
    """
    confidence: float
    model: ModelSummary
    evaluate_every: NonNegative | None = None
    """Steps between evaluations on the way, or if below 1 their share of all steps; absent
    without any.
    """
    compute: Literal["float16", "bfloat16"] | None = None
    """Number format for matrix products in training and evaluation, else float32. Absent means
    float32 (not written).
    """
    answers: AnswersSpec | None = None
    """Answer settings. Absent if no answers are generated: an example is then as right as its
    tokens are predicted.
    """
    robustness: Literal[True] | None = None
    method: Literal["probe", "race"] | None = None
    """Trial selection method; absent for `grid`: every rank under every seed."""
    secondary: tuple[SecondaryOutcome, ...] | None = None
    """Outcomes beside the metric; absent without any."""
    arms: tuple[EngineArm, ...] | None = None
    """Arms that are compared in place of ranks."""
    test: TestSet | None = None
    """Test examples for one score at the recommended rank, which no trial reads. Absent means no
    score.
    """
    overlap: Overlap | None = None
    """Count of validation examples also in training, for the results."""
    shared_sources: SharedSources | None = None
    """Evidence that validation examples share a source, such as a document, for the results."""
    examples_sha256: str | None = None
    """Digest over texts, labels and order of the validation examples, for the results. Absent in
    earlier files.
    """
    validation_groups: tuple[float, ...] | None = None
    """Group number per validation example, from 0. Absent if all are independent."""
    head_only_baseline: bool | None = None
    """Allows rank 0, which trains the head alone, among `ranks` (default false)."""
    majority_share: float | None = None
    """Majority share: the most frequent class's share of the validation examples; absent for
    causal-lm.
    """


@dataclass(frozen=True, kw_only=True)
class SweepCosts(Document):
    """Costs of a planned sweep: trials, time, memory, disk. Unknown members are null."""
    trials: float
    """Number of trials in the grid."""
    expected_trials: float
    """Trials expected to run, checks included; an upper limit if `atMost`, since the method may
    end early.
    """
    at_most: bool
    done: float
    """Grid trials that have a result already."""
    trials_at_once: float
    time_source: Literal["measured", "results"] | None
    seconds_left: float | None
    seconds_by_part: SweepTime | None
    peak_bytes: float | None
    """Predicted peak memory of all concurrent trials, at the largest rank; null if unknown."""
    disk_bytes: DiskUse | None
    ranks: tuple[RankCosts, ...]
    points: PointsCost | None = None
    """Evaluations on the way of a trial at the largest timed rank, by time; absent without any,
    or if unknown.
    """
    search: SearchCosts | None = None
    """Search before the sweep, which the other members do not count; absent without one."""


@dataclass(frozen=True, kw_only=True)
class SweepPreview(Document):
    """Sweep as planned, for `--dry-run` and `plan`."""
    dry_run: Literal[True]
    out: str
    method: MethodName
    trials: float
    expected_trials: float
    trials_at_once: float
    config: SweepConfig | CommandConfig
    """Normalised config: ranks, seeds and target modules sorted, arms in order of cost."""
    model: ModelSummary | None = None
    data: SweepPreviewData | None = None
    threads_per_trial: float | None = None
    device: str | None = None
    """Device for the trials, and why it was chosen."""
    ranks: tuple[RankSize, ...] | None = None
    max_length: float | None = None
    portable: bool | None = None
    to_search: tuple[str, ...] | None = None
    notes: tuple[str, ...] | None = None
    cut: SweepPreviewCut | None = None
    """Number of examples cut to the maximum length, by part of the data."""
    classes: tuple[SweepPreviewClasses, ...] | None = None
    """Examples per class, for training and validation."""
    folder: str | None = None
    """Working folder for a trainer's commands."""
    timeout_seconds: float | None = None


@dataclass(frozen=True, kw_only=True)
class SweepPreviewClasses(Document):
    label: str
    train: float
    validation: float


@dataclass(frozen=True, kw_only=True)
class SweepPreviewCut(Document):
    """Number of examples cut to the maximum length, by part of the data."""
    train: float
    validation: float
    keeps: tuple[SweepPreviewCutKeeps, ...]
    """Larger maximum lengths, with the share of all examples left whole by each."""
    test: float | None = None


@dataclass(frozen=True, kw_only=True)
class SweepPreviewCutKeeps(Document):
    max_length: float
    share: float


@dataclass(frozen=True, kw_only=True)
class SweepPreviewData(Document):
    name: str
    """Data set name; absent, like `trainExamples`, if another trainer ran the trials."""
    train_examples: Count
    validation_examples: Count
    examples_sha256: str | None = None
    """SHA-256, in lower-case hex, over the validation examples in a trial's order, whatever
    model reads them. Each example is a line in UTF-8 that ends in a line feed. A line is
    canonical JSON (RFC 8785) of what the data have: `[text, label]`, `[prompt, response]`, or
    a conversation's list of messages. U+FFFD takes the place of a lone surrogate. Absent in
    files by earlier versions, and if another trainer ran the trials, which tells no texts.
    """
    majority_share: Share | None = None
    """Share of the most frequent class among the validation examples; absent for causal-lm."""
    validation_labels: tuple[Count, ...] | None = None
    """Class by validation example, in a trial's order, as an index into the task's labels.
    Absent for causal-lm, and in files by earlier versions.
    """
    validation_groups: tuple[Count, ...] | None = None
    """Group number (document, person) by validation example, from 0. Absent if examples are
    independent.
    """
    questions: tuple[QuestionText, ...] | None = None
    """Prompt and reference by validation example, in the order of a trial's answers. Absent
    without answers.
    """
    overlap: Overlap | None = None
    """Validation examples also in training; absent for none, and in files by earlier versions."""
    shared_sources: SharedSources | None = None
    """Validation examples that seem to share sources; absent for none, if groups are known or
    declined, and in files by earlier versions.
    """
    test: TestSet | None = None
    """Test set, scored for the rank that the decision names; absent without test examples."""


@dataclass(frozen=True, kw_only=True)
class SweepTime(Document):
    """Remaining seconds for each part of a sweep, with concurrent processes."""
    trials: float
    base: float
    """Seconds to evaluate the untouched base, before the trials."""
    cuts: float
    """Seconds to evaluate a probe's truncated adapters."""
    test: float
    """Seconds to score the recommended rank on test examples."""


@dataclass(frozen=True, kw_only=True)
class TaskCausalLm(Document):
    kind: Literal["causal-lm"]


@dataclass(frozen=True, kw_only=True)
class TaskClassification(Document):
    kind: Literal["classification"]
    labels: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TestSet(Document):
    """Examples that no choice depends on: no part of training, validation, or a trial's spec."""
    name: str
    sha256: str
    """SHA-256 over the bytes of the tokenised file."""
    examples: Count
    groups: tuple[Count, ...] | None = None
    """Group number by example, from 0. Absent if examples are independent."""
    examples_sha256: str | None = None
    """Digest of the test examples, made and absent as that of the validation examples
    (`data.examplesSha256`).
    """


@dataclass(frozen=True, kw_only=True)
class TimeAnswer(Document):
    """Data to train on, and how far the hours at each rank are to be trusted."""
    tokens: float
    """Tokens in all passes over the data, padding included."""
    epochs: float
    spread: tuple[float, float]
    """Factors on `hours` between which 8 of 10 published runs lie, constants left out by source."""
    assumptions: tuple[str, ...]
    price: float | None = None
    """Price of a card's hour, in the user's currency."""


@dataclass(frozen=True, kw_only=True)
class ValidationLimit(Document):
    """Largest validation part: all rows if the data names them, else leaving half the rows for
    training.
    """
    examples: float
    from_training: bool
    """True if validation rows are drawn from training rows; false if the data names them."""


@dataclass(frozen=True, kw_only=True)
class VerdictByTask(Document):
    """Verdict by the deciding metric alone."""
    verdict: VerdictKind
    rank: Count | None
    certified_rank: Count | None
    best_bet: BestBet | None = None
    """Best bet, if `rank` is null."""
    advantage: float | None = None
    """Advantage, in the metric's unit, of the rank that it names over the decision's; absent if
    one names none.
    """
    interval: Interval | None = None
    """Interval of the advantage, for all rank pairs jointly, at the decision's confidence."""


@dataclass(frozen=True, kw_only=True)
class VerdictByTaskByArm(Document):
    verdict: Literal["adequate", "extend", "provisional", "indistinguishable", "inconclusive"]
    arm: str | None
    certified_arm: str | None
    best_bet: BestBetByArm | None = None
    advantage: float | None = None
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class VerdictDocument(Document):
    verdict: VerdictKind
    rank: Count | None
    """Recommended rank; null when inconclusive."""
    best_rank: Count | None
    """Rank with the best mean, supported or not; null when no trial completed."""
    metric: MetricName
    margin: Margin
    confidence: Share
    seeds: Count
    """Count of seeds that all compared ranks completed; if seeds are apart, or runs are known by
    scores, the fewest runs per rank.
    """
    examples: Count
    ranks: tuple[RankSummary, ...]
    """Rank summaries, ascending by rank."""
    explanation: str
    """Verdict in plain words, as a paragraph."""
    steps: tuple[StepDocument, ...]
    """Next steps, most urgent first."""
    limits: str
    """Address of the page on what no verdict can show."""
    robustness: Robustness | None = None
    """Smallest and largest rank at other learning rates; absent unless tried."""
    points: PointsFinding | None = None
    """Best point beside the last; absent without evaluations on the way."""
    fell: Falls | None = None
    """Runs that ended far below their best on the way; absent without any."""
    best_on_the_way: tuple[BestAndLast, ...] | None = None
    """Best scores on the way, of tables that have them beside the last; absent if they are the
    last.
    """
    convergence: tuple[RankConvergence, ...] | None = None
    """Convergence by compared rank, ascending; absent without loss curves."""
    classes: ExampleClasses | None = None
    """Classes; present for a metric of all examples together."""
    class_prior: ClassPriorComparison | None = None
    """Compared ranks against the class prior; absent for causal-lm, and if the classes are
    unknown.
    """
    fault: TrainingFault | None = None
    """Likely cause if training taught nothing: most runs diverged, or no rank is shown to beat
    the class prior. Absent otherwise, and without loss curves.
    """
    faulty_training: FaultyTraining | None = None
    """Training settings behind `fault`, and the count of diverged runs; absent without a fault."""
    copies: Copies | None = None
    """Runs that are copies of others: no rank is recommended, and each counts once in all
    numbers.
    """
    agreeing_seeds: Count | None = None
    """Count of seeds that count as a single seed, since runs differ less than separate
    trainings. Absent if losses show separate trainings.
    """
    agreeing_runs: AgreeingRuns | None = None
    """Runs too alike to be surely separate trainings. Files by earlier versions have only
    `agreeingSeeds`.
    """
    collapsed: tuple[CollapsedRun, ...] | None = None
    """Runs far below their rank's other seeds, by rank, then seed. They count in all numbers but
    `withoutCollapsed`.
    """
    dependent_runs: DependentRuns | None = None
    """Present if runs depend on the run before them: intervals assume independence, and are too
    narrow.
    """
    warm_starts: WarmStarts | None = None
    """Present if runs began with the weights of different other runs."""
    ranks_in_turn: Literal[True] | None = None
    """Present if each rank's runs began before the next rank's: a drift would look like a
    difference.
    """
    groups: GroupedExamples | None = None
    alike_neighbours: AlikeNeighbours | None = None
    """Present if no groups are known, and examples are alike as in groups."""
    race: RaceSummary | None = None
    """Present after a race: looks and the ranks dropped at them."""
    probe: ProbeSummary | None = None
    """Present after a probe: predictions and confirmations."""
    certified_rank: Count | None = None
    """Smallest rank that no other beats by more than the margin, or null. Absent in files by
    earlier versions.
    """
    best_bet: BestBet | None = None
    """Best bet, present if `rank` is null and some rank completed, unless runs are copies.
    Absent in files by earlier versions.
    """
    seeds_are: Literal["apart"] | None = None
    """Seed design: present if ranks have no seeds in common. Each rank's runs then all count, as
    a separate sample.
    """
    excluded: tuple[ExcludedRank, ...] | None = None
    """Ranks that were tried but not compared."""
    axis: ArmAxis | None = None
    """Arms, if they are compared in place of ranks; members named `rank` then hold their
    numbers.
    """
    chosen_rows: ChosenRows | None = None
    """Selection and averaging of the table's rows; absent if all were read, each by itself."""
    run_scores: RunScores | None = None
    """Details if runs are known by single scores; absent if they are known by example."""
    left_out: tuple[LeftOutRun, ...] | None = None
    """Compared ranks' runs without an outcome: their seeds are left out for every rank. Absent
    if none.
    """
    needed: NeededDesign | None = None
    """Estimated design that would settle the verdict. Absent if settled, or if more data would
    not.
    """
    indifference: NonNegative | None = None
    """Largest `shortfallBound`, in the metric's unit, with which an unbeaten rank is
    recommended: two margins. Absent, like the members below, in files by earlier versions.
    """
    pairs: tuple[PairSummary, ...] | None = None
    """Comparisons for all pairs of ranks; absent below two, and if runs are or may be copies."""
    selection: Selection | None = None
    """Winner's curse at the best mean; absent with fewer than two ranks."""
    returns: Returns | None = None
    """Returns from larger ranks; absent when the design supports no claim."""
    without_collapsed: VerdictWithout | None = None
    """Verdict without collapsed runs. Absent if no run collapsed, if fewer than two seeds
    remain, and if the runs say nothing about ranks.
    """
    secondary: tuple[SecondaryFinding, ...] | None = None
    """Findings on secondary outcomes; absent without any."""
    by_task: VerdictByTask | None = None
    """Verdict by the metric alone, if conditions lead to another rank: recommended, certified or
    best bet.
    """
    by_log_loss: VerdictWithout | None = None
    """Verdict by the responses' log loss; present if generated answers decide."""
    weak_evidence: WeakEvidence | None = None
    """Weak points, present if a rank is recommended or certified on few seeds or examples, or
    with a wide interval.
    """
    earlier: EarlierVerdict | None = None
    """Verdict in the file from which trials were read, if an earlier rule decided differently."""
    evidence: WhatWasRead | None = None
    """Summary of the runs, files and examples read; absent for a sweep's results or a single
    plain file.
    """
    vllm_rank: str | None = None
    """Note on the rank under which vLLM serves the adapter; absent if there is nothing to say."""
    next: str | None = None
    """First next step's command."""


@dataclass(frozen=True, kw_only=True)
class VerdictDocumentByArm(Document):
    verdict: Literal["adequate", "extend", "provisional", "indistinguishable", "inconclusive"]
    arm: str | None
    best_arm: str | None
    metric: Literal["accuracy", "log-loss", "f1", "macro-f1", "mcc", "auroc", "task-mean", "task-log-loss"] | str
    margin: float
    confidence: float
    seeds: int
    examples: int
    arms: tuple[RankSummaryByArm, ...]
    explanation: str
    steps: tuple[StepDocumentByArm, ...]
    limits: str
    robustness: RobustnessByArm | None = None
    points: PointsFindingByArm | None = None
    fell: FallsByArm | None = None
    best_on_the_way: tuple[BestAndLastByArm, ...] | None = None
    convergence: tuple[RankConvergenceByArm, ...] | None = None
    classes: ExampleClassesByArm | None = None
    class_prior: ClassPriorComparisonByArm | None = None
    fault: Literal["rate-too-high", "memorising", "too-short", "unknown"] | None = None
    faulty_training: FaultyTrainingByArm | None = None
    copies: CopiesByArm | None = None
    agreeing_seeds: int | None = None
    agreeing_runs: AgreeingRunsByArm | None = None
    collapsed: tuple[CollapsedRunByArm, ...] | None = None
    dependent_runs: DependentRunsByArm | None = None
    warm_starts: WarmStartsByArm | None = None
    arms_in_turn: Literal[True] | None = None
    groups: GroupedExamplesByArm | None = None
    alike_neighbours: AlikeNeighboursByArm | None = None
    race: RaceSummaryByArm | None = None
    probe: ProbeSummaryByArm | None = None
    certified_arm: str | None = None
    best_bet: BestBetByArm | None = None
    seeds_are: Literal["apart"] | None = None
    excluded: tuple[ExcludedRankByArm, ...] | None = None
    axis: ArmAxisByArm | None = None
    chosen_rows: ChosenRowsByArm | None = None
    run_scores: RunScoresByArm | None = None
    left_out: tuple[LeftOutRunByArm, ...] | None = None
    needed: NeededDesignByArm | None = None
    indifference: float | None = None
    pairs: tuple[PairSummaryByArm, ...] | None = None
    selection: SelectionByArm | None = None
    returns: VerdictDocumentByArmReturnsFlat | VerdictDocumentByArmReturnsRisingUntil | None = None
    without_collapsed: VerdictWithoutByArm | None = None
    secondary: tuple[SecondaryFindingByArm, ...] | None = None
    by_task: VerdictByTaskByArm | None = None
    by_log_loss: VerdictWithoutByArm | None = None
    weak_evidence: WeakEvidenceByArm | None = None
    earlier: EarlierVerdictByArm | None = None
    evidence: WhatWasReadByArm | None = None
    vllm_rank: str | None = None
    next: str | None = None


@dataclass(frozen=True, kw_only=True)
class VerdictDocumentByArmReturnsFlat(Document):
    curve: Literal["flat"]
    steps: tuple[ReturnStepByArm, ...]


@dataclass(frozen=True, kw_only=True)
class VerdictDocumentByArmReturnsRisingUntil(Document):
    curve: Literal["rising-until"]
    arm: str
    interval: tuple[float, float]
    steps: tuple[ReturnStepByArm, ...]


@dataclass(frozen=True, kw_only=True)
class VerdictWithout(Document):
    """Verdict without collapsed runs, or by another metric."""
    verdict: VerdictKind
    rank: Count | None
    certified_rank: Count | None
    best_bet: BestBet | None = None
    """Best bet, if `rank` is null."""


@dataclass(frozen=True, kw_only=True)
class VerdictWithoutByArm(Document):
    verdict: Literal["adequate", "extend", "provisional", "indistinguishable", "inconclusive"]
    arm: str | None
    certified_arm: str | None
    best_bet: BestBetByArm | None = None


@dataclass(frozen=True, kw_only=True)
class WarmStarts(Document):
    """Count of runs that began with another run's trained weights, as the table's column says."""
    runs: Count
    of: Count
    """Count of all compared runs."""


@dataclass(frozen=True, kw_only=True)
class WarmStartsByArm(Document):
    runs: int
    of: int


@dataclass(frozen=True, kw_only=True)
class WeakEvidence(Document):
    """Weak points in the evidence for a rank; at least one member is present."""
    seeds: Count | None = None
    """Seed count, if fewer than 3."""
    examples: Count | None = None
    """Example count, if fewer than 100."""
    groups: Count | None = None
    """Example group count, if fewer than 30."""
    interval: Interval | None = None
    """Interval around the rank's own mean, if wider than half the metric's range."""


@dataclass(frozen=True, kw_only=True)
class WeakEvidenceByArm(Document):
    seeds: int | None = None
    examples: int | None = None
    groups: int | None = None
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class WhatWasRead(Document):
    """Reading summary: runs, files, and runs that failed on examples."""
    files: tuple[WhatWasReadFiles, ...]
    failed: tuple[FailedExamples, ...]
    runs: float
    examples: WhatWasReadExamples
    """Number of examples compared, and of those left out because a run lacks them."""


@dataclass(frozen=True, kw_only=True)
class WhatWasReadByArm(Document):
    files: tuple[WhatWasReadByArmFiles, ...]
    failed: tuple[FailedExamplesByArm, ...]
    runs: float
    examples: WhatWasReadByArmExamples


@dataclass(frozen=True, kw_only=True)
class WhatWasReadByArmExamples(Document):
    compared: float
    left_out: float


@dataclass(frozen=True, kw_only=True)
class WhatWasReadByArmFiles(Document):
    file: str
    format: str
    task: str | None = None


@dataclass(frozen=True, kw_only=True)
class WhatWasReadExamples(Document):
    """Number of examples compared, and of those left out because a run lacks them."""
    compared: float
    left_out: float


@dataclass(frozen=True, kw_only=True)
class WhatWasReadFiles(Document):
    file: str
    format: str
    task: str | None = None


AdapterVariant: TypeAlias = Literal["lora", "dora", "lora-fa", "bd-lora"]
AlphaRule: TypeAlias = AlphaRuleFixed | AlphaRuleEqualToRank
AttentionKind: TypeAlias = Literal["eager", "sdpa", "flash"]
BaseFormatName: TypeAlias = Literal["fp32", "bf16", "fp16", "int8", "gptq", "nf4", "nf4-dq"]
BaseWeights: TypeAlias = BaseWeightsPretrained | BaseWeightsRandom
CheckpointingKind: TypeAlias = Literal["on", "off", "offload"]
ConditionState: TypeAlias = Literal["met", "violated", "open"]
Count: TypeAlias = int
Fit: TypeAlias = Literal["fits", "may fit", "does not fit"]
FloatDtype: TypeAlias = Literal["fp32", "bf16", "fp16"]
GeneratorName: TypeAlias = Literal["transformers", "vllm", "vllm-asleep", "server"]
Interval: TypeAlias = tuple[float, float]
Lack: TypeAlias = Literal["bf16", "FlashAttention 2", "int8"]
LogLoss: TypeAlias = float
LossKind: TypeAlias = Literal["full", "chunked", "fused"]
Margin: TypeAlias = float
MemoryMethod: TypeAlias = Literal["lora", "qlora", "full", "compare"]
MethodName: TypeAlias = Literal["grid", "probe", "race"]
MetricIntervals: TypeAlias = Mapping[str, Interval]
MetricIntervalsByArm: TypeAlias = Mapping[str, Interval]
MetricScores: TypeAlias = Mapping[str, float]
MetricScoresByArm: TypeAlias = Mapping[str, float]
ModelType: TypeAlias = Literal["llama", "mistral", "ministral", "ministral3", "qwen2", "qwen3", "gemma", "gemma2", "gemma3_text", "phi3", "smollm3", "olmo2", "olmo3", "granite", "glm", "glm4", "exaone4", "internlm3", "ernie4_5", "seed_oss", "cohere", "qwen", "mixtral", "qwen2_moe", "qwen3_moe", "qwen3_next", "qwen3_5_text", "qwen3_5_moe_text", "glm4_moe", "llama4_text", "gemma3n_text", "gpt_oss", "deepseek_v2", "deepseek_v3", "kimi_k2", "minicpm3", "gpt2", "phi", "stablelm", "nemotron", "starcoder2", "gpt_neox", "falcon", "bloom", "bert", "roberta", "xlm-roberta", "distilbert", "gemma3", "gemma3n", "llama4", "qwen3_5", "qwen3_5_moe", "qwen2_5_vl", "qwen3_vl", "qwen3_vl_moe", "kimi_k25", "mistral3"]
NonNegative: TypeAlias = float
ObjectiveName: TypeAlias = Literal["sft", "dpo", "kto", "orpo", "simpo", "reward", "grpo", "embedding"]
OptimizerName: TypeAlias = Literal["adamw", "adamw-fused", "adamw-8bit", "paged-adamw-8bit", "adamw-4bit", "sgd", "lion", "adafactor"]
OutcomeMetricName: TypeAlias = Literal["accuracy", "log-loss", "f1", "macro-f1", "mcc", "auroc", "task-mean", "task-log-loss"]
PeakPhase: TypeAlias = Literal["loss", "block backward", "optimizer step", "generation"]
RaceDrop: TypeAlias = RaceDropAgainst | RaceDropFailed
RankHours: TypeAlias = KnownHours | RankHoursNotKnown
RankMemory: TypeAlias = RankMemoryBaseBytes | RankMemory2
RankRole: TypeAlias = Literal["recommended", "best", "left-behind", "pilot", "not-trained", "failed", "not-compared", "behind-prior", "head-alone", "compared"]
ReadToolName: TypeAlias = Literal["accelerate", "peft", "trl", "axolotl", "llama-factory", "unsloth", "torchtune"]
ReferenceName: TypeAlias = Literal["none", "adapters-off", "model", "precomputed"]
Returns: TypeAlias = ReturnsFlat | ReturnsRisingUntil
SameExamples: TypeAlias = Literal["same", "by-name", "different", "unknown"]
ScalingRule: TypeAlias = Literal["lora", "rslora"]
ScoreMetricName: TypeAlias = str
Seed: TypeAlias = int
Share: TypeAlias = float
StepKind: TypeAlias = Literal["resume", "run-missing", "leave-out", "retry-out-of-memory", "needed", "no-design-settles", "settle-conditions", "meet-condition", "loosen-limit", "complete-two-ranks", "try-larger", "look-larger", "lower-rate", "search-rate", "compare-rslora", "try-rates", "train-longer", "check-labels", "check-settings", "check-inputs"]
Strategy: TypeAlias = Literal["ddp", "zero1", "zero2", "zero3", "fsdp"]
Task: TypeAlias = TaskClassification | TaskCausalLm
TrainedModule: TypeAlias = Literal["embeddings", "head"]
TrainingFault: TypeAlias = Literal["rate-too-high", "memorising", "too-short", "unknown"]
VerdictKind: TypeAlias = Literal["adequate", "extend", "provisional", "indistinguishable", "inconclusive"]
MetricName: TypeAlias = OutcomeMetricName | ScoreMetricName
