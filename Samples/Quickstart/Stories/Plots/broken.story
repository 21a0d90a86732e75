# Something breaks; a mender who knows its material repairs it.

cast
    thing breakable
    place any

story
    <opening> <nature> // <owning> <breaking> <sad> // <advice> // <mending> <mended> <wiser>
    <opening> <owning> // <breaking> // <advice> <mending> // <mended> <pay> // <home>
    <opening> <nature> <owning> // <breaking> <sad> <advice> // <mending> // <mended> <pay> <wiser>

owning
    [hero.Subject] had [thing.a], and [thing.it] [thing.was] {nearly|almost} a hundred years old.
    In the [hero.home] there lay [thing.a], and nobody but [hero.owner] [elder.kind] was allowed to touch [thing.them].
    [hero.Owner] [elder.kind] had made [thing.a] for [hero.them] out of [thing.material].
    Every evening, [hero.subject] polished [hero.their] [thing] until the {moon|candle} {was mirrored in it|looked pale beside it}.

breaking
    <day>, [hero.subject] was running too fast and {tripped over a root|slipped on the stairs|bumped into the door}. {Crack|Crash|Snap}! [thing.The] [thing.was] broken.
    <day>, [hero.subject] wanted to <hobby> with [thing.the] in [hero.their] [hero.hands]. That went wrong: [thing.it] fell down and broke.
    <day>, [hero.subject] tried to balance [thing.the] on [hero.their] head. {It worked for three steps|It worked until somebody sneezed}. Then [thing.the] lay broken on the ground.
    <day>, there was a {loud|terrible|sharp} crack, and [thing.the] {was no longer whole|had come apart}. [hero.Subject] had sat on [thing.them]!

advice
    [hero.Owner] [elder.kind] {came in|heard the noise} and looked at the pieces. "Only [thing.mender] can {repair|mend} this," said [elder]. "Go and ask."
    "Do not cry," said [elder], who was [hero.owner] [elder.kind]. "What is made of [thing.material] can be mended. Take it to [thing.mender]."
    "Who can help me?" asked [hero]. "[thing.Mender] can," said [friend], [friend.a] from next door. "I will {come with you|show you the way}."

mending
    [thing.Mender] lived [place.at]. [Hero] [hero.went] there and showed what had happened. "Hm," said [thing.mender], "I need [thing.tool], and I need you to {hold still|hand me the light|be patient}."
    So [hero] [hero.went] [place.to] and {knocked|called} three times. [thing.Mender] opened the door, looked at the pieces and took out [thing.tool].
    [thing.Mender] put on a pair of {round|thick|golden} glasses and reached for [thing.tool]. "This will take {an hour|the whole afternoon|until supper}," said [thing.mender].

mended
    [thing.Mender] worked {slowly|carefully|without a word}. When the {sun set|clock struck five|kettle sang}, [thing.the] [thing.was] whole again.
    Bit by bit, the pieces came together. "There," said [thing.mender]. "{As good as new|Better than before}!"
    At the end, only a {thin line|tiny scar} showed where [thing.the] had been broken. "That line is part of the story now," said [thing.mender].

pay
    "What must I pay?" asked [hero]. "{A song|A smile|One good deed}," said [thing.mender].
    [hero.Subject] had no money, so [hero.they] {swept the floor|carried water|washed the windows} for [thing.mender].
    [hero.Subject] brought [thing.mender] [dish.a] the next day.

wiser
    From then on, [hero.subject] walked when [hero.they] carried something, and never ran.
    [hero.Subject] {learned|understood} that broken things can be mended if you {ask for help|do not hide them|take your time}.
    And whenever [hero] looked at [thing.the], [hero.they] thought of [thing.mender] and smiled.
    "I will be more careful," said [hero]. And [hero.they] was.
