"""`main`: run the command line, and turn everything that may go wrong into a line and an exit status.

Exit status: 0 done, 2 the input is wrong (one clear line), 1 anything else.
"""

from __future__ import annotations

import atexit
import codecs
import gc
import os
import signal
import sys
from typing import Any, NoReturn

import typer

from paxsilica.cli.commands import app
from paxsilica.errors import Cancelled, FileError, InputError, PaxError
from paxsilica.files import printable

WrongUsage: Any = typer.BadParameter.__bases__[0]
"""The usage error of the library below typer, which typer gives no public name."""


ALLOCATED = 20_000
"""Objects made before the collector looks again: importing makes many, and none is garbage."""

MOMENT = 0.1
"""Seconds after which the end is under way, or was lost."""


def main() -> None:
    """Run the command line; turn everything that may go wrong outside the program into one line and an exit status."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # to look for some takes longer
    atexit.register(gc.freeze)  # what is left is not searched for cycles, a tenth of a command
    often = gc.get_threshold()
    gc.set_threshold(ALLOCATED, *often[1:])
    try:
        _answered()
    finally:
        gc.set_threshold(*often)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _answered() -> None:
    codecs.register_error("pax", _as_ascii)
    for stream in filter(None, (sys.stdout, sys.stderr)):
        stream.reconfigure(errors="pax")
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _ended)
    try:
        status = app(standalone_mode=False)
        if sys.stdout:
            sys.stdout.flush()
    except InputError as error:
        _stop(str(error), 2, many=isinstance(error, FileError))
    except Cancelled as error:
        _stop(str(error), 130)
    except PaxError as error:
        _stop(str(error), 1)
    except WrongUsage as error:
        command = error.ctx.command_path if error.ctx else "pax"
        _stop(f"{error.format_message().rstrip('.')}; see `{command} --help`", error.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        _stop("stopped", 130)
    except OSError as error:
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), 1
        )  # what is still buffered would fail again at exit
        if isinstance(error, BrokenPipeError):  # whoever read the output has seen enough
            raise SystemExit(1) from None
        _stop(
            f"{error.filename or 'standard output'}: {error.strerror}; check place, permissions and free space",
            1,
        )
    raise SystemExit(status if isinstance(status, int) else 0)


def _ended(number: int, _: object) -> None:
    """End as Python ends, so that what is half-written is cleared away and second processes are stopped.

    Raised again until the end is under way: what is raised while garbage is collected or a library is loaded may be lost.
    """
    error = sys.exc_info()[1]
    while error is not None and not isinstance(error, SystemExit):
        error = error.__context__
    if error is None:
        signal.signal(number, signal.SIG_IGN)
        signal.signal(signal.SIGALRM, lambda *_: _ended(number, None))
        signal.setitimer(signal.ITIMER_REAL, MOMENT)
        raise SystemExit(128 + number)


def _stop(message: str, status: int, many: bool = False) -> NoReturn:
    """Print one line, or one for each problem, whatever a path or a label in it holds, and end."""
    for line in message.split("\n") if many else [message]:
        print(f"pax: {printable(line)}", file=sys.stderr)
    raise SystemExit(status) from None


def _as_ascii(error: UnicodeError) -> tuple[str, int]:
    """What a terminal without Unicode is shown instead: a minus stays a minus."""
    assert isinstance(error, UnicodeEncodeError)
    plain = {"\N{MINUS SIGN}": "-", "\N{RIGHTWARDS ARROW}": "->"}
    unknown = error.object[error.start : error.end]
    return "".join(plain.get(letter, "?") for letter in unknown), error.end
