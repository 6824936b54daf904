"""One call to an answer: positions, changes, matrices, claims, networks, reliability and coverage."""
