# A small animal is hurt; it is cared for and set free.

cast
    place outdoors

story
    <opening> <nature> // <finding> <what> // <help> <care> // <well> <goodbye> <return>
    <opening> // <finding> <what> <help> // <care> // <well> <goodbye> // <home>
    <opening> <nature> // <finding> // <what> <help> <care> // <well> // <goodbye> <return>

finding
    <day>, [hero.subject] [hero.went] [place.to] and heard a {faint|thin|sad} sound. [place.Spot] sat [pet.a].
    <day>, [hero.subject] found [pet.a] [place.spot].
    <day>, something [pet.called] [place.at]. [hero.Subject] followed the sound and saw [pet.a].

what
    The {poor|little} [pet] had [pet.hurt] and could not [pet.move].
    "What is wrong?" asked [hero]. The [pet] {looked up|trembled}. It had [pet.hurt].
    It [pet.called] softly. [hero.Subject] bent down and saw that it had [pet.hurt].

help
    "Do not be afraid," {whispered|said} [hero]. [hero.They] wrapped the [pet] in {a scarf|soft moss|a warm cloth} and carried it home.
    [hero.Subject] did not know what to do, so [hero.they] called [friend], [friend.a] who knew a lot about {animals|herbs}. "It needs {rest|warmth} and [pet.food]," said [friend].
    [hero.Subject] ran to [hero.their] [elder.kind]. "It will be well again," said [elder], "but you must be {patient|very gentle}."

care
    Every day, [hero.subject] brought the [pet] fresh water and [pet.food]. Every night, [hero.they] {sang it to sleep|put it beside the stove}.
    [hero.Subject] made a bed out of {straw|wool|leaves} in a {box|basket|drawer} and gave it [pet.food]. On the first day, it ate nothing. On the second day, it ate {a little|one bite}. On the third day, it ate everything.
    A week went by, and then another. The [pet] grew {stronger|braver} and {liked to sit on [hero.owner] shoulder|followed [hero] everywhere}.

well
    Then, one morning, the [pet] could [pet.move] again!
    After {ten|twelve|twenty} days, [hero.subject] took off the bandage. The [pet] {shook itself|looked around} and began to [pet.move].
    "Look!" {called|cried} [hero]. The [pet] was {almost|quite} well.

goodbye
    [hero.Subject] wanted to keep it. But [elder] said: "It belongs [place.at]." So [hero] opened {the window|the door|[hero.their] [hero.hands]}. "Goodbye," [hero.they] said, "and take care."
    They went [place.to] together. The [pet] looked back once, [pet.called] and was gone. [Hero] was sad and glad at the same time.
    It was hard to say goodbye. "You are free," said [hero], and {wiped away a tear|waved for a long time}.

return
    But every {spring|morning|evening}, [pet.a] sits {in front of [hero.owner] window|by the door of the [hero.home]} and [pet.calls]. [hero.Subject] knows who it is.
    The next {spring|autumn}, the [pet] came back, and it was not alone. Behind it came {two|three|five} little ones.
    Sometimes [hero.subject] hears something [pet.call] [place.at]. Then [hero.they] {smiles|waves} and {calls|says}: "Hello, old friend!"
