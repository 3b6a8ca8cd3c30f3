"""A daemon from its start to its end."""

import logging
import os
import signal

import zmq

from tugline_daemon import __version__
from tugline_daemon.library.tunings import Tunings
from tugline_protocol.endpoint import Endpoint
from tugline_protocol.version import PROTOCOL_MAJOR, PROTOCOL_MINOR

from .broker import Broker
from .errors import ServiceError
from .heap import keep_what_frames_take
from .instance import Instance
from .keys import KeyPair, prepare_keys
from .logs import start_log
from .options import ServeOptions

_log = logging.getLogger(__name__)


def serve(options: ServeOptions) -> int:
    """Serve in the foreground until SIGTERM, SIGINT or the idle timeout; return the exit status.

    0 is a clean end. 1 is a daemon that cannot work, the reason logged in one sentence.
    """
    start_log(options.log_level)
    keep_what_frames_take()
    try:
        _require_curve()
        with Instance(options.state) as instance:
            keys = prepare_keys(options.configuration / "keys")
            _serve_alone(options, instance, keys)
    except ServiceError as error:
        _log.error("%s", error)
        return 1
    except OSError as error:
        _log.error("The daemon cannot use its folders (%s); free or correct them.", error)
        return 1
    return 0


def _require_curve() -> None:
    if not zmq.has("curve"):
        raise ServiceError(
            "This pyzmq has no CURVE, without which the daemon never runs; install pyzmq from its "
            "own wheels."
        )


def _serve_alone(options: ServeOptions, instance: Instance, keys: KeyPair) -> None:
    Tunings(options.tunings).clean()
    broker = Broker(options, keys)
    try:
        address = broker.listen()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: broker.stop())
        instance.announce(
            Endpoint(
                address=address,
                server_key=keys.public.decode(),
                pid=os.getpid(),
                version=__version__,
                major=PROTOCOL_MAJOR,
                minor=PROTOCOL_MINOR,
            )
        )
        _log.info("listening on %s", address)
        broker.run()
    finally:
        # Before any connection ends: whoever loses theirs and finds the file takes it for a crash.
        instance.retract()
        broker.close()
        _log.info("ended")
