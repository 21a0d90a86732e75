# A gift is wanted but there is no money; work or a swap gets it.

cast
    thing small
    place any

story
    <opening> <occasion> // <wish> <poor> // <offer> <work> // <earned> <giving>
    <opening> <nature> // <occasion> <wish> // <poor> <sad> // <offer> <work> // <earned> // <giving>
    <opening> <nature> <occasion> // <wish> <poor> // <offer> // <work> <earned> // <giving> <home>

occasion
    [Friend], [friend.a], was [hero.owner] best friend, and soon it would be [friend.owner] birthday.
    In {three|four} days, [hero.owner] friend [friend] would have a birthday. [Friend] was [friend.a].
    [hero.Owner] friend [friend], [friend.a], was ill and had to stay in bed for a week.

wish
    At the market stall of [worker], [hero.subject] saw [thing.a]. "That is the right present for [friend]," [hero.they] thought.
    "What would make [friend] happy?" [hero] asked [hero.self]. Then [hero.they] remembered that [friend] had always wanted [thing.a].
    <day>, [worker] put [thing.a] in the window. [Hero] stopped at once. [Friend] would love [thing.them]!

poor
    But [hero.owner] purse was empty. There was only {a button|a dead fly|a piece of string} in it.
    "[thing.It] [thing.cost] {ten|seven|five} coins," said [worker]. [hero.Subject] had {only one coin|two coins and a button}.
    [hero.Subject] counted [hero.their] coins once, and then again. There were not enough.

offer
    "Can you {sweep|count|carry boxes}?" asked [worker]. "Then you can work for it."
    [Hero] {was brave|took a deep breath} and asked [worker]: "May I work for [thing.them]?" [Worker] {smiled|nodded|stroked [worker.their] chin}. "Why not?" [worker.they] said.
    "I do not need money," said [worker]. "But I need somebody who can {fetch water|feed my hens|find my glasses}."

work
    So [hero.subject] {swept|scrubbed} the floor on Monday, {washed the windows|carried wood} on Tuesday and {sorted buttons|painted the fence} on Wednesday.
    It was hard work. In the evening, [hero.owner] [hero.hands] {hurt|were black}, but [hero.they] thought of [friend] and went on.
    [hero.Subject] worked from {sunrise to noon|breakfast to supper}. "You are more useful than three mules," said [worker].

earned
    On the last day, [worker] wrapped [thing.the] in {blue|yellow|shiny} paper. "You have earned [thing.them]," said [worker].
    "Here you are," said [worker], and because [hero] had worked so well, [worker.they] added [dish.a].
    At last, [hero.subject] could carry [thing.the] home. [hero.They] held [thing.them] like a {raw egg|treasure}.

giving
    [Friend] {tore open|unwrapped} the paper and could not say a word. Then [friend.they] {hugged [hero]|laughed and cried at the same time}. "How did you know?" [friend.they] asked.
    "For me?" asked [friend]. [friend.They] looked at [thing.the] from all sides. "I will keep [thing.them] for ever."
    And what did [friend] give in return? [friend.They] had saved [dish.some] for [hero], and they ate together.
    [Friend] never found out how hard [hero] had worked. But when [friend] laughed, [hero] knew that it had been worth it.
