"""What the command line accepts."""

import argparse
import math
from pathlib import Path
from typing import Any, NoReturn

from heart import __version__

# Settings of HeartSound that `synthesize` offers: option, field, type, what it means.
SOUND_OPTIONS = (
    ("--duration", "duration_s", float, "seconds"),
    ("--rate", "sample_rate", int, "sampling rate in Hz"),
    ("--heart-rate", "heart_rate_bpm", float, "beats per minute"),
    ("--snr", "signal_to_noise_db", float, "signal-to-noise ratio in dB"),
)


class Parser(argparse.ArgumentParser):
    """Says what is wrong with the words on one line of standard error, and where to read what is right; exit code 2."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Refuse unknown words here, where the command they were meant for is known."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return found, unknown

    def error(self, message: str) -> NoReturn:
        """Print one line and exit."""
        self.exit(2, f"{' '.join(message.split())}; see {self.prog} --help\n")


def parser() -> argparse.ArgumentParser:
    """The whole command line; `command` of its result names what was asked, e.g. "models list"."""
    top = Parser(prog="python -m heart", description="Heart-sound analysis. Not a medical device.")
    top.add_argument("--version", action="version", version=f"heart {__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for add in (_add_predict, _add_batch, _add_models, _add_train, _add_evaluate, _add_data, _add_synthesize, _add_benchmark):
        add(commands)
    return top


def _add_predict(commands: Any) -> None:
    command = _command(commands, "predict", text="Quality, heart rate and every bundle's answer to each file.")
    command.add_argument("files", nargs="+", type=_file, metavar="FILE")
    _add_selection(command)
    command.add_argument("--json", action="store_true", help="print a JSON list instead of text")


def _add_batch(commands: Any) -> None:
    command = _command(commands, "batch", text="Classify many files, folders recursively, into one CSV.")
    command.add_argument("paths", nargs="+", type=_file, metavar="FOLDER|FILE")
    command.add_argument("--output", required=True, type=_path, metavar="CSV", help="e.g. results.csv; overwritten without --resume")
    _add_selection(command)
    where = command.add_mutually_exclusive_group()
    where.add_argument("--workers", type=_count, metavar="N", help="processes (default: one per core)")
    where.add_argument("--scheduler", metavar="ADDRESS", help="Dask scheduler, e.g. tcp://host:8786")
    command.add_argument("--resume", action="store_true", help="keep what the CSV holds, errors too, and skip its files")


def _add_models(commands: Any) -> None:
    actions = commands.add_parser("models", help="Trained bundles.").add_subparsers(metavar="ACTION", required=True)
    for action, text in (("list", "Bundles and their leading score."), ("verify", "Checksums of all weights.")):
        command = _command(actions, action, text=text, prefix="models ")
        command.add_argument("--json", action="store_true", help="print a JSON list instead of text")


def _add_train(commands: Any) -> None:
    command = _command(commands, "train", text="Train a bundle; stopped at any moment, the same command goes on.")
    command.add_argument("network", metavar="NETWORK")
    command.add_argument("corpus", metavar="CORPUS")
    _add_corpora(command)
    command.add_argument("--output", type=_path, metavar="DIR", help="folder of bundles (default: models); DIR/replaced keeps scored ones")
    command.add_argument("--weights", metavar="official|FILE", help="start weights")
    command.add_argument("--epochs", type=_count, metavar="N", help="default: the network's recipe")
    command.add_argument("--seed", type=_seed, default=0, metavar="N", help="default: 0")


def _add_evaluate(commands: Any) -> None:
    command = _command(commands, "evaluate", text="Cross-validate, leave each database out, test on other corpora; writes the scores.")
    command.add_argument("names", nargs="+", metavar="NAME", help="bundles; signal: quality, rate, S1/S2; consensus: averages of bundles")
    _add_corpora(command)
    command.add_argument("--weights", metavar="official|FILE", help="start weights, for a bundle that was trained from some")


def _add_data(commands: Any) -> None:
    actions = commands.add_parser("data", help="Corpora on this disk.").add_subparsers(metavar="ACTION", required=True)
    for action, text in (
        ("fetch", "Download a corpus from its origin; stopped at any moment, the same command goes on."),
        ("check", "Set a corpus on this disk against its release and name what is missing."),
    ):
        command = _command(actions, action, text=text, prefix="data ")
        command.add_argument("corpus", metavar="CORPUS")
        command.add_argument("data", type=_path, metavar="DIR", help="folder that holds the corpora by name")


def _add_synthesize(commands: Any) -> None:
    command = _command(commands, "synthesize", text="A synthetic heart sound as WAV; prints its truth as JSON.")
    command.add_argument("kind", metavar="KIND", help="e.g. normal or aortic_stenosis; an unknown one lists all")
    command.add_argument("--output", required=True, type=_path, metavar="WAV")
    for option, field, kind, text in SOUND_OPTIONS:
        command.add_argument(option, dest=field, type=_count if kind is int else _finite, metavar="X", help=text)
    command.add_argument("--seed", type=_seed, default=0, metavar="N", help="default: 0")


def _add_benchmark(commands: Any) -> None:
    command = _command(commands, "benchmark", text="Speed and memory of the serving path.")
    _add_selection(command)
    command.add_argument("--duration", type=_finite, default=30.0, metavar="X", help="seconds of sound (default: 30)")


def _command(commands: Any, name: str, *, text: str, prefix: str = "") -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    command.set_defaults(command=prefix + name)
    return command


def _add_selection(command: argparse.ArgumentParser) -> None:
    command.add_argument("--models", default="all", metavar="all|NAME,...", help="bundles to ask (default: all)")


def _add_corpora(command: argparse.ArgumentParser) -> None:
    command.add_argument("--data", required=True, type=_path, metavar="DIR", help="folder that holds the corpora by name")


def _file(word: str) -> str:
    """A name as it was given; the dash that stands for a stream elsewhere would be taken for a file called so."""
    return _named(word, hint="/dev/stdin is one where standard input comes from a file, not from a pipe")


def _path(word: str) -> Path:
    return Path(_named(word, hint="give a name"))


def _named(word: str, *, hint: str) -> str:
    if word in ("-", ""):
        raise argparse.ArgumentTypeError(f"{word!r} is no file; {hint if word else 'give a name'}")
    return word


def _count(word: str) -> int:
    return _whole(word, least=1)


def _seed(word: str) -> int:
    return _whole(word, least=0)


def _whole(word: str, *, least: int) -> int:
    wrong = argparse.ArgumentTypeError(f"{word!r} is not a whole number of at least {least}")
    try:
        number = int(word)
    except ValueError as error:
        raise wrong from error
    if number < least:
        raise wrong
    return number


def _finite(word: str) -> float:
    wrong = argparse.ArgumentTypeError(f"{word!r} is not a finite number")
    try:
        number = float(word)
    except ValueError as error:
        raise wrong from error
    if not math.isfinite(number):
        raise wrong
    return number
