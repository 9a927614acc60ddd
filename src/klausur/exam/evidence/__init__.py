"""Evidence: programs beside the problems that show whether the key is right.

`run` is the door. Statements are found by `statements`, judged by `judge` in the processes of `worker`, which
`run` starts and watches; `kept_results` remembers results. What authors write with is `klausur.evidence`.
"""

from klausur.exam.evidence.model import Claim, Outcome, Proof
from klausur.exam.evidence.run import run

__all__ = ["Claim", "Outcome", "Proof", "run"]
