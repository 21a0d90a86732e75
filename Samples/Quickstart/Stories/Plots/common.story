# What all plots share: openings, feelings, thanks and endings.
# The syntax is described in StoryGrammar.cs.

opening
    Once there was [hero.a] {named|called} [hero].
    Once upon a time, [hero.a] {named|called} [hero] lived {near|close to|not far from} [far].
    There once was [hero.a] {named|called} [hero], who lived in a {small|cosy|crooked|tidy|warm} [hero.home] near [far].
    In a {small|cosy|crooked|tidy|quiet} [hero.home] {near|behind|beyond} [far] lived [hero.a] {named|called} [hero].
    Long ago, when {the winters were longer|the hills were greener|the stars were closer}, there lived [hero.a] {named|called} [hero].
    [Hero] was [hero.a] who lived {near|close to|not far from} [far].
    Not far from [far] stood a {small|cosy|crooked|tidy} [hero.home], and in it lived [hero.a] {named|called} [hero].

nature
    [hero.Subject] was [hero.trait] and {loved|liked} to <hobby>.
    Everyone {said|knew|agreed} that [hero.subject] was very [hero.trait].
    [hero.Subject] liked to <hobby>, and [hero.they] liked [hero.food] even more.
    [hero.Subject] was known for two things: [hero.they] was [hero.trait], and [hero.they] could eat [hero.food] all day long.
    On most days, [hero.subject] liked to <hobby>.
    When there was nothing else to do, [hero.subject] would <hobby>.
    [hero.Subject] had [hero.trait] eyes and a {loud|warm|bright|funny} laugh.

hobby
    sing to the {bees|stars|ducks}
    count the clouds
    draw pictures in the {sand|dust|snow}
    listen to the {wind|rain|river}
    ask hard questions
    tell riddles
    collect smooth stones
    hum old songs
    jump over puddles
    watch the {boats|birds|stars}
    make up new words
    dance in the {rain|kitchen|grass}
    balance on fallen trees
    whistle through a blade of grass

day
    One {sunny|windy|cloudy|misty|quiet|cold|warm} {morning|afternoon}
    On the first day of {spring|summer|autumn|winter}
    One {spring|summer|autumn|winter} {morning|day|evening}
    On {Monday|Tuesday|Friday|Saturday|Sunday}, {right after|before|a little before} {breakfast|lunch|supper}
    One day
    Early one {morning|evening}
    {Just before|Just after|At} {sunrise|noon|sunset}

sad
    [hero.Subject] felt {sad|lost|very small|miserable} and {wanted to cry|did not want to eat|could not stop sighing|hung [hero.their] head}.
    A big tear rolled down [hero.owner] {cheek|nose|chin}.
    [hero.Subject] sat down on {a stone|a stump|the ground|a bench} and {cried|sobbed|sniffed} {softly|quietly|for a long time}.
    "What {will|shall} I do now?" {whispered|sighed|cried|said} [hero].
    [hero.Owner] heart {felt as heavy as a stone|sank|grew heavy}.
    "Oh no!" {cried|said|gasped} [hero]. "This is the worst day of {my life|the whole year|all}!"

glad
    [hero.Subject] {jumped|danced|clapped [hero.their] [hero.hands]|laughed|cheered} {for joy|with joy|with delight}.
    [hero.Subject] was so {happy|glad|pleased} that [hero.they] {hugged [friend]|sang all the way home|turned three circles|forgot to be shy}.
    "Hooray!" {shouted|cried|called} [hero].
    [hero.Subject] {smiled|grinned|beamed} from ear to ear.
    [hero.Subject] could {hardly|scarcely} believe [hero.their] {luck|eyes|ears}.

thanks
    "Thank you, [friend]!" {said|cried|called} [hero]. "You are {the best friend in the world|a true friend|kind and clever}."
    "I will never forget this," [hero] {told|promised} [friend].
    [Hero] thanked [friend] and gave [friend.them] {half of [hero.their] [hero.food]|a big hug|[dish.a] to take home|a smooth white stone for luck}.
    "How can I thank you?" asked [hero]. "{Come and visit me tomorrow|Just be my friend|Tell me a story sometime}," said [friend].
    "That was nothing," said [friend], but [friend.they] {blushed|smiled|looked proud}.

friendship
    From that day on, [hero] and [friend] were {the best of friends|never far apart|always together}.
    [Hero] and [friend] became good friends, and they {met|played} {every day|every Sunday|whenever the sun was out} [place.at].
    After that, [hero] {and [friend] shared everything|never went [place.to] without [friend]|saved a seat for [friend] at every party}.

home
    When the {sun went down|first stars came out|bells rang for supper}, [hero.subject] sat in front of the [hero.home] and ate [hero.food].
    That night, [hero.subject] {slept|dreamed} {well|softly|deeply} in [hero.their] {small|cosy|warm} [hero.home].
    Back in the [hero.home], [hero.subject] told {the whole story|everything} to [hero.their] [elder.kind], who {smiled|laughed|nodded} and {gave [hero.them] [dish.some]|poured two cups of tea|listened to every word}.
    And if you walk past [far] today, you may still hear [hero] {laughing|singing|telling the story}.
