"""How what looks alike is found: an autoencoder, trained on unlabelled ink, for `klausur.read.alike`."""
