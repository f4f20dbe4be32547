"""The grid solver: a pure package (no Flask, no SQLAlchemy) that judges grids and searches for better ones.

Everything speaks the plain JSON of `unconf-grid/1`: an *instance* is a dict with slots (`id`, `next`), rooms (`id`, `capacity`,
`step_free`, `closed`, `equipment`), sessions (`id`, `leaders`, `topics`, `runs`, `length`, `needs`, `step_free`, `allowed_slots`,
`pins`, `expected`, `must_place`), leaders (`id`, `unavailable`, `attendee`), attendees (`id`, `wishes`, `step_free`), `rules`
(`not_together`, `follows`), `current`, `turnout`, `weights`, `must_place_all`; *placements* are dicts
`{"session", "run", "slot", "room"}`. All ids are strings. What other rooms call:

    problem.Problem.read(instance: dict) -> Problem              # raises BadProblem(ValueError), its text is fit for people
    problem.Problem.plain() -> dict                              # the same instance again
    desk.Desk(problem, placements)                               # a grid being arranged; refuses nothing, says what it breaks
      .cost() -> Cost                                            # objective and its parts, to the unit as the checker counts
      .breaks() -> list[str]                                     # every hard rule broken now, in words
      .moving(session, slot, room, run=0) -> Answer              # "what would this move cost": changes nothing; an occupant
                                                                 #   swaps places (or leaves the grid, if the mover had no place)
      .best_places(session, run=0, limit=10) -> list[Answer]     # best first, only places that break no rule (empty cells for
                                                                 #   what has no place yet)
      .move(session, slot, room, run=0) / .take_off(session)     # does it
    Answer: slot, room, cost (Cost after), change (Cost, after minus before), losers (people who lose a wish), gainers,
            breaks (rules this newly breaks, in words), displaced (session id or None)
    Cost: objective, lost, people, overflow, access, topic, unplaced, moved_slot, moved_room     (ints; people = who miss a wish)
    client.run(request: dict, *, at_once=2, turnstile=None) -> Run   # own process; raises client.Busy when at_once are running
      Run: iterate for improvements (dicts, below); .close() or `with` ends the process; .outcome (last line) once it is over

A request: {"instance": {…}, "options": {"seconds": 20, "seed": 1, "start": [placements] | null, "current": [placements] | null,
"pins": [{"session", "run", "slot" | null, "room" | null}], "move_price": 10}}. With `current` every moved session costs
`move_price` and the search begins there. Each line that comes back: {"objective", "parts", "bound" (where one is known),
"placements", "breaks": [rules not kept, in words], "elapsed", "moved": [session ids], "unplaced": [{"session", "why"}]}
and at last {"done": true, "why": "time" | "optimal" | "settled" | "stopped" | "error", "error": text (only for "error")}.

The process reads its request as one line and goes on while stdin stays open: closing it stops the search. `client.run` runs the
file `__main__.py`, which is ready in 0.1 s; `python -m app.grid.solver` does the same after loading the whole of Folkmoot.
Slots, rooms and leaders may carry a `name`, sessions a `title`: sentences for people use them.
"""
