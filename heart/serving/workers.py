"""Work in processes that may die over it: whoever killed its process is found and named, and the others are answered."""

import atexit
import contextlib
import itertools
import multiprocessing
import multiprocessing.connection
import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from heart.serving import quiet

Task = TypeVar("Task")
Answer = TypeVar("Answer")


def answers(
    tasks: Sequence[Task], work: Callable[[Task], Answer], *, n_workers: int, lost: Callable[[Task], Answer]
) -> Generator[Answer]:
    """What `work` makes of each task, in order.

    When a worker dies, the tasks that may have killed it are tried again, each alone in a process of its own, and the rest goes on.

    Parameters
    ----------
    work : a function of a module; called in worker processes, never in this one
    n_workers : processes
    lost : the answer of a task that kills its process also when it is alone in it
    """
    rest = iter(tasks)
    while True:
        crew = _Crew(work, n_workers)
        try:
            yield from crew.answers(rest)
            return
        except BrokenProcessPool:
            unanswered = list(crew.unanswered)
        finally:
            crew.close()
        # Tasks begin in order, and each worker may have finished one whose answer was lost with the crew.
        n_suspects = 2 * n_workers
        for task in unanswered[:n_suspects]:
            yield _alone(task, work, lost=lost)
        rest = itertools.chain(unanswered[n_suspects:], rest)


def _alone(task: Task, work: Callable[[Task], Answer], *, lost: Callable[[Task], Answer]) -> Answer:
    """The answer to one task in a fresh process."""
    crew = _Crew(work, 1)
    try:
        return next(crew.answers(iter((task,))))
    except BrokenProcessPool:
        return lost(task)
    finally:
        crew.close()


@dataclass(slots=True)
class _Crew(Generic[Task, Answer]):
    """A pool of processes and the tasks it has; a few wait for each worker, so that memory stays small.

    Spawned, not forked: safe whatever threads this process has.
    """

    work: Callable[[Task], Answer]
    n_workers: int
    pool: ProcessPoolExecutor = field(init=False)
    unanswered: deque[Task] = field(default_factory=deque)
    futures: deque[Future[Answer]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.pool = ProcessPoolExecutor(self.n_workers, mp_context=multiprocessing.get_context("spawn"), initializer=_begin_worker)

    def answers(self, tasks: Iterator[Task]) -> Iterator[Answer]:
        """Answers in order; raises BrokenProcessPool once a worker has died, with every task that has no answer yet in `unanswered`."""
        for task in tasks:
            self.unanswered.append(task)
            self.futures.append(self.pool.submit(self.work, task))
            if len(self.futures) >= 4 * self.n_workers:
                yield self._next()
        while self.futures:
            yield self._next()

    def close(self) -> None:
        """Wait for the work in hand and end the processes."""
        self.pool.shutdown(wait=True, cancel_futures=True)

    def _next(self) -> Answer:
        answer = self.futures[0].result()
        self.futures.popleft()
        self.unanswered.popleft()
        return answer


def _begin_worker() -> None:
    """Leave Ctrl-C to the parent, end with it however it ends, and keep C libraries off the terminal, for the worker's whole life."""
    import signal

    threading.Thread(target=_end_with_parent, name="heart-parent", daemon=True).start()

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    quieted = contextlib.ExitStack()
    quieted.enter_context(quiet.libraries())
    atexit.register(quieted.close)  # also what keeps it: nobody would hold the context, and letting it go ends it


def _end_with_parent() -> None:
    """A parent that was killed closes nothing; its workers would wait for it for ever."""
    if (parent := multiprocessing.parent_process()) is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)
