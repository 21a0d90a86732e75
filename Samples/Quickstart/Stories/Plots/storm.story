# Bad weather on the way; somebody offers shelter.

cast
    thing any
    place outdoors

story
    <opening> <nature> // <errand> <weather> // <worse> <light> // <shelter> <warm> // <after> <thanks>
    <opening> <errand> // <weather> <worse> // <light> <shelter> // <warm> <after> // <friendship>
    <opening> <nature> <errand> // <weather> // <worse> <sad> <light> // <shelter> // <warm> <after> <home>

errand
    <day>, [hero.owner] [elder.kind] {asked|sent} [hero.them] to bring [dish.a] to [worker], who lived beyond [place].
    <day>, [hero.subject] wanted to visit [hero.their] [elder.kind], who lived on the other side of [place].
    <day>, [hero.subject] set out [place.to] to fetch [thing.a].
    <day>, [hero.subject] [hero.went] [place.to] to look for [hero.food].

weather
    Halfway there, {dark|heavy|black} clouds {rolled in|covered the sun}, and it began to {rain|hail|thunder}.
    The sky turned {grey|purple|dark}. First there was one drop, then {ten|a hundred}, and then nobody could have counted them.
    A {thick|white|cold} fog came {down from the hill|up from the water}. [hero.Subject] could not see [hero.their] own [hero.hands].
    It began to snow. The flakes were as big as {feathers|buttons|leaves}, and soon the {path|road} was gone.

worse
    [hero.Subject] {was wet to the bone|shivered from head to toe|could not feel [hero.their] ears any more}.
    The wind {howled|roared|whistled} so loudly that [hero.subject] could not hear [hero.their] own voice.
    "I should have {stayed at home|looked at the sky|taken a coat}," said [hero].
    [hero.Subject] wanted to go back, but {every tree looked the same|the bridge was under water|the path had turned to mud}.

light
    Then [hero.subject] saw a {small|yellow|warm} light {between the trees|behind a window|in the distance}. [hero.They] [hero.went] towards it as fast as [hero.they] could.
    "Hello!" called a voice. "Over here!"
    Suddenly a door opened {under the roots of a tree|in a little hut|in the side of the hill}.

shelter
    It was [friend], [friend.a]. "Come in, come in!" said [friend]. "There is room for two."
    There stood [friend.a] with a lantern. "I am [friend]," [friend.they] said. "Nobody should be outside in this weather."
    [friend.A] {named|called} [friend] held out a {dry blanket|big leaf|striped umbrella}. "Get under here," said [friend].

warm
    Inside, {a fire was burning|a stove was humming}, and there {was|was a smell of} [friend.food]. [hero.Subject] grew warm {bit by bit|from [hero.their] toes to [hero.their] ears}.
    [Friend] made {hot tea|warm milk|soup}, and they told each other stories while the {wind|storm} {knocked at the shutters|went on outside}.
    They sat close together and {listened to the thunder|played a guessing game|sang, so that they would not hear the wind}. After a while, [hero] was not afraid any more.

after
    When the storm was over, {a rainbow stood over|the moon shone over} [place].
    At last it was quiet. {Drops glittered on every leaf|The air smelled of wet grass|A bird began to sing}, and [hero.subject] could go on.
    The next morning, the sky was as blue as if nothing had happened. [Friend] {showed [hero.them] the way|walked with [hero.them] as far as [far]}.
