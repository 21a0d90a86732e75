# Something dear is lost; a friend helps to look for it.

cast
    thing small
    place outdoors

story
    <opening> <nature> <treasure> // <losing> <sad> // <asking> // <search> <found> // <glad> <thanks> <lesson>
    <opening> <treasure> // <losing> // <asking> <search> // <found> <thanks> // <home>
    <opening> <nature> // <treasure> <losing> <sad> // <asking> // <search> <found> <glad> // <friendship>

treasure
    More than anything else, [hero.subject] loved [thing.a] that [hero.their] [elder.kind] had given [hero.them].
    [hero.Subject] had [thing.a]. [thing.It] [thing.was] a present from [hero.owner] [elder.kind].
    For [hero.their] birthday, [hero.subject] had got [thing.a], and [hero.they] carried [thing.them] everywhere.
    [hero.Owner] greatest treasure was [thing.a] that [hero.they] had found [far.at].
    [hero.Subject] never left home without [thing.a]. [thing.It] [thing.was] very dear to [hero.them].

losing
    <day>, [hero.subject] [hero.went] [place.to] and played there for hours. When [hero.they] wanted to go home, [thing.the] [thing.was] gone.
    <day>, [hero.subject] took [thing.the] [place.to]. On the way back, [hero.they] reached for [thing.them] and found nothing at all.
    <day>, [hero.subject] [hero.went] [place.to] to <hobby>. {Suddenly|All at once}, [hero.they] stopped. "Where [thing.is] my [thing]?" [hero.they] cried.
    <day>, [hero.subject] woke from a nap [place.at]. [hero.They] looked left and right, but [thing.the] [thing.was] nowhere to be seen.

asking
    Just then, [friend.a] {named|called} [friend] came along. "Why are you so sad?" asked [friend]. "I have lost my [thing.adjective] [thing]," said [hero].
    [Friend], [friend.a], heard the noise and [friend.went] over. "Do not cry," said [friend]. "I will help you look for your [thing]."
    "Have you seen [thing.a]?" [hero] asked [friend], [friend.a] who lived [place.at]. "No," said [friend], "but four eyes see more than two."
    Soon [hero] met [friend], [friend.a] with a kind voice. "Tell me where you have been today," said [friend], "and we will go there together."
    [friend.A] {named|called} [friend] sat nearby, eating [friend.food]. "What are you looking for?" [friend.they] asked. "[thing.A]," said [hero]. "[thing.It] [thing.was] here this morning!"

search
    They looked behind every {bush|tree|stone} and under every {leaf|log|bench}. They {called and called, as if [thing.the] could answer|did not give up}.
    First they searched [far.at], but [thing.the] [thing.was] not there. Then they went back [place.to].
    [Hero] looked high, and [friend] looked low. An hour went by, and still there was no trace of [thing.the].
    "Let us think," said [friend]. "Where did you {sit|rest|eat} last?" [Hero] thought hard and pointed the way with one of [hero.their] [hero.hands].
    They followed the {tracks|footprints|trail of crumbs} that [hero] had left that morning.

found
    And there, [place.spot], something {shone|peeped out|caught the light}. "There [thing.it] [thing.is]!" {shouted|cried|called} [friend].
    At last [friend] looked [place.spot] and began to laugh. "Is this what you lost?" [friend.they] asked, and held up [thing.the].
    Then [hero] remembered. [hero.They] had put [thing.the] [place.spot] to keep [thing.them] safe! [Friend] {ran|hurried} there, and there [thing.it] [thing.was].
    A {crow|snail|beetle} was sitting [place.spot], and right beside it lay [thing.the], {a bit dusty|a bit wet|as good as new}.

lesson
    From that day on, [hero.subject] always {looked after|took good care of} [hero.their] [thing].
    Now [hero.subject] ties a ribbon around [hero.their] [thing], so that [thing.it] cannot get lost again.
    [hero.Subject] learned that a lost thing is easier to find with a friend.
    And [thing.the]? [thing.It] [thing.has] a place of [thing.its] own now, on a shelf in the [hero.home].
