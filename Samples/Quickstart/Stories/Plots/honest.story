# Something is spoiled in secret; the truth comes out, and it is forgiven.

cast
    thing breakable
    place any

story
    <opening> <nature> // <precious> <deed> // <hiding> <worry> // <counsel> <confession> // <forgiven> <after>
    <opening> <precious> // <deed> <hiding> // <worry> // <counsel> // <confession> <forgiven> // <after>
    <opening> <nature> <precious> // <deed> // <hiding> <worry> // <confession> <forgiven> <home>

precious
    [hero.Owner] [elder.kind] had [thing.a] that stood on the {highest shelf|mantelpiece|window sill}. "Please do not touch [thing.them]," [elder] always said.
    On {the table|the shelf} in the [hero.home] stood [thing.a] that belonged to [hero.owner] [elder.kind].
    There was one thing in the [hero.home] that [hero] was not allowed to play with: [elder.owner] [thing.adjective] [thing].

deed
    <day>, when [elder] was out, [hero.subject] {took down|picked up} [thing.the], only to look. But [thing.it] slipped, and there was a {crash|crack}.
    <day>, [hero.subject] was playing ball indoors, although [hero.they] was not supposed to. The ball hit [thing.the], and a piece broke off.
    <day>, [hero.subject] could not resist. [hero.They] {reached for|climbed on a chair to get} [thing.the], sneezed, and it was too late. A big piece had come off.

hiding
    Nobody had seen it. Quickly, [hero.subject] hid [thing.the] {under the bed|behind the curtain|at the bottom of a drawer}.
    [hero.Subject] looked around, pushed the pieces {under the carpet|behind the stove} and {ran outside|began to whistle}.
    "Have you seen my [thing]?" asked [elder] that evening. "No," said [hero], and {turned red|looked at the ceiling}.

worry
    For supper they had [hero.food], but [hero.subject] could not {eat|swallow a bite}. A lie sits in the belly like a stone.
    That night, [hero.subject] {tossed and turned|could not sleep}. {Even the moon|Every board in the floor} seemed to {know it|ask about it}.
    The next day, [elder] looked everywhere and was sad. That was {worse than|almost harder to bear than} any scolding.

counsel
    [Hero] told [hero.their] friend [friend], [friend.a]. "The truth is like {cold water|a splinter}," said [friend]. "It only hurts at first."
    "Something is wrong," said [friend], [friend.a] from next door, and [hero] told [friend.them] everything. "Go home and say it," said [friend]. "I will wait {outside|at the gate}."
    "What would you do?" asked [hero]. [Friend], [friend.a], {thought|chewed some [friend.food]} for a while. "I would say it before somebody finds it," [friend.they] said.

confession
    So [hero] went to [elder] and said in a {very small|shaky} voice: "It was me. I broke your [thing], and I hid [thing.them]. I am so sorry."
    [Hero] fetched [thing.the] and put [thing.them] into [elder.owner] lap. "I did it," [hero.they] said, and then {the tears came|[hero.they] could not say any more}.
    "I have to tell you something," said [hero]. And [hero.they] told it all, from the beginning to the end.

forgiven
    [Elder] was silent for a while. "What is broken can be mended," [elder.they] said then. "I am glad that you told me the truth."
    "I knew it," said [elder]. "I was only waiting for you to {come|be brave}." And [elder.they] {gave [hero] a hug|took [hero] in [elder.their] arms}.
    "When I was as small as you," said [elder], "I broke {a window|three plates} and blamed the cat." Then they both had to laugh.

after
    Together they glued [thing.the], and it took the whole {afternoon|evening}. It was a {nice|good} one.
    [hero.Subject] slept {deeply|well} that night, and dreamed of {nothing at all|flying}.
    Since then, whenever something goes wrong, [hero.subject] says so at once. It is so much {lighter|easier}.
    And the {crack|scar} stayed, so that nobody would forget how good it is to tell the truth.
