"""What the invented camps wrote down: this year's notes by title, and last year's sessions with theirs."""

NOTES = {
    "What would you stop doing first in local government?": """## Notes

- Everybody brought one. The wall at the end: monthly performance packs (11), sign-off of sign-off (7), the annual survey (5), printing committee papers (5)
- “If nobody complains in a month, it was not needed.” One council stopped four reports without saying so. Two people asked, one of them for a different report
- Stopping needs **somebody who is allowed to be wrong**. Directors said yes faster when there was a date to look again
- Do not stop things that only look idle: the phone line nobody rings is the one that matters at three in the morning

## Actions

- [ ] A page of things people have stopped, with what happened next
- [ ] Ask internal audit which reports they would miss

## Summary

Start with reports, agree a date to look again, and write down what happened. Nobody missed the monthly pack.
""",
    "Should councils build their own AI assistants?": """## Notes

- Standing room only. A third of the room has a pilot, four have something live
- Two stopped: the **cost of checking answers** was more than the cost of the calls it saved
- The one that stayed answers questions about bins and nothing else, and says so
- Procurement: you are buying somebody’s evaluation set. Ask to see it
- What residents said: they do not mind a machine if there is a way past it

> A wrong answer about a parking ticket is an apology. A wrong answer about homelessness is a death.

## Actions

- [ ] Share evaluation questions between councils (forty each, no personal data)
- [ ] A one-page “when not to”

## Summary

Narrow, honest and with a way past it. Share evaluation questions, not chatbots.
""",
    "After reorganisation: who owns the website?": """## Notes

1. Domain names first: the old ones must answer for **at least five years**, because they are on letters, signs and vans
2. Content has no owner on vesting day unless somebody is named. Name them in the shadow year
3. The archive: ask the county record office, they have done this before
4. Redirects are a public service

Two councils from the 2023 round are willing to share their redirect tables.

## Actions

- [ ] Collect redirect tables from the 2023 round
- [x] A channel for people going through it now

## Summary

Keep the old addresses for five years, name content owners a year ahead, and treat redirects as a service.
""",
    "Local Plan, live: publishing a plan as a website": """## Notes

- Three councils have a published Local Plan as **plain HTML**, not a 40 MB PDF
- Planning officers edit in Word; the website team retypes it. *Nobody* enjoys this
- Maps are the hard part: the policies map lives in another team and another system
- Inspectors asked for paragraph numbers that never change

> If you can’t link to paragraph 4.12, it does not exist.

## Actions

- [ ] Share the policy address pattern
- [ ] Find two more councils for a trial in March

## Summary

One address per policy means other teams can link to it. Paragraph numbers must never change. Legal still want “the document”, so print it from the page.
""",
    "Reading 4,000 consultation responses honestly": """## Notes

- Method: a sample of 200 read by three people first, then themes, then the model sorts the rest, then **people read everything the model was unsure of**
- The model was good at “about buses” and bad at sarcasm, anger and Welsh
- Publish the themes with counts *and* five responses each, chosen at random and not by us
- A petition pasted 600 times is one voice and 600 people. Count both

## Actions

- [ ] Write up the sampling method
- [ ] Compare with a council that did it by hand

## Summary

Let people make the themes and machines do the sorting. Publish how you checked. Sarcasm and Welsh need a person.
""",
    "Voice, phone and face to face: the other channels": """## Notes

- 31 % of contacts in the room’s councils are by phone and nobody designs them
- Call scripts are content. Content designers should sit with the contact centre for a day a month
- “Press 2” costs more than it saves when people are worried
- Libraries take more council questions than council offices in two of the places here

## Summary

Design the phone line as carefully as the form. Sit with the contact centre. Write scripts as content.
""",
    "Designing for people who share one phone": """## Notes

- Codes by text arrive on **somebody else’s** phone. For some people that is a danger, not a nuisance
- What helped: codes by post, trusted-helper accounts, ending the session by itself, not showing the last page
- Ask “is this your own phone?” at the start, and mean it

## Actions

- [ ] Draft a pattern: shared devices
- [ ] Ask refuges and youth services what they advise

## Summary

A shared phone is a design constraint and sometimes a safety one. A pattern is needed.
""",
    "Service assessments: keep, mend or bin?": """## Notes

- Mend, by a large majority
- The good: someone from outside asks the obvious question
- The bad: slides, dread, a red mark without a next step
- Councils outside the process do *peer visits* instead: half a day, two people, one page

## Actions

- [ ] Try three peer visits before the summer

## Summary

Keep the outside question, lose the dread. Peer visits of half a day are worth trying.
""",
    "UPRN clinic: bring your broken address data": """## Notes

| problem | how often | what helped |
|---|---|---|
| flats without numbers | everywhere | ask the street naming officer, who knows |
| one reference, two front doors | often | keep both and link them |
| new builds missing for months | often | provisional records |

- Nobody should match by text when a reference exists, and everybody does
- A shared list of odd cases would save weeks

## Summary

Match by reference, keep the odd cases in a shared list, and make friends with the street naming officer.
""",
    "Practical support for public sector reformers": """## Notes

- Where do people gather? Camps, weeknotes, two mailing lists, a few staff networks that survived
- Money is an enabler; a mandate is a bigger one
- Mentoring circles run themselves if somebody sends **one** message a month
- Agreed tools are a barrier: some organisations allow none of them

## Actions

- [ ] A who’s who, small and local
- [ ] Mentoring circles across organisations: five people each

## Summary

Knowledge sharing is critical. Work locally. Circles of five with one message a month.
""",
    "Running a citizens’ assembly on a parish budget": """## Notes

- £3,100: half of it food and travel, which is right
- Letters by hand to 400 doors, 61 answers, 40 chosen by lot in the village hall with everybody watching
- Experts came for nothing because they were asked by post

## Summary

It can be done for about £3,000 if you spend it on people’s time. Draw lots in public.
""",
    "How small can a discovery be?": """## Notes

- Three days: one of phone calls, one of sitting with the team, one of writing
- It is a discovery if you were **ready to stop**
- Write the “we stop if” sentence first

## Summary

Three days can be enough if you decide beforehand what would make you stop.
""",
}

