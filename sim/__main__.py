"""``python -m sim``."""

import signal

from sim.commands import main

if __name__ == "__main__":
    try:
        main()
    finally:
        # All is said: Ctrl-C while the interpreter takes itself apart would show a traceback.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
