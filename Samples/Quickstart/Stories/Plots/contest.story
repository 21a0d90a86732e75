# Somebody who is not good at something practises for a contest.

cast
    place outdoors

story
    <opening> <nature> // <notice> <mocking> // <coach> <practice> // <day_of> <result> // <lesson>
    <opening> // <notice> <mocking> <sad> // <coach> // <practice> <day_of> // <result> <friendship>
    <opening> <nature> <notice> // <mocking> <coach> // <practice> // <day_of> <result> <lesson>

notice
    <day>, a sign hung [place.at]: "[game.Name] on Sunday! Everyone may take part." [Hero] read it {twice|three times}.
    Every year, there was [game.a] [place.at]. This year, [hero.subject] wanted to {win|take part} too.
    "Have you heard?" said [worker]. "There will be [game.a] [place.at], and the prize is [thing.a]!" [hero.Subject] thought of nothing else all day.

mocking
    "You?" said the others. "You cannot even [game.do]!" And they laughed.
    But when [hero.subject] tried to [game.do], it went badly. {Somebody giggled|Even the ducks looked away}.
    [hero.Subject] had never learned to [game.do]. "I will come last," [hero.they] {thought|said to [hero.self]}.

coach
    Only [friend], [friend.a], did not laugh. "I will help you," said [friend]. "We have {six days|a whole week|five days}."
    [friend.A] {named|called} [friend] had won [game.a] many years ago. "Whoever can [game.do] once can do it twice," said [friend]. "Come with me."
    "Nobody is born knowing how to [game.do]," said [elder], [hero.owner] [elder.kind]. "[Friend] can show you." [Friend] was [friend.a].

practice
    So they met every morning [far.at]. [hero.Subject] [game.did] until {[hero.they] was out of breath|the sun stood high|[hero.their] legs shook}. "Again!" said [friend].
    On Monday, it went wrong. On Tuesday, it went wrong too. On {Thursday|Friday}, it went {a little better|right for the first time}.
    [Friend] had one piece of advice: "[game.Tip]." [Hero] said it to [hero.self] over and over.

day_of
    Then the great day came. There were {flags|lanterns} everywhere, and [worker] {beat the drum|blew the whistle}. [hero.Owner] heart {thumped|beat like a drum}.
    On Sunday, half the village stood [place.at]. [Hero] looked for [friend], and [friend] {nodded|winked}.
    {Three, two, one|Ready, steady}, go! [Hero] thought of what [friend] had said, and [game.did] as never before.

result
    [hero.Subject] did not come first. But [hero.they] did not come last either, and {nobody laughed|everyone clapped}.
    And who won? It was [hero]! [Worker] gave [hero.them] [thing.a], and [friend] {cheered the loudest|threw [friend.their] hat into the air}.
    Shortly before the end, [hero.subject] saw that another had {fallen|hurt a foot}. [hero.They] stopped and helped. That is why [hero] came last, and why [hero.they] got the loudest applause.
    In the end, [hero.subject] came second, and was as happy as if it were first.

lesson
    "[game.Tip]," [hero.subject] now tells everyone who wants to learn it.
    [hero.Subject] had learned to [game.do], and something else too: you only lose if you do not try.
    "Next year again?" asked [friend]. "Next year again!" said [hero].
    The others were sorry that they had laughed, and asked [hero] to teach them.
