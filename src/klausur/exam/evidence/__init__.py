"""Evidence: programs beside the problems that show whether the key is right.

`run.run` is the door, and no name of this package: reading a source starts programs too, for its variants.
Statements are found by `statements`, judged by `judge` in the processes of `worker`, which `run` starts and
watches; `kept_results` remembers results. What authors write with is `klausur.evidence`.
"""

from klausur.exam.evidence.model import Claim, Outcome, Proof

__all__ = ["Claim", "Outcome", "Proof"]
