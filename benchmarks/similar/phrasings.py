"""What invented news is made of: each thing in the words of an agency and of three reporters.

A line is one thing; between the bars stand the agency's words and those of the three. What is in
braces is the same whoever writes.
"""

from __future__ import annotations


def _things(lines: str) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(words.strip() for words in line.split("|")) for line in lines.strip().splitlines()
    )


WHO = _things("""
the regional governor, {name} | the province's chief {name} | {name}, who runs the region | governor {name}
the operator of the {place} | the firm behind the {place} | managers of the {place} | the {place}'s owners
a spokesman for the prosecutor's office | prosecutors | the state attorney | those who lead the inquiry
opposition lawmakers led by {name} | {name} and other critics in parliament | the opposition | members around {name}
the union of transport workers | organized drivers and dockers | the transport union | union people
the head of the health authority, {name} | chief doctor {name} | {name} of the health office | the health office
investigators examining the {place} | detectives at the {place} | the police team | officers in white suits
residents of {n} houses near the {place} | people who live by the {place} | neighbors | {n} families
the ministry of the interior | interior officials | the capital's police ministry | the interior department
the mayor of {city}, {name} | {city}'s mayor | mayor {name} | {name}, mayor here for years
a group of {n} engineers | {n} specialists | technicians | experts, {n} of them
the national weather service | forecasters | meteorologists in the capital | the weather people
the insurance association | insurers | underwriters | the firms that have to pay
volunteers from {n} villages | helpers out of the villages | farmers and pupils | those who came to help
""")  # noqa: E501
DID = _things("""
confirmed that {n} people had been injured | counted {n} hurt | spoke of {n} wounded | put the wounded at {n}
demanded an independent inquiry into the accident | want strangers to look into it | asked for a neutral inquiry | called for outside eyes
rejected accusations of negligence as unfounded | would not hear of carelessness | denied any neglect | brushed the charges aside
announced the suspension of all operations | stopped work altogether | sent the shift home | shut everything down
estimated the losses at {n} million crowns | named a price of {n} million | think of {n} million | reckon {n} million are gone
presented a list of {n} violations of safety rules | read out {n} breaches | found {n} faults | handed over {n} pages of faults
promised compensation to the families affected | will pay those who suffered | offered money to the families | held out payments
warned of further delays on the main line | expect trains to run late | told travelers to be patient | see no end to the waiting
ordered the evacuation of {n} residents | moved {n} people out | cleared homes of {n} | took {n} out of their beds
dismissed {n} senior employees | let {n} managers go | threw out {n} of the bosses | cut {n} names from the payroll
published documents contradicting earlier statements | put papers on the table | brought letters to light | showed what had been written
agreed to hold talks on wages and working hours | sat down to bargain | will talk about pay | took a seat at the table
closed {n} schools until further notice | sent pupils of {n} schools home | locked {n} schools | gave children in {n} schools a holiday
requested assistance from neighboring regions | called the neighbors | asked next door for help | looked abroad for hands
""")  # noqa: E501
WHERE = _things("""
at a news conference in {city} | before the cameras in {city} | in front of reporters | in {city}'s town hall
in a statement published on its website | on the internet | in writing | with a few lines online
during an emergency session of the regional assembly | in a hurried sitting | while the assembly sat | in the assembly
after a tour of the {place} | having walked through the {place} | once back from the {place} | at the gates of the {place}
in an interview with state television | on the evening news | to a television crew | with a microphone before them
on the sidelines of a trade fair in {city} | between the stalls of a fair | at the fair | in a corridor of the fair
at a meeting with relatives in {city} | facing the families | in a gym full of relatives | among relatives
in a letter to the parliament's committee | to the committee by post | in a letter | with a letter of four pages
""")  # noqa: E501
WHEN = _things("""
late on {day} | on {day} night | toward the end of {day} | when {day} was nearly over
early on {day} morning | before breakfast on {day} | at dawn on {day} | in the first hours of {day}
on {day} afternoon | after lunch on {day} | on {day}, between two showers | in the second half of {day}
within hours of the incident | soon afterwards | that same day | before the smoke had gone
for the second time in a week | again | once more | as they had days before
""")  # noqa: E501
WHY = _things("""
citing the results of a preliminary technical examination | since a first check says so | tests point there | as early tests have it
adding that the causes remained unclear | though nobody knows why it happened | with the reason still unknown | and nobody can say why
under a law adopted in {year} in the wake of a similar disaster | as rules from {year} have it | the law of {year} asks for it | thanks to an old law
despite objections raised by the ministry of finance | against the will of the treasury | whatever the treasury says | the purse keepers were against it
following weeks of protests by local activists | because people had marched for weeks | the street had wanted it | after much shouting
as part of a program launched {n} years ago | in line with a plan {n} years old | an old plan foresees it | so says a plan from long ago
because of a shortage of spare parts and trained staff | for want of parts and people | parts are missing, and hands | there is nobody to mend it
in accordance with recommendations of the audit chamber | as auditors had advised | the auditors had said so | on the advice of accountants
according to two officials familiar with the matter | two who should know say so | as is whispered in the offices | insiders have it so
without giving further details of the plan | and left it at that | nothing more was said | more was not to be had
pending a decision by the regional court | until judges have spoken | a court must decide | the court comes next
in an effort to calm an increasingly angry public | to quiet the anger | hoping for calm | anger had been growing
""")  # noqa: E501

