"""The process in which foreign bytes meet libsndfile. It can do nothing else.

Run as a file, without the product's own modules. A warm process waits on a socket
(its stdin) and never touches a recording. For each it receives an open file, a pipe
and limits, and forks a child that knows nothing of earlier ones, gives up the right
to open or write files, decodes into the pipe, and ends.

The pipe carries frames: one letter, four bytes of length, and that many bytes.
``H``: JSON with format, subtype, rate, channels and the number of frames the file
announces; ``S``: 32-bit float samples, channels interleaved; ``E``: the end, JSON,
``{}`` when all went well, else ``error`` (libsndfile's code, or "memory").

On the socket, a line of JSON each: a request (without line end), the child's
``{"pid": …}``, and ``{"status": …}`` when it has ended (minus the signal that ended
it). Then one byte from the asker, before which the child's pid stays taken.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import struct
import threading
from typing import Any

import soundfile

BLOCK_BYTES = 1 << 18
SAMPLE_BYTES = 4


def confine(limits: dict[str, int]) -> None:
    """Give up what a decoder does not need; the rest has an end."""
    memory, seconds = limits["memory"], limits["cpu_seconds"]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def keep_only(*wanted: int) -> None:
    """Close every other descriptor."""
    for fd in map(int, os.listdir("/dev/fd")):
        if fd not in wanted:
            try:
                os.close(fd)
            except OSError:  # the listing's own
                continue


def send(out: int, kind: bytes, body: bytes | memoryview) -> None:
    rest = memoryview(kind + struct.pack(">I", len(body)) + body)
    while rest:
        rest = rest[os.write(out, rest) :]


def send_json(out: int, kind: bytes, body: dict[str, Any]) -> None:
    send(out, kind, json.dumps(body).encode())


class Straight(soundfile.SoundFile):  # type: ignore[misc]
    """Read from beginning to end: without the seek after every block."""

    def seekable(self) -> bool:
        return False


def piped(source: int) -> int:
    """The rest of ``source`` as a pipe.

    Of an MP3 in a plain file that does not tell its length, libsndfile guesses it from the
    first frame and the file's size, and stops there; a pipe it reads to its end.
    """
    read_end, write_end = os.pipe()

    def pump() -> None:
        while piece := os.read(source, BLOCK_BYTES):
            rest = memoryview(piece)
            while rest:
                rest = rest[os.write(write_end, rest) :]
        os.close(write_end)

    threading.Thread(target=pump, daemon=True).start()
    return read_end


def decode(source: int, out: int) -> None:
    with Straight(source, closefd=False) as sound:
        head = {
            "format": sound.format,
            "subtype": sound.subtype,
            "rate": sound.samplerate,
            "channels": sound.channels,
            "frames": sound.frames,
        }
        send_json(out, b"H", head)
        width = sound.channels * SAMPLE_BYTES
        buffer = bytearray(max(1, BLOCK_BYTES // width) * width)
        while count := sound.buffer_read_into(buffer, "float32"):
            send(out, b"S", memoryview(buffer)[: count * width])


def child(source: int, out: int, limits: dict[str, int]) -> None:
    """Decode and say how it went. What it cannot say shows in how it ends."""
    keep_only(source, out)
    if limits["as_pipe"]:
        source = piped(source)
    confine(limits)
    outcome: dict[str, Any] = {}
    try:
        decode(source, out)
    except soundfile.LibsndfileError as error:
        outcome = {"error": error.code}
    except MemoryError:
        outcome = {"error": "memory"}
    except soundfile.SoundFileError:
        outcome = {"error": 0}
    send_json(out, b"E", outcome)


def serve(control: socket.socket) -> None:
    """One recording after another, until the socket closes."""
    while True:
        request, fds, _flags, _address = socket.recv_fds(control, 4096, 2)
        if not request:
            return
        source, out = fds
        pid = os.fork()
        if pid == 0:
            try:
                child(source, out, json.loads(request))
            except BaseException:
                os._exit(1)
            os._exit(0)
        os.close(source)
        os.close(out)
        control.sendall(json.dumps({"pid": pid}).encode() + b"\n")
        ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        assert ended is not None
        sign = 1 if ended.si_code == os.CLD_EXITED else -1
        control.sendall(json.dumps({"status": sign * ended.si_status}).encode() + b"\n")
        control.recv(1)
        os.waitpid(pid, 0)


if __name__ == "__main__":
    with socket.socket(fileno=0) as asked:
        serve(asked)
