"""How a line is held: not at all; as one that looks like a failure or a total; as one that holds a fact."""

FREE, LOOSE, FIRM = 0, 1, 2
