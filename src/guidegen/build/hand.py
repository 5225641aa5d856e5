"""One worker: loads the pack once, makes tasks, and writes what comes of them if it is to."""

from __future__ import annotations

import gc
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from guidegen.build.inputs import batch_keys
from guidegen.build.loaded import Loaded
from guidegen.build.maker import Maker
from guidegen.build.order import Done, Order, Stopped, Task
from guidegen.build.put import put
from guidegen.build.work import Batch, Failed, File, Made
from guidegen.pack import Pack
from guidegen.problems import MachineFailed, Problem, Refused

_GARBAGE = 50_000  # new objects until the collector looks: spans and pieces come and go without circles


class Hand:
    """Makes tasks of one order, in one thread. Raises `Refused` if the pack can't be loaded."""

    def __init__(self, order: Order, maker: Maker | None = None) -> None:
        self.order = order
        self.maker = maker or Maker(Pack(Path(order.root)), order.formats, order.as_of)
        facts = self.maker.pack.facts
        self._loaded = Loaded(Path(order.out), facts) if order.out else None
        facts.kept = self._loaded
        self._place = ""

    def make(self, task: Task) -> Done:
        """One task, made, and written if the order says where. Raises `MachineFailed`."""
        batch = task.batch
        if self._place not in ("", batch.place):
            self.maker.forget(self._place)
        self._place = batch.place
        done = self._done(batch, self.maker.make(batch))
        return written(self.order.out, task, done) if self.order.out else done

    def _done(self, batch: Batch, guides: list[Made | Failed]) -> Done:
        """Guides with what was read for them; of a place that has none, all may be wrong, and isn't read."""
        taken = tuple(self._loaded.taken()) if self._loaded else ()
        if not any(isinstance(guide, Made) for guide in guides):
            return Done(batch, guides, {}, "", {}, taken)
        keys = batch_keys(self.maker.pack, batch)
        return Done(batch, guides, {}, self._country(batch.place), keys, taken)

    def _country(self, place: str) -> str:
        facts = self.maker.pack.facts
        about = facts.owner("place", place) if facts.has("place", place) else None
        country = facts.country(about) if about else None
        return country.slug if country else ""


def written(out: str, task: Task, done: Done) -> Done:
    """What was made, put into the output folder; the bytes are dropped. Raises `MachineFailed`."""
    made = [guide for guide in done.guides if isinstance(guide, Made)]
    outcomes = iter(put(Path(out), [output for guide in made for output in guide.outputs], task.ours))
    files: dict[str, list[File | Problem]] = {
        guide.role: [next(outcomes) for _ in guide.outputs] for guide in made
    }
    guides = [guide._replace(outputs=()) if isinstance(guide, Made) else guide for guide in done.guides]
    return done._replace(guides=guides, files=files)


def attempt(hand: Callable[[], Hand], tasks: Iterable[Task]) -> list[Done] | Stopped:
    """The tasks, made; or why that can't be done at all."""
    try:
        make = hand().make
        return [make(task) for task in tasks]
    except Refused as refused:
        return Stopped(refused.problems)
    except MachineFailed as failed:
        return Stopped((failed.problem,), is_machine=True)
    except Exception:  # noqa: BLE001  # raised again where it is seen; not every exception can be sent there
        return Stopped((), mistake=traceback.format_exc())


def spare_the_loaded() -> None:
    """Keep the garbage collector from looking through a loaded pack again and again."""
    gc.freeze()
    gc.set_threshold(_GARBAGE, *gc.get_threshold()[1:])


@contextmanager
def little_garbage() -> Iterator[None]:
    """The same for a while, in a process that has other things to do afterwards."""
    before = gc.get_threshold()
    spare_the_loaded()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
