"""A model of contact by consent, written from the rules as they are told to people (docs/introductions.md) and without the code."""

DAYS = 60
A_DAY = 5


class Model:
    """Who has what of whom, from the rules as they are told to people."""

    def __init__(self, people):
        self.people = people
        self.addresses = dict.fromkeys(people, True)
        self.asks = []  # each: who began it, the two, what each said and would share, when, whether taken back
        self.has = set()  # (giver, taker, what)
        self.shut = set()  # (who, whom)
        self.now = 0.0

    def sees(self, taker, giver):
        return (giver, taker, "email") in self.has and self.addresses[giver]

    def open(self, one):
        return not one["back"] and self.now < one["at"] + DAYS and set(one["said"].values()) != {"yes"}

    def between(self, x, y):
        return [one for one in self.asks if set(one["said"]) == {x, y}]

    def ask(self, x, y, shares):
        if (x, y) in self.shut or any(giver == y and taker == x for giver, taker, _ in self.has):
            return False
        for one in self.between(x, y):
            if one["said"][x] == "yes" and self.now < one["at"] + DAYS:
                return False
            if one["said"][x] in (None, "later") and self.open(one):
                return False
        if sum(one["by"] == x and self.now < one["at"] + 1 for one in self.asks) >= A_DAY:
            return False
        if not shares or ("email" in shares and not self.addresses[x]):
            return False
        self.asks.append({"by": x, "said": {x: "yes", y: None}, "would": {x: shares}, "at": self.now, "back": False})
        return True

    def introduce(self, x, y):
        self.asks.append({"by": None, "said": {x: None, y: None}, "would": {}, "at": self.now, "back": False})
        return True

    def answer(self, x, n, said, shares):
        one = self.asks[n]
        if x not in one["said"]:
            return False
        y = next(i for i in one["said"] if i != x)
        if one["said"][x] == said and (said != "yes" or one["by"] == x or not self.open(one)):
            return True  # said again: nothing happens
        if one["by"] == x or not self.open(one) or one["said"][x] == "never" or (x, y) in self.shut:
            return False
        if said == "yes" and "email" in shares and not self.addresses[x]:
            return False
        one["said"][x], one["would"][x] = said, shares if said == "yes" else set()
        if said == "never":
            self.close(x, y)
            self.shut.add((x, y))
        if set(one["said"].values()) == {"yes"}:
            self.has |= {(giver, taker, what) for giver, taker in ((x, y), (y, x)) for what in one["would"][giver]}
        return True

    def close(self, x, y):
        for one in self.between(x, y):
            if set(one["said"].values()) != {"yes"} and not one["back"]:
                if one["by"] == x:
                    one["back"] = True
                else:
                    one["said"][x] = "never"

    def withdraw(self, x, n):
        one = self.asks[n]
        if x not in one["said"]:
            return False
        if not one["back"] and set(one["said"].values()) != {"yes"} and one["said"][x] == "yes":
            if one["by"] == x:
                one["back"] = True
            else:
                one["said"][x] = "later"
        return True

    def take_back(self, x, y):
        self.has -= {(x, y, "email"), (x, y, "other")}
        return True

    def block(self, x, y):
        self.has = {(giver, taker, what) for giver, taker, what in self.has if {giver, taker} != {x, y}}
        self.close(x, y)
        self.shut.add((x, y))
        return True

    def lift(self, x, y):
        self.shut.discard((x, y))
        return True