# Last year: (title, leader, topic, host of the conversation or "", asked to carry on, notes)
LAST_YEAR = [
    ("Stable addresses for policies", "Ben Sutcliffe", "Delivery", "Marta Nowak", True, """## Notes

- Everybody links to a PDF page number and everybody’s links are dead by spring
- Agreed on a pattern: plan, chapter, policy, nothing else in the address

## Summary

One address per policy. Try it in three councils and report back next year.
"""),
    ("Minute-taking: people, tools and trust", "Hannah Boyle", "AI and tech", "", True, """## Notes

- Two teams use automatic minutes; one stopped after it invented an action
- Names are wrong more often for people with names the model has not met

## Summary

Useful as a first draft, harmful as a record. Somebody should measure the names problem.
"""),
    ("Casework tools for councillors", "Owen Pritchard", "Democracy", "", True, """## Notes

- Inboxes, notebooks and memory
- The good one was made by a councillor on a wet weekend

## Summary

There is no product and nobody to buy it. A shared prototype could be enough.
"""),
    ("Shared phones, shared sign-in", "Leila Haddad", "Inclusion", "Leila Haddad", True, """## Notes

- Sign-in codes go to the phone owner, who may not be you
- Helper accounts help if they can be taken away again

## Summary

Needs research with people who live it. Bring findings next year.
"""),
    ("Bins: one schema to collect them all", "Lorna Pike", "Data", "", False, """## Notes

- Nineteen formats in the room
- The calendar file is the only thing residents use

## Summary

Publish an iCalendar file first and argue about the schema later.
"""),
    ("Finding a mentor without a programme", "Dawn Whitaker", "People", "Dawn Whitaker", True, """## Notes

- Programmes die of administration
- Circles of five live if somebody sends one message a month

## Summary

Five people, one message a month, no forms.
"""),
    ("Libraries and the last mile", "Yusuf Karim", "Inclusion", "", False, """## Notes

- Staff fill in benefit forms every day and it is in nobody’s job description

## Summary

Write it into the job description, then fund it.
"""),
    ("What is a council website for?", "Priya Raman", "Delivery", "", True, """## Notes

- Eighty per cent of visits are six tasks
- The other twenty is democracy, and it is the part without a budget

## Summary

Six tasks and a democracy. Fund both.
"""),
    ("Opening up planning data", "Tom Ellery", "Data", "Tom Ellery", True, """## Notes

- Suppliers will export if three customers ask in one week

## Summary

Ask together, in one week, in writing.
"""),
    ("Line managers and honesty", "Fatima Sheikh", "People", "", False, """## Notes

- “I do not know yet” is an answer, said weekly

## Summary

Say what you do not know, every week, at the same time.
"""),
]