CITIES = ("Port Alder", "Velmino", "Kasterovo", "Saint Orla", "Brenhaven", "Tulsk", "Ostrhagen")
PLACES = (
    *("ferry terminal", "glass factory", "railway bridge", "power station", "central market"),
    *("grain silo", "regional airport", "city archive", "water works", "tram depot"),
)
NAMES = (
    *("Irina Valko", "Tomas Berg", "Leila Haddad", "Pavel Osin", "Marta Kowalska", "Jon Eide"),
    *("Anneke Vos", "Dmitri Larin", "Rosa Calder", "Samir Aziz", "Grete Holm", "Viktor Sels"),
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

#: How each of the four builds a sentence.
SENTENCES = (
    "{who} {did} {where} {when}, {why}.",
    "{when}, {who} {did} {where}, {why}.",
    "{why}: {where}, {who} {did}.",
    "{who}, {when}, {did} {where}. {why}.",
)
#: How each of the four quotes somebody.
QUOTED = (
    '"{quote}," {name} told reporters.',
    '{name} was blunt: "{quote}."',
    '"{quote}," said {name} and left.',
    'What does {name} say? "{quote}."',
)
#: Words of which a statement is made.
STATEMENT = _things("""
we have never seen anything like this in thirty years
nobody was warned and nobody was asked about it
the safety of our people comes before every profit
this was a decision that somebody took to save money
I call on everyone to stay calm and keep away from the site
it is far too early to speak of causes or of guilt
we shall rebuild what was lost and we shall do it better
those who signed these papers will have to answer for them
every family will get an answer before the winter comes
there is at present no danger to anyone who lives nearby
""")

#: Words that say nearly the same: whoever writes takes one of them, for each thing anew.
THESAURUS = tuple(
    words.split()
    for words in """
regional provincial district county local
governor head leader prefect chief
spokesman representative official envoy clerk
opposition dissident independent liberal rival
lawmakers deputies senators councillors delegates
union federation league alliance brotherhood
authority agency inspectorate directorate board
investigators detectives examiners inspectors experts
residents inhabitants tenants occupants householders
ministry department secretariat bureau chancery
engineers technicians surveyors mechanics builders
national federal central state public
insurance pension savings credit mutual
confirmed stated acknowledged reported established
people workers passengers visitors employees
injured wounded burned bruised poisoned
demanded urged sought requested proposed
independent impartial outside neutral international
inquiry review audit probe examination
accident incident disaster failure mishap
rejected dismissed disputed denied refuted
accusations claims charges allegations reports
negligence carelessness corruption fraud incompetence
announced declared ordered imposed decided
suspension halt cancellation reduction transfer
operations deliveries flights sailings repairs
estimated valued calculated assessed reckoned
losses costs damages debts expenses
presented submitted circulated compiled produced
violations breaches infringements faults defects
safety fire labor building traffic
promised pledged offered guaranteed granted
compensation payments relief housing pensions
families relatives victims owners households
warned cautioned complained predicted feared
delays shortages closures queues losses
published released disclosed leaked printed
documents letters contracts photographs minutes
agreed consented undertook volunteered prepared
talks negotiations consultations hearings discussions
conference briefing gathering reception ceremony
statement message declaration communique bulletin
emergency special closed extraordinary night
television radio newspaper magazine agency
results findings conclusions figures samples
preliminary technical chemical medical second
causes reasons motives origins circumstances
adopted passed approved signed enacted
similar earlier comparable deadly notorious
objections doubts concerns warnings protests
finance justice transport defense health
protests marches pickets petitions strikes
activists students veterans fishermen shopkeepers
program scheme campaign project strategy
shortage lack scarcity absence theft
trained skilled qualified experienced certified
recommendations proposals instructions wishes advice
familiar acquainted connected concerned involved
details particulars explanations dates names
decision ruling verdict order judgment
angry worried impatient nervous divided
hurried brief stormy long noisy
cameras reporters microphones crowds guests
evening morning early late midday
""".strip().splitlines()
)

#: What a sub-editor writes instead; applied to some of the words.
SYNONYMS = {
    "the": "this", "late": "in the evening", "early": "soon", "citing": "quoting",
    "adding": "noting", "despite": "notwithstanding", "following": "after", "until": "till",
    "according": "referring", "because": "on account", "without": "not", "during": "in",
    "told": "informed", "led": "headed", "more": "further", "near": "close to",
}  # fmt: skip
