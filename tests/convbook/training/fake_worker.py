"""A worker that computes nothing: it reports three epochs, then does what FAKE_WORKER says.

FAKE_WORKER has a word for each worker: ``end``, ``wait``, ``exit``, ``kill``, or the name of an
error to report.
"""

import json
import os
import signal
import sys
import threading
import time


def main() -> None:
    cluster = json.loads(os.environ.get("TF_CONFIG", '{"task": {"index": 0}}'))
    rank = cluster["task"]["index"]
    threading.Thread(target=until_parent_ends, daemon=True).start()
    say("start", history=[], steps=4)
    for epoch in range(3):
        say("steps", step=4, loss=2.0, accuracy=0.5)
        say("epoch", history=[[2.0 - epoch, 0.5, 1.0, 0.5, 0.1]], steps=4)
    word = os.environ["FAKE_WORKER"].split()[rank]
    if word == "late":  # fails because another one has failed
        time.sleep(0.3)
        word = "OpError"
    if word == "wait":
        time.sleep(600)
    elif word == "exit":
        print("the last line of a traceback", file=sys.stderr)
        sys.exit(3)
    elif word == "kill":
        time.sleep(0.1)
        os.kill(os.getpid(), signal.SIGKILL)
    elif word != "end":
        say("error", kind=word, message=f"{word} it is")
        sys.exit(1)
    say("end")
    time.sleep(600)


def say(event, **facts):
    print(json.dumps({"event": event, **facts}), flush=True)


def until_parent_ends():
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    main()
