"""What the invented camp's breakouts wrote: three prompts answered by six groups, and a workshop in stages for everybody."""

# What six tables said to the London prompts: (prompt number, table number, words, signed).
TABLES = [
    (0, 1, "Housing officers keep the same forty families for two years. Nobody has to tell their story again"),
    (0, 1, "We dropped the 20-minute slot. Calls are as long as they are"),
    (0, 2, "A named person in the letter, and that person answers the phone"),
    (0, 2, "Honestly? We are not. The contract counts closures"),
    (0, 3, "Libraries do it already and call it something else"),
    (0, 4, "Two youth workers sit in the benefits office on Thursdays"),
    (0, 5, "We hire for kindness and teach the system afterwards"),
    (0, 6, "Paid lunch between teams once a month: it sounds small and is not"),
    (0, 6, "Same worker for mother and child, in spite of two budgets"),
    (1, 1, "Caseloads of 60 make every relationship a form"),
    (1, 2, "Targets that end at the closure of a case"),
    (1, 2, "Staff leave. What one person knew goes with them"),
    (1, 3, "Sharing data: what is allowed is more than people believe"),
    (1, 3, "We measure what is easy and call it outcomes"),
    (1, 4, "Opportunity: reorganisation. Nobody knows yet who does what, so we could choose"),
    (1, 4, "High caseloads again. Say the number out loud"),
    (1, 5, "Time to listen is the first thing that is cut"),
    (1, 6, "Opportunity: people who left the service would come back two days a week"),
    (2, 1, "A relationship map on paper, made with the family"),
    (2, 2, "Learning reviews without a report at the end"),
    (2, 3, "One page about me: written by the person, read by everybody"),
    (2, 4, "Shadow a colleague of the other organisation for a day"),
    (2, 5, "Count conversations, not contacts"),
    (2, 6, "A caseload calculator that managers trust"),
]
CASELOADS = ("Caseloads", ("Caseloads of 60 make", "High caseloads again"))
HIDDEN = "Honestly? We are not."

STORIES = [
    ("Rosa and the four key workers", "Rosa has two children, a part-time job and **four key workers** who have never met. Each has "
     "a plan for her. She keeps them in a shoe box.\n\n> I spend Mondays being helped.", "Told at Calder and Colne, names changed"),
    ("Mr Abbott’s ramp", "The ramp was agreed in March. It took eleven letters and five visits, and was built for the wrong door.",
     "Told by his daughter"),
    ("Night shift", "Both parents work nights. Every appointment they are offered is at ten in the morning.",
     "Collected by Riverside Libraries"),
    ("The interpreter", "Ayo, who is eleven, interprets for his mother at the doctor’s, the school and the housing office.",
     "Told by a teacher"),
    ("After the flood", "The insurer, the council and the water company each asked for the same nine photographs.",
     "Told at a parish meeting"),
]
PROJECTS = [
    ("Mentoring", "Two steps ahead", "Young parents are mentored by parents whose children are two years older."),
    ("Family hubs", "The front room", "One building, eleven services, no reception desk."),
    ("Key workers", "One team around the street", "Everybody who visits a street meets once a week, standing up."),
    ("Money", "No questions fund", "£300 that a worker can spend the same day. Nobody checks until the end of the year."),
    ("Peer support", "Kitchen tables", "Neighbours who have been through it, paid by the hour."),
]
STRUCK = [
    ("Nobody in these stories was rude, and it still went wrong", 0), ("Four plans and no conversation", 0),
    ("The child does the work of a service", 0), ("Ten in the morning is a policy", 0),
    ("I have asked for nine photographs myself", 1), ("My mother kept a shoe box, too", 1),
]
EXAMINED = [  # (project number, prompt number, words)
    (0, 0, "Very, for those who come back after the second time"), (0, 1, "Two years ahead is near enough to be believed"),
    (1, 0, "Hard to tell: nobody counts who stayed away"), (1, 1, "No desk means nobody is sent to another one"),
    (2, 0, "Visits fell by a third, complaints by half"), (2, 1, "Standing up keeps it to fifteen minutes"),
    (3, 0, "Cheapest thing on this wall"), (3, 1, "Trust is faster than approval"),
    (4, 0, "Effective until the grant ended"), (4, 1, "Pay people for what they know"),
]
DESIGNED = [  # (team number, prompt number, words)
    (1, 0, "One person who stays, and whose name you know"), (1, 1, "The council hires, the trust trains, both pay"),
    (1, 2, "Referral forms between teams in one building"), (2, 0, "Appointments in the evening, at the school"),
    (2, 1, "Somebody has to own the whole street"), (2, 2, "Asking for the same proof twice"),
    (3, 0, "You tell it once"), (3, 1, "Families write the plan and keep it"), (3, 2, "Closing cases that are not closed"),
    (4, 0, "Help that comes with a kettle"), (4, 1, "Workers decide on £300 without asking"), (4, 2, "Panels"),
    (5, 0, "No child interprets"), (5, 1, "Interpreters on the same phone line for all of us"), (5, 2, "Letters nobody can read"),
]
TOGETHER = [  # (prompt number, words, dots)
    (0, "People need one person who stays", 9), (0, "Somebody who stays beats a better form", 4),
    (0, "Small money, decided by whoever is in the kitchen", 7), (0, "Proof is asked for twice because nobody shares it once", 5),
    (0, "Closing is not ending", 2), (1, "Try the £300 in one street until Easter", 8),
    (1, "Evening appointments at the school, one month", 6), (1, "One interpreter line for council, trust and police", 5),
    (1, "Read the shoe box: ask one family to show us every letter", 3),
]
ONE_PERSON = ("One person who stays", ("People need one person", "Somebody who stays beats"))
PICKED = ("Small money,", "Try the £300", "One interpreter line")

# (beginning of the insight it comes from, name, what to try, how many join)
IDEAS = [
    ("Try the £300", "The £300 street", "Give every worker who visits one street **£300 to spend the same day**. Write down what it "
     "bought, and look at the list together at Easter.", 7),
    ("One interpreter line", "One interpreter line", "Three organisations put their contracts side by side and buy one line.", 4),
    ("Read the shoe box", "Read the shoe box", "Ask one family to show you every letter they got in a year. Read them aloud.", 5),
]
# (number of the idea, words, weeks until then, shown, what came of it)
PLEDGES = [
    (0, "I will ask our director for one street and £3,000", 6, "public", "She said yes, for two streets."),
    (0, "I will write the one-page rule that lets workers decide", 3, "public", ""),
    (1, "I will find out who signs our interpreter contract", 2, "public", ""),
    (2, "I will read my own letters to my mother first", 1, "private", ""),
    (2, "I will bring twelve letters to the next meet-up", 8, "group", ""),
]
