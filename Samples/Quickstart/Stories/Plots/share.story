# Two want the same thing; an elder finds a fair way.

cast
    thing toy
    place any

story
    <opening> <neighbour> // <finding> <quarrel> // <judge> <fair> // <peace> <sharing>
    <opening> <nature> <neighbour> // <finding> // <quarrel> <harm> // <judge> <fair> // <sharing>
    <opening> <nature> // <neighbour> <finding> <quarrel> // <judge> // <fair> <peace> <friendship>

neighbour
    Next door lived [friend], [friend.a]. The two {played together every day|were often together}.
    [hero.Owner] cousin [friend] was [friend.a], and they {met|saw each other} every {Sunday|week}.
    [hero.Subject] had a friend, [friend.a] {named|called} [friend].

finding
    <day>, they found [thing.a] [place.at]. [thing.It] lay [place.spot].
    <day>, the two of them were walking [place.to] when they saw [thing.a] [place.spot].
    <day>, [worker] gave them [thing.a]. "I do not need [thing.them] any more," said [worker].

quarrel
    "I saw [thing.them] first!" cried [hero]. "No, I did!" cried [friend].
    "[thing.This] [thing.is] mine," said [hero], and held [thing.the] tight. "You {always|never} get to choose," said [friend], and {pulled|tugged} as hard as [friend.they] could.
    [Hero] wanted [thing.the]. [Friend] wanted [thing.the] too. Soon they were {shouting|not speaking to each other|making angry faces}.

harm
    They pulled so hard that both of them {fell over|sat down in the mud|tumbled into a puddle}.
    They {shouted|quarrelled} so loudly that {the birds flew away|a window opened|even the river seemed to stop}.
    [Hero] stamped [hero.their] feet, and [friend] turned [friend.their] back.

judge
    [hero.Owner] [elder.kind] {came by|heard them} and {shook [elder.their] head|put down [elder.their] basket|raised one finger}. "Why are you fighting?" asked [elder].
    They went to ask [elder], who was [hero.owner] [elder.kind] and very wise. [Elder] listened to one and then to the other.
    Then [elder], [hero.owner] [elder.kind], came out with [dish.some]. "{Whoever is angry must wait|First eat, then talk}," said [elder].

fair
    "One of you has [thing.them] in the morning, and the other in the afternoon," said [elder]. "Tomorrow you {swap|change}."
    "Let us do it like this," said [elder]. "[Hero] may have [thing.the] until the {bell|clock} strikes {three|four|five}, and then it is [friend.owner] turn."
    "A thing is only half as nice when you are alone with it," said [elder]. "Think of a game for two."
    "I could take [thing.them] for myself," said [elder] with a wink, "and then nobody has to fight." They looked at each other. "No!" they cried. "We will share!"

peace
    "I am sorry I {shouted|pulled|was so rude}," said [hero]. "I am sorry too," said [friend].
    [Hero] held out [thing.the]. "You go first," [hero.they] said. [Friend] {smiled|blushed|was surprised}. "Thank you," [friend.they] said.
    They {shook [hero.hands]|nodded|looked at the ground} and then {they had to laugh|the anger was gone}.

sharing
    So they took turns, and it was {twice as much|more} fun than before.
    They {played|stayed} [place.at] until {sunset|supper}, and nobody remembered who had seen [thing.the] first.
    Since then, [thing.the] [thing.has] lived one week in the [hero.home] and one week with [friend].
