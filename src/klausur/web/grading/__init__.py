"""The grading desk: correctors say what answers earn, one question over all booklets, by keys."""
