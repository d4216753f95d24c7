"""The seed place: invented people and matters in two real kinds of place, made by real commands.

``load_seed`` is deterministic: the same day gives the same township, whatever machine it runs on.
"""

from commongrid.stories.seeding.loading import Seeded, load_seed
from commongrid.stories.seeding.staff import SEED_STAFF, SeedPerson

__all__ = ["SEED_STAFF", "SeedPerson", "Seeded", "load_seed"]
