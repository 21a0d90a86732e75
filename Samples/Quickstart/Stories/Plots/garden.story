# Something is sown, does not want to grow, is looked after and gives a harvest.

cast
    place any

story
    <opening> <nature> // <sowing> <impatient> // <advice> <waiting> // <growing> <harvest>
    <opening> <sowing> // <impatient> <sad> // <advice> // <waiting> <growing> // <harvest> <share>
    <opening> <nature> <sowing> // <impatient> // <advice> <waiting> // <growing> <harvest> <share>

sowing
    In spring, [hero.owner] [elder.kind] gave [hero.them] a handful of seeds. "These will be [crop]," said [elder].
    <day>, [hero.subject] bought a bag of [crop.seeds] from [worker]. [hero.They] dug {a bed|small holes} behind the [hero.home] and put them in, one by one.
    [hero.Subject] wanted to have [crop], more than anyone in the village. So [hero.they] planted [crop.seeds] behind the [hero.home].

impatient
    The next morning, [hero.subject] ran out to look. Nothing! The day after: nothing!
    [hero.Subject] waited for one day, for two days, for three days. "Why do you not grow?" [hero.they] {asked|cried} and stamped [hero.their] foot.
    On the third day, [hero.they] dug one up to see if it was {growing|still there}. It had not changed at all.

advice
    "What are you doing?" asked [friend], [friend.a] who {had a garden of [friend.their] own|looked over the fence}. "They need three things: water, sun and time. And nobody can hurry time."
    [Friend], [friend.a], laughed, but kindly. "Seeds are {shy|sleepy}," said [friend]. "You must {sing to them|leave them alone} and water them every evening."
    "Be patient," said [elder]. "When I was small, I dug mine up too. You must water them, and then you must {wait|think of something else}." [Friend], [friend.a] from next door, nodded.

waiting
    So [hero.subject] {watered|looked after} them every evening and pulled out the weeds. It rained, the sun shone, and {a week|two weeks} went by.
    [hero.Subject] {painted a sign|built a little fence|made a scarecrow} while [hero.they] waited. And every evening, [hero.they] carried {a can|a bucket} of water from [place].
    [Friend] came by each day, and together they counted {clouds|snails|worms} so that the time would pass.

growing
    Then, one morning, there was a {tiny|small} green tip. And there was another! Soon there were {ten|twenty}.
    Suddenly, everything went fast. The leaves unfolded, the stems reached up to [hero.owner] {knees|chin|nose}, and then the first [crop] appeared.
    "They are growing!" {shouted|called} [hero] so loudly that [friend] {dropped [friend.their] spoon|came running}.

harvest
    In {late summer|autumn}, there were so many [crop] that [hero.subject] {could not carry them alone|needed a cart}. They were [crop.look].
    What [crop] those were! They were [crop.look], and {everyone came to see them|people stopped at the fence}.
    At last, the [crop] were [crop.ready]. [Hero] picked the {first|biggest} one and gave it to [friend].

share
    [hero.Subject] kept a few for [hero.self] and gave the others away: some to [friend], some to [elder], some to [worker].
    And what did [hero.subject] do with the seeds that were left? [hero.They] gave them to a {little|small} child next door. "You must be patient," [hero.they] said.
    "The best thing about [crop]," said [hero], "is that you cannot hurry them."
    [Elder] made [crop.dish] from them, and [friend] {ate two helpings|brought the spoons}.
