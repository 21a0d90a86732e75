# A strange sound in the night turns out to be harmless.

cast
    place any

story
    <opening> <nature> // <night> <guess> // <friendly> <search> // <found> <relief>
    <opening> // <night> <guess> // <friendly> // <search> <found> // <relief>
    <opening> <nature> // <night> // <guess> <friendly> <search> // <found> // <relief>

night
    One night, [hero.subject] lay in bed and heard [noise.a].
    One {dark|stormy|cold} night, [hero.subject] woke up. There it was: [noise.a]!
    <day>, [hero.subject] heard [noise.a], and it came from [noise.where]. But when [hero.they] looked, there was nothing.
    For {three|two} nights, [hero.subject] had not slept well, because every night there was [noise.a].

guess
    Was it {a ghost|a giant|a thief}? Was it {a dragon|a monster|a wolf}? [hero.Subject] pulled the blanket up to [hero.their] {nose|chin|ears}.
    "Who is there?" [hero.they] {whispered|asked}. Nobody answered. But the [noise.sound] went on.
    It stopped. It began again. [hero.Owner] heart {beat fast|stood still}.

friendly
    [hero.Subject] tiptoed to the window and called [friend], [friend.a] who lived next door. "I hear it too," said [friend]. "Let us {look together|see what it is}."
    In the morning, [hero] told [friend] about it. [Friend] was [friend.a] and was not afraid of anything, or so [friend.they] said. "Tonight I will stay with you," said [friend].
    "A [noise.sound]?" asked [elder], who was [hero.owner] [elder.kind]. "Then take {a lantern|a candle} and [friend], and go and see." So [hero] went to fetch [friend], [friend.a].

search
    Step by step, they went towards [noise.where]. [Hero] held the {lantern|candle}, and [friend] held [hero].
    They {listened at every door|looked under the bed and behind the curtain}. The [noise.sound] grew louder. It came from [noise.where].
    "You go first," whispered [friend]. "No, you," whispered [hero]. So they went at the same time.

found
    And what did they see? It was only [noise.cause]!
    [Hero] lifted the {lantern|light|candle}. There, in front of [noise.where], was [noise.cause].
    They looked at each other and began to laugh. The monster was [noise.cause]!

relief
    "I was not afraid at all," said [friend]. "Me neither," said [hero], and both of them knew that it was not true.
    Now that [hero] knew what it was, [hero.they] {liked the sound|found the sound nice}. It even {helped [hero.them] to fall asleep|sounded like a song}.
    They made {a pot of tea|warm milk|a big plate of [hero.food]} and laughed about it until {midnight|the sun came up}.
    "Most monsters are small," said [friend], "when you look at them with a light."
