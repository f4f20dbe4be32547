"""The four practices that a board can begin from: what their stages are called, ask, and how long they take. Pure.

All of it is filled in for whoever sets a board up and can be changed there and later.
"""

from dataclasses import dataclass, replace

SAME_PROMPTS, STAGED, ONE_IDEA, PLAIN = "same-prompts", "staged", "one-idea", "plain"
GROUPED, TOGETHER = "groups", "together"  # who answers in a stage: each group for itself, or the whole room

IDEA_OWED = "Our one practical idea"  # what each group owes at the end

# What the London Policy & Strategy Network asked all its breakout groups.
LONDON = ("How is your organisation developing services based more on relationships?", "What are the challenges & opportunities?",
          "What tools & methods can help?")


@dataclass(frozen=True)
class StagePlan:
    """A stage as it is to be. `seated` is GROUPED or TOGETHER."""

    title: str = ""
    about: str = ""
    minutes: int | None = None
    seated: str = TOGETHER
    prompts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Practice:
    """A way of working. `says` is what it is for, in a sentence; `groups` how many are offered at first."""

    key: str
    name: str
    says: str
    groups: int
    called: str
    stages: tuple[StagePlan, ...]


PRACTICES = {one.key: one for one in (
    Practice(SAME_PROMPTS, "Same prompts for every group",
             "Breakout groups answer the same questions, each on its own copy; then all are seen side by side.",
             6, "Group", (StagePlan(seated=GROUPED),)),
    Practice(STAGED, "Staged workshop",
             "The whole room goes through stages with you: read the stories, examine the projects, design in teams, "
             "come together.",
             5, "Team", (
                 StagePlan("Read the stories", "Read or hear each story. Write down what strikes you, one thought on each note.",
                           25, TOGETHER, ("What strikes you?", "Where do you know this from your own life?")),
                 StagePlan("Examine the projects", "Look at the projects under each theme. What is known of them, what do you "
                           "know?", 35, TOGETHER, ("How effective?", "What can we learn?")),
                 StagePlan("Design in teams", "How would services have to organise themselves to support the people in these "
                           "stories?", 40, GROUPED,
                           ("What would it be like for them?", "Who has to do what?", "What would have to stop?")),
                 StagePlan("Come together", "Each team says in two minutes what it found.", 20, TOGETHER,
                           ("What did we learn?", "What do we do next?")))),
    Practice(ONE_IDEA, "One practical idea",
             "Each group owes one practical idea that anybody can try. The ideas go to the Ideas Bazaar.",
             6, "Table", (
                 StagePlan("Look around", "What is in the way, and what has worked somewhere?", 20, GROUPED,
                           ("What is in the way?", "What has worked somewhere?")),
                 StagePlan("One practical idea", "Agree on one idea that anybody could try, without asking for money or "
                           "permission. Write it as somebody would hear of it for the first time.", 15, GROUPED,
                           (IDEA_OWED,)),
                 StagePlan("Ideas Bazaar", "Put your idea up at the [Ideas Bazaar]({ideas}): give it a name, say what to try and "
                           "who offers it. Then go round, join an idea, and make a pledge.", 20, TOGETHER,
                           ("What would help these ideas along?",)))),
    Practice(PLAIN, "Plain board", "One board for any session: the questions you like, for the whole room.",
             0, "Group", (StagePlan(),)),
)}


def practice_of(key: str | None) -> Practice:
    """The practice called `key`, or the first of them."""
    return PRACTICES.get(key or "", PRACTICES[SAME_PROMPTS])


def filled_in(practice: Practice, *, ideas: str, example: bool = False) -> tuple[StagePlan, ...]:
    """The practice's stages for an event whose Ideas Bazaar is at `ideas`; with `example` the first asks what London asked."""
    stages = tuple(replace(stage, about=stage.about.replace("{ideas}", ideas)) for stage in practice.stages)
    return (replace(stages[0], prompts=LONDON), *stages[1:]) if example else stages
