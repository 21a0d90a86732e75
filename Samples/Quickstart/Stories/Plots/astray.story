# Somebody follows something pretty, loses the way and is led home.

cast
    place outdoors

story
    <opening> <nature> // <warning> <lure> // <astray> <sad> // <guide> <way> // <back> <lesson>
    <opening> <warning> // <lure> <astray> // <guide> // <way> <back> // <lesson> <home>
    <opening> <nature> <lure> // <astray> // <guide> <way> // <back> <thanks> <lesson>

warning
    "Do not go farther than [place]," [hero.owner] [elder.kind] always said. "You could lose your way."
    [Elder], [hero.owner] [elder.kind], had told [hero.them] a hundred times: "Stay where you can see the {smoke|roof} of our [hero.home]."
    [hero.Subject] knew the way [place.to] well. What lay beyond it, [hero.they] did not know.

lure
    <day>, [hero.subject] saw {a blue butterfly|a golden leaf in the wind|a big soap bubble|a white feather in the air}. It was so {beautiful|strange|lovely} that [hero.they] followed it [place.to] and on and on.
    <day>, [hero.subject] looked for [hero.food]. [hero.They] found some here and some there, always a little farther on, and [hero.they] did not notice how far [hero.they] had gone.
    <day>, [hero.subject] heard {music|singing|a flute} in the distance. "I only want to see who is {playing|making music}," [hero.they] said, and [hero.went] past [place], farther than ever before.

astray
    Then [hero.subject] looked around. Nothing looked {familiar|the same}. Where was the path? Where was the [hero.home]?
    It was getting {dark|late|cold}. [hero.Subject] went left, then right, and came back to the same {stone|tree|stump}.
    "Hello?" called [hero]. "Hello, hello," said the {echo|hills}, and nobody else.

guide
    "Who is that?" said somebody. It was [friend], [friend.a]. "I am [hero], and I do not know where I am," said [hero].
    There, on a {stump|stone|fence}, sat [friend.a] eating [friend.food]. "You are not from here," [friend.they] said. "My name is [friend]."
    [Friend], [friend.a], was on the way home and almost {ran into|fell over} [hero]. "{Dear me|Goodness}! What are you doing here all alone?"

way
    "Do you hear the {water|bells}?" asked [friend]. "If we follow the sound, we will come [place.to]." And so they did.
    "Look up," said [friend]. "That star always stands over [far]. We only have to follow it."
    [Friend] knew every {stone|path|root}. They went {over a bridge|through a gate}, past a {mill|well} and along a {hedge|wall}, and [hero] kept {close|right behind}.
    "Moss grows on this side of the trees," said [friend]. "So we must go that way." [Hero] {remembered|learned} that for ever.

back
    At last, [hero.subject] saw {smoke|a light|the roof} in the distance. "That is my [hero.home]!" [hero.they] {cried|called}.
    [Elder] was standing in front of the [hero.home] with a lantern. [elder.They] {hugged [hero] for a long time|said nothing and held [hero] tight}.
    There was the [hero.home], and there stood [hero.owner] [elder.kind], {waving|calling}. "[Friend] brought me home," said [hero]. "Then [friend] shall have [dish.some]," said [elder].

lesson
    Since then, [hero.subject] has {tied a ribbon to every tree|told somebody where [hero.they] is going} before going far.
    [hero.Subject] learned to look back sometimes, because the way home looks different from the way out.
    The next time, [hero.subject] did not go alone. [hero.They] went with [friend].
