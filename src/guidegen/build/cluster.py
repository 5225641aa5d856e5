"""A crew of workers elsewhere: a Dask cluster that is there already, through its executor."""

from __future__ import annotations

import asyncio
import logging
import warnings
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from platform import python_version
from typing import TYPE_CHECKING, Any

from guidegen import __version__
from guidegen.build.bundle import Bundle, bundled, unpacked
from guidegen.build.crew import Lost, Piece
from guidegen.build.order import Order, Stopped, Task
from guidegen.build.pooled import Outcome, make_here
from guidegen.build.work import Batch
from guidegen.problems import MachineFailed, Problem, Refused, refuse

if TYPE_CHECKING:
    from distributed import Client

PATIENCE = 2  # how often a batch may be given up by Dask, which lets several workers die of it each time
ROOM = 48  # pieces in hand at most: what comes back has to find room here, and somebody to write it
_ANSWER = 10  # seconds in which somebody has to answer
_ALONE = 60  # seconds that a cluster may be without workers
_TALKERS = ("distributed", "tornado", "asyncio")  # loggers, and those below them
_SAME = "install there what is installed here: pip install 'guidegen[cluster]'"


@contextmanager
def cluster(order: Order, address: str) -> Iterator[Cluster]:
    """The workers of a Dask cluster, for an order. They get the pack's files once each.

    Raises `Refused` within seconds if no cluster answers at this address, or one that makes other guides.
    """
    _need_library()
    bundle = bundled(Path(order.root))
    with _quiet(), _connected(address) as client:
        threads = _threads(client, address)
        _check_versions(client, address)
        crew = Cluster(client, address, order, bundle, min(2 * threads + 2, ROOM))
        try:
            yield crew
        finally:
            crew.leave()


