# Somebody is afraid of something and becomes a little braver.

cast
    place any

story
    <opening> <afraid> <because> // <occasion> <refuse> // <friendly> <step> // <brave> <proud>
    <opening> <nature> <afraid> // <because> <occasion> // <refuse> <friendly> // <step> <brave> // <proud> <friendship>
    <opening> <afraid> // <occasion> <refuse> <sad> // <friendly> // <step> // <brave> <proud> <home>

afraid
    But there was one thing that [hero.subject] did not like at all: [fear].
    [hero.Subject] was afraid of [fear].
    [hero.Subject] would {never|not} tell anyone, but [hero.they] was {very|terribly} afraid of [fear].
    Everyone is afraid of something. [Hero] was afraid of [fear].

because
    As soon as [hero.they] thought of [fear], [hero.their] knees began to {shake|wobble|tremble}.
    "[fear.Why]," [hero.they] used to say.
    When somebody {spoke of|talked about} [fear], [hero.they] {hid under the blanket|covered [hero.their] ears|quickly talked about [hero.food]}.

occasion
    <day>, [friend], [friend.a], {asked|said}: "Will you come with me? I want to [fear.do]."
    <day>, all the others wanted to [fear.do], and [friend], [friend.a], wanted to go with them.
    <day>, [hero.owner] friend [friend], [friend.a], came running. "Today we are going to [fear.do]!" [friend.they] {cried|called}.

refuse
    "I cannot," said [hero]. "I have to {water the flowers|help at home|count my stones}." But that was not true.
    "{Not today|Maybe tomorrow|You go without me}," said [hero] in a {small|thin} voice.
    [Hero] {turned pale|looked at the floor} and {shook [hero.their] head|said nothing}.

friendly
    [Friend] did not laugh. "I used to be afraid of [fear] too," [friend.they] said. "Shall I tell you what helped me?"
    "Are you afraid?" asked [friend] {gently|quietly|kindly}. [Hero] nodded. "Then we will do it in very small steps," said [friend].
    "Being brave does not mean that you are not afraid," said [friend]. "It means that you {go on|try} with your knees shaking."
    [Friend] took [hero] by {the hand|the arm}. "I will stay {right beside|next to} you," [friend.they] said.

step
    First they [fear.step]. That was not so bad.
    On the first day, they only [fear.step]. On the second day, they did it {twice|again}. On the third day, [hero] did it alone.
    [Friend] counted to {three|five|ten}, and then they [fear.step] together.

brave
    Then [hero.subject] took a deep breath, and [hero.they] [fear.did]. {Nothing bad happened|It even tickled a little|It was wonderful}!
    "Now I will try it," said [hero]. [hero.They] shut [hero.their] eyes, opened them again, and [fear.did].
    And before [hero.they] knew it, [hero.subject] [fear.did]. "I did it!" [hero.they] {shouted|cried|called}.

proud
    "I was still afraid," said [hero], "but only as much as {a pea|a button|a drop of water}."
    [hero.Owner] [elder.kind] heard about it and {baked|made} [dish.a] for {both of them|the brave one}.
    Ever since, [hero.subject] has helped others who are afraid of [fear].
    That evening, [hero.subject] felt {two heads|a whole inch} taller.
