"""The command line: ``python -m heart COMMAND``; exit code 0, or 2 with one line for what the user can mend.

Each command imports what it needs, so that ``predict`` starts without the parts that only training uses.
"""

import argparse
import io
import json
import os
import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from heart import arguments
from heart.errors import AudioError, ConfigError, HeartError, tried
from heart.terminal import visible

EXIT_OK, EXIT_MENDABLE, EXIT_INTERRUPTED = 0, 2, 130


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = arguments.parser().parse_args(words)
    sys.stderr = sys.stderr or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    if sys.stdout is None:
        return _complain("Standard output is closed; send it to a file, or to /dev/null.")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = COMMANDS[options.command](options)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OK
    except (HeartError, OSError) as error:
        return _complain(error)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    return code


def predict(options: argparse.Namespace) -> int:
    """Every bundle's answer to each file; a bad file, of a recording or of a bundle, costs only the answers that need it."""
    from heart.report import document, questions, text
    from heart.serving import bundles, consensus, familiarity, predict, quiet, selection
    from heart.signal import decode

    selected, results, code = selection.readable(options.models), [], EXIT_OK
    chosen = selected.bundles
    corpora = questions.by_corpus(chosen, lambda bundle: bundle.manifest.corpus).values()
    (_, unscored), (found, unread) = tried(chosen, bundles.Bundle.metrics), tried(corpora, consensus.usable)
    averages, problems = [one for group in found for one in group], [*selected.problems, *unscored, *unread]
    with quiet.libraries():
        for file in options.files:
            try:
                report = predict.analyse(decode.read(Path(file)), audio=Path(file), bundles=chosen)
                report = consensus.added(report, averages)
            except AudioError as error:
                code = _complain(f"{file}: {error}" if Path(file).name != file else error)
            except OSError as error:
                code = _complain(error)
            else:
                results.append(document.to_json(report, file=file))
                if not options.json:
                    report = familiarity.added(report, chosen)
                    print(text.describe(report, file=file))
                problems += report.problems
    if options.json:
        print(json.dumps(results, indent=2))
    return max([code, *map(_complain, dict.fromkeys(problems))])


def batch(options: argparse.Namespace) -> int:
    """Many files into one CSV."""
    from heart import bars
    from heart.serving import batch, quiet, selection

    files, selected = batch.find_files(map(Path, options.paths)), selection.answering(options.models)
    code = max(map(_complain, selected.problems), default=EXIT_OK)
    with quiet.libraries(), bars.counted("file") as step:
        n_errors = batch.run(
            files,
            output=options.output,
            step=step,
            selection=selected.names,
            n_workers=options.workers,
            scheduler=options.scheduler,
            is_resumed=options.resume,
        )
    print(f"{options.output}: {len(files)} files, {n_errors} unreadable.", file=_beside(options.output))
    return code


def _beside(output: Path) -> TextIO:
    """Where a word about a file can be said without ending up in it: not on standard output when that is the file."""
    return sys.stderr if os.path.samestat(output.stat(), os.fstat(1)) else sys.stdout


def models_list(options: argparse.Namespace) -> int:
    """Bundles with their leading score; 2 when one of them cannot be read."""
    from heart.report import leading
    from heart.report.text import aligned
    from heart.serving import bundles

    if options.json:
        listed, problems = tried(bundles.selected(), lambda name: leading.listed(bundles.load(name)))
        print(json.dumps(listed, indent=2))
    else:
        rows, problems = tried(bundles.selected(), lambda name: leading.row(bundles.load(name)))
        print("\n".join(aligned([leading.HEAD, *rows])))
    return max(map(_complain, problems), default=EXIT_OK)


def models_verify(options: argparse.Namespace) -> int:
    """Checksums of every weights file, and whether each network can be run; 2 when one is wrong."""
    from heart.serving import bundles, quiet, runtime

    problems: dict[str, str | None] = dict.fromkeys(bundles.selected())
    for name in problems:
        try:
            bundle = bundles.load(name)
            bundles.verify(bundle)
            with quiet.libraries():
                runtime.verify(bundle)
        except HeartError as error:
            problems[name] = str(error)
    if options.json:
        print(json.dumps([{"bundle": name, "ok": not problem, "error": problem} for name, problem in problems.items()], indent=2))
    else:
        print("\n".join(f"{name}: ok" for name, problem in problems.items() if not problem))
    return max((_complain(problem) for problem in problems.values() if problem), default=EXIT_OK)


