"""One module for each contestant, run in a process of its own: `python -m benchmarks.contestants.NAME FOLDER FORMAT`.

It validates `statements`, with the `actors` and `events` that statements name, and prints what it found as JSON. Each
module has `find(folder, form)` and `CANNOT`: the kinds of mistakes that the library cannot express, with the reason.
Nothing but the standard library is imported before `find` runs, so that the list of contestants is cheap to read.
"""
