# A dish for a feast lacks one ingredient; a neighbour has it.

cast
    place any

story
    <opening> <nature> // <plan> <missing> // <asking> <deal> // <cooking> <feast>
    <opening> <plan> // <missing> <sad> // <asking> // <deal> <cooking> // <feast> <thanks>
    <opening> <nature> <plan> // <missing> // <asking> <deal> // <cooking> // <feast> <home>

plan
    Tomorrow was the birthday of [hero.owner] [elder.kind]. "I will make [dish.a]," said [hero]. "That is what [elder.they] {likes|loves} best."
    <day>, [hero.subject] wanted to {surprise|invite} all the neighbours. "I will make [dish.a]," [hero.they] {said|thought}.
    There was going to be a big feast [place.at], and everybody had to bring something. [hero.Subject] decided to make [dish.a].
    <day>, the first thing [hero.subject] thought of was [dish]. "I have not had any for {a year|weeks|so long}," [hero.they] {said|sighed}.

missing
    For [dish], you need [dish.parts]. [hero.Subject] looked in the {cupboard|pantry|cellar}. There was everything except [dish.missing]!
    [hero.Subject] put everything on the table and counted. But the jar for the [dish.missing] was empty.
    "[dish.Parts]," [hero.subject] read out loud. "But I have no [dish.missing] left!"

asking
    So [hero.subject] [hero.went] to [friend], [friend.a] next door. "Do you have any [dish.missing]?" [hero.they] asked.
    [hero.Subject] took a {basket|bowl|bag} and knocked at the door of [friend], [friend.a]. "May I borrow some [dish.missing]?"
    First [hero] asked [worker], but [worker.they] only shook [worker.their] head. Then [hero] asked [friend], [friend.a] who lived [place.at].

deal
    "Of course," said [friend]. "But only if I may {help|taste|stir}." [Hero] laughed and said yes.
    [Friend] opened a {big chest|little door|tin box}, and inside lay more [dish.missing] than [hero] had ever seen. "Take as much as you need," said [friend].
    "I will give you [dish.missing]," said [friend], "if you give me {a song|a piece of it|your help in the garden tomorrow}."

cooking
    They {washed their [hero.hands]|tied on their aprons} and began. One of them stirred, the other {sang|counted to a hundred}, and soon the whole [hero.home] smelled of [dish].
    First [dish.first], then [dish.second]. At the end, they {waited|held their breath} and looked into the {oven|pot} every minute.
    A {little|bit of} flour landed on [friend.owner] nose, and both of them laughed until {their bellies hurt|they had to sit down}.

feast
    In the evening, everyone sat at {a long|one} table, and the [dish] [dish.was] gone in {five minutes|no time}. "Who made this?" they asked. "[Friend] and I," said [hero].
    [Elder] took a bite and closed [elder.their] eyes. "This is the best [dish] of my whole life," [elder.they] said.
    There was a piece for {everyone|each guest}, and the very last one was for [friend], who had brought the [dish.missing].
    When [worker] asked what the secret was, [hero] said: "[dish.Missing] from a friend."