def train(options: argparse.Namespace) -> int:
    """Train a bundle; it resumes where it was stopped."""
    from heart.learning import start_weights, train
    from heart.serving import bundles, quiet

    output = options.output or bundles.models_dir()
    with quiet.libraries(), quiet.logger("tensorflow"):
        folder = train.train(
            options.network,
            options.corpus,
            data=options.data,
            output=output,
            weights=start_weights.path(options.network, options.weights, progress=_tell) if options.weights else None,
            epochs=options.epochs,
            seed=options.seed,
            progress=_tell,
        )
    print(folder)
    if output.resolve() != bundles.models_dir().resolve():
        where = f"HEART_MODELS_DIR={shlex.quote(str(output))}"
        _tell(f"score it with: {where} python -m heart evaluate {folder.name} --data {shlex.quote(str(options.data))}")
    return EXIT_OK


def evaluate(options: argparse.Namespace) -> int:
    """Score the recipe and the weights of bundles, the signal stages, or each corpus' consensus; writes scores and predictions."""
    from heart.learning import comparison, consensus, evaluate, evaluate_signal, start_weights
    from heart.serving import bundles, quiet

    weights = start_weights.of_bundles(options.names, options.weights, progress=_tell)
    with quiet.libraries(), quiet.logger("tensorflow"):
        for name in options.names:
            if name == "signal":
                print(evaluate_signal.evaluate(data=options.data, progress=_tell))
            elif name == "consensus":
                print(*consensus.write_all(progress=_tell), sep="\n")
            else:
                print(evaluate.evaluate(name, data=options.data, progress=_tell, weights=weights.get(name)))
            if name != "signal":
                comparison.write(bundles.models_dir())
    return EXIT_OK


def data_fetch(options: argparse.Namespace) -> int:
    """Download a corpus, then check it."""
    from heart import bars, datasets

    with bars.shown() as step:
        for name in datasets.parts(options.corpus):
            datasets.fetch(name, options.data, step=step)
    return data_check(options)


def data_check(options: argparse.Namespace) -> int:
    """Counts of a corpus beside its release's; 2 when something is missing or damaged."""
    from heart import datasets
    from heart.report.text import aligned

    problems = []
    for name in datasets.parts(options.corpus):
        copy, folder = datasets.check(name, options.data), datasets.folder(name, options.data)
        print("\n".join([f"{datasets.load(name).TITLE} in {folder}", *aligned(copy.rows()), copy.how]))
        if copy.is_complete:
            print(f"{name} is {copy.describe()}.")
        else:
            mending = f"python -m heart data fetch {name} {shlex.quote(str(options.data))}"
            problems.append(f"{name} is {copy.describe()}; mend it with: {mending}")
    return _complain(" ".join(problems)) if problems else EXIT_OK


def synthesize(options: argparse.Namespace) -> int:
    """A synthetic heart sound as a WAV file, its truth on standard output."""
    import numpy as np

    from heart.signal import sound_file, synthesis

    if options.kind not in synthesis.KINDS:
        raise ConfigError(f"There is no kind {options.kind!r}; choose one of {', '.join(synthesis.KINDS)}.")
    changes = {field: value for _, field, _, _ in arguments.SOUND_OPTIONS if (value := getattr(options, field)) is not None}
    config = replace(synthesis.KINDS[options.kind], **changes)
    heart = synthesis.synthesize(config, rng=np.random.default_rng(options.seed))
    sound_file.write(heart.recording, options.output)
    truth = {name: np.round(getattr(heart, name).astype(np.float64), 4).tolist() for name in ("s1_s", "s2_s")}
    rate = None if heart.heart_rate_bpm is None else round(heart.heart_rate_bpm, 4)
    print(json.dumps({"file": str(options.output), "kind": options.kind, "heart_rate_bpm": rate, **truth}))
    return EXIT_OK


def benchmark(options: argparse.Namespace) -> int:
    """Speed and memory of the serving path."""
    from heart.serving import benchmark, quiet, selection

    selected = selection.answering(options.models)
    with quiet.libraries():
        print(benchmark.table(benchmark.measure(selected.bundles, duration_s=options.duration)))
    return max(map(_complain, selected.problems), default=EXIT_OK)


def _complain(error: Exception | str) -> int:
    print(visible(" ".join(str(error).split())), file=sys.stderr)
    return EXIT_MENDABLE


def _tell(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


COMMANDS = {
    "predict": predict,
    "batch": batch,
    "models list": models_list,
    "models verify": models_verify,
    "train": train,
    "evaluate": evaluate,
    "data fetch": data_fetch,
    "data check": data_check,
    "synthesize": synthesize,
    "benchmark": benchmark,
}
