"""The exam day: checking in, what happens in the rooms, counting booklets, and the clock."""
