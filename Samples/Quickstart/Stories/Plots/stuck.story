# The wind takes something light up high; somebody finds a way to reach it.

cast
    thing light
    place outdoors

story
    <opening> <nature> // <play> <gust> // <trying> <sad> // <helper> <rescue> // <glad> <thanks>
    <opening> <play> // <gust> <trying> // <helper> // <rescue> <glad> // <friendship>
    <opening> <nature> <play> // <gust> // <trying> // <helper> <rescue> // <moral> <home>

play
    <day>, [hero.subject] took [thing.a] [place.to].
    <day>, [hero.subject] was playing [place.at] with [thing.a].
    <day>, [hero.subject] [hero.went] [place.to]. [hero.They] wanted to show [thing.a] to the {clouds|ducks|whole world}.
    [hero.Subject] had made [thing.a] all by [hero.self]. <day>, [hero.they] took [thing.them] [place.to].

gust
    Then a {strong|wild|cold|sudden} wind came and blew [thing.the] {high up|far up} into <height>.
    {Whoosh|Puff|Swish}! The wind pulled [thing.the] out of [hero.owner] [hero.hands] and carried [thing.them] into <height>.
    The wind was in a {playful|bad|rough} mood. It {grabbed|snatched} [thing.the], whirled [thing.them] around and dropped [thing.them] in <height>.

height
    the top of {an old oak|a tall pine|an apple tree}
    the {highest|thickest} branches of {an elm|a birch|a chestnut tree}
    the branches of a {crooked|very tall|thorny} tree

trying
    [hero.Subject] jumped, but [hero.they] was too {short|small}. [hero.They] threw {sticks|pinecones}, but {every one of them missed|they all fell back down}.
    [hero.Subject] tried to climb the tree, but the {bark|trunk} was too {smooth|wet|slippery}.
    "Come down!" called [hero]. But [thing.the] only {fluttered|trembled|swayed} a little and stayed where [thing.it] [thing.was].
    [hero.Subject] shook the tree with all [hero.their] might. {Three|Two|Seven} leaves came down, and nothing else.

helper
    "May I help?" asked a {deep|small|friendly} voice. It was [friend], [friend.a].
    [friend.A] {named|called} [friend] had seen it all. "I know what to do," [friend.they] said.
    Along came [worker], who carried a {long ladder|big basket|coil of rope}. "Dear me," said [worker]. "That is a job for [friend]!" And [worker.they] called [friend.a] by that name.
    [Friend], [friend.a] who lived [place.at], looked up and {scratched [friend.their] head|hummed|thought for a while}. "There is always a way," [friend.they] said.

rescue
    [Friend] [friend.went] home and came back with a {long pole|ladder|rope}. They held it together, {counted to three|took a deep breath}, and down came [thing.the].
    "Stand on my back," said [friend]. [Hero] climbed up, stretched out [hero.their] [hero.hands] and just reached [thing.the].
    [Friend] asked {a squirrel|a crow|two sparrows} for help. Soon [thing.the] came sailing down and landed {at [hero.owner] feet|in [hero.owner] [hero.hands]}.
    "We must wait for the wind," said [friend]. They waited and {shared some [hero.food]|told riddles}. Then the wind came back, and with one {puff|sigh} it gave [thing.the] back.

moral
    "What one cannot reach, two can," said [friend].
    [hero.Subject] learned that it is {good|wise} to ask for help.
    "Next time I will hold on with both [hero.hands]," said [hero], and they laughed.
    After that, [hero.subject] {looked at the sky|asked the wind} before [hero.they] took out [hero.their] [thing].
