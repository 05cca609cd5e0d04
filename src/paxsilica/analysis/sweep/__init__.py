"""One question at many points: designs, the workers that solve them, and the folder that keeps what is solved."""
