"""Invented people: names that sound like the room, and where they might work."""

import random

FIRST = ["Aisha", "Alun", "Amara", "Anita", "Anwen", "Arjun", "Asif", "Ayesha", "Barbara", "Bea", "Ben", "Bethan", "Bilal", "Bronwen", "Callum", "Carys", "Catherine", "Cerys", "Chidi", "Claire", "Dafydd", "Dawn", "Declan", "Deepa", "Dominic", "Edith", "Efua", "Eleri", "Ellie", "Emeka", "Emma", "Esi", "Farah", "Fatima", "Fiona", "Gareth", "Georgia", "Gethin", "Grace", "Graham", "Gwen", "Hannah", "Harpreet", "Hassan", "Helen", "Iain", "Ify", "Imran", "Isla", "Iwan", "Jamila", "Jaz", "Jo", "Jonah", "Joseph", "Kamal", "Karen", "Kemi", "Kwame", "Laila", "Leila", "Liam", "Lorna", "Lucy", "Maeve", "Mair", "Marta", "Meera", "Mihir", "Mohammed", "Morag", "Nadia", "Nasreen", "Neil", "Nia", "Ngozi", "Nikhil", "Nina", "Omar", "Owen", "Padma", "Patrick", "Priya", "Rachel", "Rania", "Rhian", "Rob", "Rosa", "Ruth", "Sahra", "Salma", "Sam", "Sanjay", "Sara", "Seren", "Shanice", "Sian", "Simon", "Siobhan", "Sofia", "Stuart", "Sunita", "Tariq", "Temi", "Tom", "Una", "Usha", "Vikram", "Wen", "Yasmin", "Yusuf", "Zainab", "Zoe"]
LAST = ["Adeyemi", "Ahmed", "Ali", "Aziz", "Bailey", "Bankole", "Begum", "Bell", "Bowen", "Boyle", "Brennan", "Campbell", "Chaudhry", "Chen", "Clarke", "Dar", "Davies", "Dhillon", "Doyle", "Edwards", "Ellery", "Evans", "Feeney", "Fernandes", "Fletcher", "Foster", "Ghosh", "Gill", "Griffiths", "Gupta", "Haddad", "Hale", "Hartley", "Hussain", "Hughes", "Ibrahim", "Iqbal", "Jenkins", "Jones", "Joshi", "Kapoor", "Karim", "Kaur", "Khan", "Lewis", "Li", "Lindqvist", "Lloyd", "Malik", "Marsh", "Mensah", "Mistry", "Morgan", "Moss", "Murphy", "Nair", "Nowak", "O’Brien", "Okafor", "Okonkwo", "Osei", "Owusu", "Parry", "Patel", "Pike", "Pritchard", "Rahman", "Raman", "Rao", "Reid", "Roberts", "Ross", "Rowlands", "Sandhu", "Shah", "Sheikh", "Singh", "Smith", "Stewart", "Sutcliffe", "Thomas", "Thompson", "Turner", "Uddin", "Vaughan", "Walsh", "Whitaker", "Williams", "Wood", "Yilmaz", "Young"]
ORGANISATIONS = """Aire Valley Council|Calder and Colne Council|Ministry of Small Services|Department for Roads and Rivers|Northern
Digital Collective|Pennine Health Trust|Open Ward Data|Marshfield Borough Council|Greater Ouse Combined Authority|Office for Plain
Numbers|Llanfach Council|Civic Kitchen|Good Form Studio|Westmoor District Council|Fieldhouse Housing|Riverside Libraries|Public
Counter|Freelance|Data Commons North|Hillfoot Council|National Archive of Notices|Fire and Rescue North|Student|Saltmarsh Council"""


def invent(count: int, chance: random.Random) -> list[tuple[str, str]]:
    """`count` different (name, organisation) pairs; the same for the same `chance`."""
    organisations = [" ".join(o.split()) for o in ORGANISATIONS.split("|")]
    names: dict[str, str] = {}
    while len(names) < count:
        names.setdefault(f"{chance.choice(FIRST)} {chance.choice(LAST)}", chance.choice(organisations))
    return list(names.items())
