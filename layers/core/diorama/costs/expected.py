"""How long the stages of a job are going to take, from what is known of it so far and from jobs before it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from diorama.costs import history, prices
from diorama.costs.curves import Seconds
from diorama.costs.history import Done, History
from diorama.effort import INPUT, Kind, Outlook, Reports
from diorama.events import StageEnded
from diorama.jobs import table
from diorama.jobs.launch import VOLUME_GB
from diorama.jobs.models import Job, StageRun
from diorama.money import exact
from diorama.platform import Platform
from diorama.ports import JsonObject
from diorama.settings import Settings
from diorama.stage import Contract, Stage

Catalog = Mapping[str, Stage]


class ExpectedStep(Contract):
    """A part of a stage: its seconds, and where the stage's progress is when it ends."""

    name: str
    seconds: float
    until_percent: float
    is_paced: bool = False


class ExpectedStage(Contract):
    """A stage that is to come. `spread`: by which share its seconds may be off; `measured`: runs it is learnt from."""

    stage: str
    instance: str
    steps: tuple[ExpectedStep, ...]
    spread: float
    measured: int

    @property
    def seconds(self) -> float:
        return sum(step.seconds for step in self.steps)


def of_job(platform: Platform, catalog: Catalog, job: Job) -> dict[str, ExpectedStage]:
    """What is expected of a job's stages, those that have ended too. Empty where its product can't tell."""
    runs = table.stage_runs(platform.jobs, job.job_id, job.attempt)
    return of_stages(platform, catalog, job.stages, job.data, reports_of(runs.values()))


def of_stages(
    platform: Platform, catalog: Catalog, names: Iterable[str], data: JsonObject, reports: Reports
) -> dict[str, ExpectedStage]:
    """The same of any stages: `data` has their `params`, and what was `found` in the input."""
    outlooks = outlooks_of(platform.settings, catalog, names, data, reports)
    instances = {platform.settings.instance_of(catalog[name]) for name in outlooks}
    known = {one: history.of_machines(platform, one) for one in instances}
    return from_history(platform.settings, catalog, outlooks, known)


def from_history(
    settings: Settings, catalog: Catalog, outlooks: Mapping[str, Outlook], known: Mapping[str, History]
) -> dict[str, ExpectedStage]:
    """How long stages are going to take, by what is known of the types of machines they run on."""
    instances = {name: settings.instance_of(catalog[name]) for name in outlooks}
    return {
        name: _expected(name, instance, known[instance], outlooks) for name, instance in instances.items()
    }


def _expected(name: str, instance: str, known: History, outlooks: Mapping[str, Outlook]) -> ExpectedStage:
    outlook = outlooks[name]
    found = known.expect(name, outlook, known.speed(outlooks))
    return ExpectedStage(
        stage=name,
        instance=instance,
        steps=tuple(
            ExpectedStep(
                name=step.name,
                seconds=round(seconds.expected, 3),
                until_percent=step.until_percent,
                is_paced=step.is_paced,
            )
            for step, seconds in zip(outlook.steps, found, strict=True)
        ),
        spread=round(spread_of(found), 3),
        measured=known.measured(name),
    )


def spread_of(parts: Iterable[Seconds]) -> float:
    """Of a sum whose parts are off together: machines are slow for all steps of a job alike."""
    found = list(parts)
    total = sum(part.expected for part in found)
    return sum(part.expected * part.spread for part in found) / total if total else 0.0


def outlooks_of(
    settings: Settings, catalog: Catalog, names: Iterable[str], data: JsonObject, reports: Reports
) -> dict[str, Outlook]:
    """What each stage is going to do; real reports go before what those before it were expected to report."""
    found: dict[str, Outlook] = {}
    known: dict[str, Mapping[str, object]] = {INPUT: data.get("found") or {}}
    for name in names:
        stage = catalog[name]
        if stage.effort is None:
            return {}
        params = stage.params.model_validate((data.get("params") or {}).get(name, {})).model_dump(mode="json")
        found[name] = stage.effort(params, known, kind_of(settings, stage))
        known[name] = {**found[name].report, **reports.get(name, {})}
    return found


def reports_of(runs: Iterable[StageRun]) -> dict[str, JsonObject]:
    """The reports of stages that have ended well."""
    return {run.stage: run.report for run in runs if run.report and run.state in ("succeeded", "reduced")}


def kind_of(settings: Settings, stage: Stage) -> Kind:
    """What the machine works with: one's own is taken to have no GPU that stages can use."""
    return "cpu" if settings.instance_of(stage) == prices.THIS_MACHINE else stage.hardware


def machine_usd(settings: Settings, stage: Stage, seconds: float) -> Decimal:
    """What so many seconds of a stage's machine are expected to cost."""
    return prices.machine_usd(
        prices.prices_of(settings.region),
        settings.instance_of(stage),
        exact(seconds),
        discounted=settings.is_spot(stage),
        volume_gb=VOLUME_GB if settings.endpoint_of(stage) is None else 0,
    )


def learn(platform: Platform, catalog: Catalog, event: StageEnded) -> None:
    """Remembers what a stage took, for jobs to come. What went on from a checkpoint tells nothing."""
    report = event.report
    job = table.find_job(platform.jobs, event.job_id)
    if job is None or report.get("outcome") != "succeeded" or report.get("resumed_at") is not None:
        return
    runs = table.stage_runs(platform.jobs, job.job_id, job.attempt)
    reports = {**reports_of(runs.values()), event.stage: report}
    outlooks = outlooks_of(platform.settings, catalog, job.stages, job.data, reports)
    if event.stage not in outlooks:
        return
    steps = history.measured(outlooks[event.stage], report, event.seconds)
    which = f"{event.key[:12]}-{event.attempt}"
    instance = platform.settings.instance_of(catalog[event.stage])
    history.learn(platform, instance, event.stage, Done(which=which, steps=steps))
