"""One cast for all tests: who examines, who corrects, who watches over the room, who sits the exam."""

from klausur.state.facts import Actor, Role

EXAMINER = Actor("Ada Example", Role.EXAMINER)
CORRECTOR = Actor("Konrad Korrektor", Role.CORRECTOR)
PROCTOR = Actor("Petra Aufsicht", Role.PROCTOR)
ADMINISTRATOR = Actor("Alex Rechenzentrum", Role.ADMINISTRATOR)
CANDIDATE = Actor("Jürgen Muster", Role.CANDIDATE)

CAST = {actor.role: actor for actor in (EXAMINER, CORRECTOR, PROCTOR, ADMINISTRATOR, CANDIDATE)}
