"""How the digit reader is made: real handwriting out of MNIST, written into cells, scanned, learnt."""
