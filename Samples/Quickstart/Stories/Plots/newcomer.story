# Somebody new is shy and alone; a small gesture changes that.

cast
    thing toy
    place outdoors

story
    <opening> <nature> // <arrival> <alone> // <rumour> <gesture> // <thaw> <play_together> // <end>
    <opening> // <arrival> <alone> <rumour> // <gesture> // <thaw> // <play_together> <friendship>
    <opening> <nature> <arrival> // <alone> // <rumour> <gesture> <thaw> // <play_together> <end>

arrival
    <day>, a cart full of {boxes|furniture} stopped [place.at]. Somebody new had come to the village: [friend], [friend.a].
    <day>, [friend.a] moved into the empty [friend.home] near [place]. "What is your name?" asked the neighbours. "[friend]," came the answer, very quietly.
    That year, [friend.a] {named|called} [friend] came to live [place.at].

alone
    But [friend] did not talk to anyone. When the others played [place.at], [friend.they] stood {behind a tree|by the fence} and watched.
    [Friend] always sat alone and {ate [friend.food]|looked at the clouds|drew circles in the sand}.
    Nobody knew what [friend] liked. Nobody had asked.

rumour
    "[Friend] is {proud|strange}," said some. "[Friend] does not like us," said others. But [hero] {was not so sure|thought about it for a long time}.
    "Leave [friend.them] alone," said [worker]. But [hero] remembered how it feels to be {new|alone}.
    "Perhaps [friend.they] is only shy," said [elder], [hero.owner] [elder.kind]. "Somebody has to say hello first."

gesture
    <day>, [hero] [hero.went] over with [thing.a]. "Would you like to play with [thing.them]?" [hero.they] asked.
    So [hero] took [dish.a], {knocked at the door|sat down beside [friend]} and said: "Hello. I am [hero]. Would you like some?"
    [Hero] did not say anything at first. [hero.They] sat down next to [friend], and they looked at {the clouds|the ants} together. Then [hero.they] put [thing.a] between them.

thaw
    [Friend] looked up. "Do you mean me?" [friend.they] asked. "Of course," said [hero]. For the first time, [friend] smiled.
    "Where I come from, we {had a song|played a game} with [thing.a]," said [friend]. "Shall I show you?"
    [friend.Owner] {ears|cheeks} turned red. "I thought nobody wanted to talk to me," [friend.they] said. "And we thought that you did not want to talk to us!" said [hero].

play_together
    Before long, they were laughing so loudly that the others came to see. [Friend] knew {ten new games|the funniest riddles}, and everyone wanted to {join in|hear them}.
    It turned out that [friend] could <skill> better than anyone. The others {were amazed|clapped}.
    They played [place.at] until {sunset|it was dark}, and [friend] was {the loudest of all|not shy any more}.

skill
    whistle
    tell stories
    climb
    swim
    do magic tricks
    draw
    bake
    run

end
    The next time somebody new came to the village, [friend] was the first to say hello.
    "Do you still remember?" [friend] often asks. "You came over to me, and I was so afraid of you!"
    A hello costs nothing, [hero.subject] thought that evening, and yet it is worth so much.
    And the place {behind the tree|by the fence} stayed empty from then on.