class Cluster:
    """Workers that don't see this disk: outputs come back here.

    One that dies loses nothing: Dask has its pieces made by others, and sends the pack again.
    """

    patience = PATIENCE
    exact = False  # whatever a worker had in its queue is lost with it

    def __init__(self, client: Client, address: str, order: Order, bundle: Bundle, room: int) -> None:
        self.room = room
        self._client = client
        self._address = address
        self._order = order._replace(root="", out="")
        self._executor = client.get_executor(pure=True)  # a piece made twice is the same
        self._digest = bundle.digest
        self._given: dict[Future[Outcome], Piece] = {}
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Sending large graph", UserWarning)
            # not scattered: what the scheduler itself holds is there when workers die
            self._pack = client.submit(_hold, bundle.data, key=f"guidegen-{bundle.digest}")

    def give(self, piece: Piece) -> None:
        """Have a piece made by whichever worker Dask finds. Raises `MachineFailed` if the cluster is lost."""
        batches = tuple(task.batch for task in piece.tasks)
        try:
            future = self._executor.submit(
                make_elsewhere, versions(), self._order, self._digest, self._pack, batches, piece.losses
            )
        except Exception:
            if self._client.status == "running":
                raise
            raise self._lost("doesn't answer any more") from None
        self._given[future] = piece

    def take(self) -> tuple[Piece, Outcome | Lost]:
        """Wait for a piece. Raises `MachineFailed` if the cluster is lost, or has no workers for long."""
        from distributed.scheduler import KilledWorker

        alone = 0
        while not (done := wait(self._given, _ANSWER, FIRST_COMPLETED).done):
            alone = 0 if _has_workers(self._address) else alone + _ANSWER
            if alone >= _ALONE:
                raise self._lost(f"has had no workers for {alone} seconds, or doesn't answer")
        future = min(done, key=lambda one: self._given[one].number)
        piece = self._given.pop(future)
        try:
            return piece, future.result()
        except KilledWorker:
            return piece, Lost()
        except CancelledError:
            raise self._lost("doesn't answer any more") from None
        except ImportError as error:  # a worker that joined without it
            raise _unable(self._address, error) from None
        except Exception:
            # what we have made elsewhere raises nothing: this is a result that was lost on its way
            if piece.losses:
                raise
            return piece, Lost()

    def _lost(self, what: str) -> MachineFailed:
        return MachineFailed(Problem("cluster", f"the Dask cluster at {self._address} {what}"))

    def leave(self) -> None:
        """Leave the cluster to others; what is still being made there isn't waited for."""
        with suppress(Exception):  # it may be gone, which is said already
            self._executor.shutdown(wait=False)


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    client = _client(address)
    try:
        yield client
    finally:
        with suppress(Exception):  # likewise
            client.close()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the library from telling people at length what is told here in a line."""
    names = [name for name in logging.root.manager.loggerDict if name.split(".")[0] in _TALKERS]
    before = {logger: logger.level for logger in map(logging.getLogger, [*_TALKERS, *names])}
    for logger in before:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in before.items():
            logger.setLevel(level)


def _need_library() -> None:
    try:
        import distributed  # noqa: F401  # its loggers are there then
    except ImportError:
        raise refuse(
            "extra-missing",
            "building on a Dask cluster needs its library, which isn't installed",
            hint="pip install 'guidegen[cluster]'",
        ) from None


def _client(address: str) -> Client:
    """A connection to a scheduler. Raises `Refused` within seconds if there is none at this address."""
    import distributed

    hint = "write dask:HOST:PORT, as the scheduler says it when it begins: dask:10.0.0.7:8786"
    try:
        if (who := _knocked(address).get("type")) != "Scheduler":
            raise ValueError(f"a {who} answers, not its scheduler")  # noqa: TRY301  # as of any wrong address
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", distributed.versions.VersionMismatchWarning)  # checked below
            return distributed.Client(address, timeout=_ANSWER, set_as_default=False)
    except ValueError as error:
        raise refuse("cluster", f"'{address}' is no address of a Dask cluster: {error}", hint=hint) from None
    except Exception as error:  # whatever may be listening there, and whatever it says
        raise refuse("cluster", f"no Dask scheduler answers at {address}", hint=hint) from error


def _has_workers(address: str) -> bool:
    try:
        return bool(_knocked(address).get("workers"))
    except Exception:  # noqa: BLE001  # whatever keeps it from answering
        return False


def _knocked(address: str) -> dict[str, Any]:
    """What is there says who it is. A client would wait for ever where somebody listens and says nothing."""
    return asyncio.run(asyncio.wait_for(_knock(address), _ANSWER + 1))


async def _knock(address: str) -> dict[str, Any]:
    from distributed.comm import connect
    from distributed.security import Security

    comm = await connect(address, timeout=_ANSWER, **Security().get_connection_args("client"))
    try:
        await comm.write({"op": "identity", "reply": True})
        who: dict[str, Any] = await comm.read()
    finally:
        comm.abort()
    return who


def _threads(client: Client, address: str) -> int:
    """How many pieces the workers make at a time. Raises `Refused` if there are no workers."""
    try:
        client.wait_for_workers(1, timeout=_ANSWER)
    except TimeoutError:
        hint = f"start some: dask worker {address}"
        raise refuse("cluster", f"the Dask cluster at {address} has no workers", hint=hint) from None
    threads: dict[str, int] = client.nthreads()
    return sum(threads.values())


def _check_versions(client: Client, address: str) -> None:
    """Refuse workers that would make other guides than this process, or none."""
    for there in client.run(versions, on_error="return").values():
        if isinstance(there, Exception):
            raise _unable(address, there)
        if differs := difference(there, versions()):
            raise refuse(
                "cluster-versions", f"a worker of the Dask cluster at {address} {differs}", hint=_SAME
            )


def _unable(address: str, error: Exception) -> Refused:
    reason = f"{type(error).__name__}: {error}"
    message = f"a worker of the Dask cluster at {address} can't load guidegen: {reason}"
    return refuse("cluster-versions", message, hint=_SAME)


@cache
def versions() -> dict[str, str]:
    """The versions of all that has to be the same here and there: guides depend on it, or the connection."""
    import babel
    import distributed

    return {
        "guidegen": __version__,
        "Babel": babel.__version__,
        "distributed": distributed.__version__,
        "Python": python_version().rpartition(".")[0],
    }


def difference(there: dict[str, str], here: dict[str, str]) -> str:
    """What a worker has that isn't the same here; empty if all is."""
    for name, version in here.items():
        if there[name] != version:
            return f"has {name} {there[name]}; here it is {version}"
    return ""


# -- what a worker there does


def _hold(data: bytes) -> bytes:
    """The pack's files, as a result that workers get from each other and Dask can have again."""
    return data


def make_elsewhere(
    here: dict[str, str], order: Order, digest: str, data: bytes, batches: tuple[Batch, ...], losses: int
) -> Outcome:
    """Batches, made in a process that doesn't see the pack: it has the pack's files from `data`.

    With other versions than `here` it says so: it may have come later than the others. `losses` makes a
    second attempt another task to Dask than the first.
    """
    if differs := difference(versions(), here):
        return Stopped((Problem("cluster-versions", f"a worker of the cluster {differs}", hint=_SAME),))
    from distributed import get_worker

    try:
        with unpacked(Bundle(digest, data), get_worker().local_directory) as folder:
            return make_here(order._replace(root=str(folder)), tuple(Task(batch, {}) for batch in batches))
    except MachineFailed as failed:
        return Stopped((failed.problem,), is_machine=True)
