"""A tiny house with phones, everything that can go wrong on the way, and what must hold at the end.

``world`` is the place and its people, ``line`` carries requests through the faults, ``history``
plays a list of drawn events, ``laws`` says what must be true when all faults have stopped.
"""
