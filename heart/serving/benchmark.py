"""Speed and memory of the serving path, measured on this machine."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from heart.recording import Quality, Recording
from heart.serving import explain, predict, runtime
from heart.serving.bundles import Bundle
from heart.signal import beats, clean, decode, quality, synthesis

N_RUNS = 5
EXPLAINED_S = 10.0

_COLD_START = (
    "import time; t = time.perf_counter(); from heart.serving import predict, runtime; import ai_edge_litert.interpreter; "
    "import resource; print((time.perf_counter() - t) * 1000, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
)


@dataclass(frozen=True, slots=True)
class Measurement:
    """One step: milliseconds (median of the warm runs), and of the first run where caches were cold."""

    step: str
    first_ms: float
    median_ms: float


@dataclass(frozen=True, slots=True)
class Benchmark:
    """All steps on one synthetic recording, then the bundles, each alone and all as a page asks them, then each bundle's explanation of
    its first 10 s.

    `cold_start_*` is a fresh process that imports the path.
    """

    duration_s: float
    cold_start_ms: float
    cold_start_mb: float
    steps: tuple[Measurement, ...]
    bundles: tuple[Measurement, ...]
    together: Measurement
    explanations: tuple[Measurement, ...]


def measure(bundles: Sequence[Bundle], *, duration_s: float) -> Benchmark:
    """Run every step of the serving path on a synthetic recording of the given length, several times."""
    cold_ms, cold_mb = _cold_start()
    config = synthesis.HeartSound(duration_s=duration_s, signal_to_noise_db=20)
    recording = synthesis.synthesize(config, rng=np.random.default_rng(0)).recording
    grade = quality.assess(recording)
    steps = (
        _decode(recording),
        _time("quality", lambda: quality.assess(recording)),
        _time("heart rate and beats", lambda: beats.find(recording)),
        _time("cleaning", lambda: clean.prepare(recording)),
    )
    answers = tuple(_bundle(bundle, recording, grade=grade) for bundle in bundles)
    together = _together(bundles, recording, grade=grade)
    return Benchmark(duration_s, cold_ms, cold_mb, steps, answers, together, tuple(_explanation(bundle, recording) for bundle in bundles))


def table(benchmark: Benchmark) -> str:
    """The measurements as aligned text, each bundle with its ratio to the fastest."""
    wide = 2 + max(len(row.step) for row in (*benchmark.steps, *benchmark.bundles, *benchmark.explanations))
    lines = [
        f"A recording of {benchmark.duration_s:.0f} s. A fresh process imports the serving path in "
        f"{benchmark.cold_start_ms:.0f} ms and {benchmark.cold_start_mb:.0f} MB.",
        f"{'step':<{wide}}{'first ms':>10}{'median ms':>11}{'ratio':>8}",
        *(f"{row.step:<{wide}}{row.first_ms:>10.1f}{row.median_ms:>11.1f}" for row in benchmark.steps),
    ]
    for rows in ((*benchmark.bundles, benchmark.together), benchmark.explanations):
        fastest = min((row.median_ms for row in rows), default=1.0)
        lines += [f"{row.step:<{wide}}{row.first_ms:>10.1f}{row.median_ms:>11.1f}{row.median_ms / fastest:>8.1f}" for row in rows]
    return "\n".join(lines)


def _bundle(bundle: Bundle, recording: Recording, *, grade: Quality) -> Measurement:
    runtime.forget()
    return _time(f"bundle {bundle.name}", lambda: predict.predict(recording, bundle, quality=grade))


def _together(bundles: Sequence[Bundle], recording: Recording, *, grade: Quality) -> Measurement:
    """All of them as a page asks them, each in turn, from weights on disk at first."""
    runtime.forget()
    return _time(f"all {len(bundles)} together", lambda: list(predict.predict_each(recording, bundles, quality=grade)))


def _explanation(bundle: Bundle, recording: Recording) -> Measurement:
    heard = replace(recording, samples=recording.samples[: round(EXPLAINED_S * recording.sample_rate)])
    found = beats.find(heard)
    step = f"explaining {EXPLAINED_S:.0f} s, {bundle.name}"
    return _time(step, lambda: explain.explain(heard, bundle, beats=found), n_runs=2)


def _decode(recording: Recording) -> Measurement:
    import soundfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recording.wav"
        soundfile.write(path, recording.samples, recording.sample_rate)
        return _time("decoding a WAV file", lambda: decode.read(path))


def _time(step: str, call: Callable[[], object], *, n_runs: int = N_RUNS) -> Measurement:
    took_ms = []
    for _ in range(n_runs + 1):
        started = time.perf_counter()
        call()
        took_ms.append((time.perf_counter() - started) * 1000)
    return Measurement(step, took_ms[0], statistics.median(took_ms[1:]))


def _cold_start() -> tuple[float, float]:
    done = subprocess.run([sys.executable, "-c", _COLD_START], capture_output=True, text=True, check=True)
    milliseconds, megabytes = done.stdout.split()
    return float(milliseconds), float(megabytes)
