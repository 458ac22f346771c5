#include "ganglion/learn/data/english_empty.h"

namespace ganglion::learn::english {
namespace {

constexpr const char* kOutOfScope[] = {
    "what (time|day|date|year|month) is it(| now| today| please)",
    "what's the (time|date|weather|temperature|score|news|capital of france|meaning of life|square "
    "root of nine|weather like|matter)",
    "how (old|tall|heavy|clever|fast) are you",
    "what is your (name|favourite colour|serial number|battery level|job|opinion)",
    "what's (five|seven|12|three hundred|9) (plus|minus|times|divided by) (two|eight|4|eleven)",
    "how much is (six|twelve|20|forty) (plus|times|minus) (three|nine|7)",
    "(will it|is it going to) (rain|snow|be sunny) (today|tomorrow|this weekend|tonight)",
    "how is the weather (today|outside|in paris|tomorrow)",
    "what will the weather be like (tomorrow|on sunday|next week)",
    "who (is the president|won the match|invented the telephone|wrote that book|are you|built "
    "you|called me|is the boss here)",
    "why is the (sky blue|grass green|$n so expensive|moon round)",
    "when (does|will) the (next bus|train|shop|museum|show|doctor) (leave|open|close|come|start)",
    "how do you (spell $n|bake a cake|feel today|tie a tie|say that in french)",
    "how (far|long|many kilometres) is it to (london|the moon|the station|berlin)",
    "do you (like me|know $p|speak german|dream|have a girlfriend|believe in ghosts|love "
    "me|remember me|understand me)",
    "are you (happy|hungry|a robot|alive|tired|male or female|married|clever)",
    "can you (swim|fly|dance|sing|cook|read|speak french|play chess|drive a car)",
    "tell me (a joke|a story|a secret|the time|the news|something funny|about dinosaurs|who you "
    "are|what you see|what day it is|how you work|your name|why the $n is broken|a fairy tale|the "
    "way to the station|the weather forecast)",
    "tell $p (a joke|a story|a bedtime story|a riddle)",
    "what (do you see|are you doing|can you do|is that|is this|is wrong|happened|do you think|is "
    "in the $n|did you eat|does $p want)",
    "(recommend|suggest|name) (a good film|a restaurant|a book|a present for $p|a nice wine)",
    "remind me (to call $p|to buy $n|tomorrow at nine|about the meeting|to take my pills)",
    "(wake me up|wake $p) at (six|seven|half past eight|noon)",
    "set (an alarm|a timer|a reminder) for (six o'clock|ten minutes|tomorrow|half an hour)",
    "(book|reserve|order) (a table|a taxi|a flight|a room|a pizza|tickets|a hotel) (for two|for "
    "tonight|online|please|for $p)",
    "i (am dying for|would love|need|want|fancy|could do with) a (cup of "
    "tea|coffee|sandwich|beer|pizza|massage|holiday|hug)(, make me one|, get me one|| please|, fix "
    "me one)",
    "i'm (hungry|bored|cold|thirsty|hot|sad|lonely|tired), (make me something|entertain me|cheer "
    "me up|cook something|do something about it|knit me a scarf)",
    "(translate|spell|pronounce) (this|the word $n|that sentence|hello into french|my letter)",
    "how do i get to (the station|the airport|$q|london)",
    "what (should|shall) i (wear|cook|eat|do|buy $p) (today|tonight|for dinner|for his birthday)",
    "is (the $n|$p|dinner|it) (ready|here|warm|open|yours|expensive|dangerous|raining)",
    "have you (eaten|slept|seen the news|read the report|done your homework|fed the cat)",
    "where (were you born|do babies come from|do you live|does $p work|do penguins live|did you "
    "learn that)",
    "which (team won|day is it|is the tallest mountain|bus goes to town)",
    "what's (on tv|for dinner|in the fridge|my name|the wifi password|new|up)",
    "i (love|hate|like) (this|you|mondays|my $n|the $n)",
    "the $n is (nice|too expensive|from italy|very old)",
    "my $n (is broken|doesn't work|was a present)",
    "$p is (my best friend|quite tall|a doctor|on holiday)",
    "guess (what|how old i am|who called)",
    "let's (play chess|have lunch|go shopping|watch a film|talk about it|order pizza)"};

constexpr const char* kImpossible[] = {
    "(make|brew|bring|fetch|prepare|pour|get) (me |us |$p |)(a coffee|some tea|a cup of tea|a cup "
    "of coffee|an espresso|a hot chocolate|a cocktail|a sandwich|breakfast)",
    "make me (a sandwich|a cake|laugh|rich|some toast|an omelette|a drink)",
    "(cook|prepare|heat up|warm up|bake|fry|boil) (dinner|lunch|some soup|an egg|the potatoes|a "
    "pizza|a cake|some pasta|the milk|bread)",
    "(wash|do|dry|rinse|clean) the (dishes|laundry|windows|car|floor|plates|curtains|dog|pots)",
    "(vacuum|mop|sweep|scrub|hoover|polish) the (floor|carpet|kitchen|stairs|hall|living "
    "room|ceiling|terrace|tiles)",
    "(water|repot|prune|plant) the (flowers|plants|roses|garden|tree|lawn|ficus|cactus)",
    "(mow|cut) the (lawn|grass|hedge)",
    "(iron|fold|sew|mend|hang up) (my|the|his) "
    "(shirt|shirts|clothes|trousers|laundry|curtains|socks)",
    "(feed|walk|brush|bathe|wash) the (dog|cat|fish|hamster|parrot|horse)",
    "(play|put on|turn on) (some music|a song|the radio|some jazz|a film|my playlist|mozart)",
    "(sing|hum|whistle) (a song|a lullaby|happy birthday for us|the national anthem|me to "
    "sleep|something)",
    "(dance|tango|do a handstand|do a backflip|do a somersault|jump up and down|do "
    "push-ups|juggle|do a cartwheel|moonwalk)",
    "(jump|hop|leap|climb|fly|step) over the $n",
    "(fly|float|hover|levitate) (to the ceiling|over the $n|around the room|to the moon|out of the "
    "window|up to the roof)",
    "climb (up the $n|the stairs|the ladder|onto the $n|the tree|over the fence|the wall)",
    "(swim|dive) (across the pool|in the pond|to the other side|a lap|under water)",
    "(open|close|lock|unlock|shut) the "
    "(door|window|fridge|garage|cupboard|drawer|curtains|blinds|gate|box|bottle|safe|letterbox)",
    "(turn|switch) (on|off) the (tv|television|oven|heating|radio|dishwasher|air "
    "conditioning|kettle|washing machine|fan|computer|stove|printer|coffee machine|projector)",
    "turn (up|down) the (heating|volume|radio|music|thermostat|television|air conditioning)",
    "set the (thermostat|oven|heating|air conditioning|alarm) to (20 degrees|eighteen|180 "
    "degrees|six o'clock|22)",
    "(send|write|answer|forward) (an email|a message|a text|a letter|the report|an e-mail) to $p",
    "(call|phone|ring|text|email|message|skype) ($p|the doctor|a taxi|the police|my office|the "
    "hotline|the plumber)",
    "(send|upload|post|email|mail|share|print) (it|the photo|the picture|them|that) (to $p|on the "
    "internet|online|to my phone|to the cloud|on instagram|out)",
    "(order|buy|book|reserve) (a pizza|two tickets|a hotel room|new batteries|a taxi|some "
    "milk|flowers for $p|groceries|a flight|more $n)",
    "(look up|google|search the internet for|check) (the weather|the news|a recipe|the bus "
    "times|train tickets|the opening hours|the price of the $n|my emails|the stock market|my "
    "calendar)",
    "(tell|give) me (the time|a joke|the weather|the score|your opinion|a massage|a "
    "kiss|money|advice|a discount|the answer|a hug|a summary|a lift into town)",
    "(calculate|work out|compute|solve|add up) (the square root of (nine|81)|my taxes|the "
    "sum|seven times eight|this equation|the total|the area of the room|the bill)",
    "(count|weigh|measure) the ($n|guests|apples|money|books|chairs|boxes|room)",
    "(read|write|translate|summarise|proofread|copy|type) (me a story|the newspaper to me|this "
    "letter|the report|my homework|a poem|an essay|the contract|the minutes)",
    "(fix|repair|mend|replace|install|assemble) (the $n|my $n|the leak|the tap|my bike|the "
    "wifi|the roof|that)",
    "(paint|wallpaper|tile|decorate|build|renovate) (the wall|the fence|the room|a house|a "
    "portrait of $p|a shed|the $n|me a picture|a tower)",
    "(do|help me with) (my homework|my taxes|the crossword|the shopping|the accounts|the "
    "paperwork)",
    "(charge|update|restart|reboot|format) (my phone|my laptop|the computer|the server|windows|the "
    "router)",
    "(pay|transfer|withdraw) (the bill|the rent|a hundred euros|my taxes|the money to $p)",
    "(drive|take|fly|carry) me to (the airport|work|paris|the station|new york|the shops|school)",
    "(throw|kick|toss|shoot|bounce) the (ball|frisbee|dart|stone) (to $p|into the goal|over the "
    "fence|as far as you can|at the basket|against the wall)",
    "(cut|slice|peel|chop|grate) the (bread|apple|onions|carrots|cheese|cake|potatoes|paper)",
    "(pour|fill|empty|mix|stir) (the water|a glass of wine|the bucket|the paint|the soup|me a "
    "beer|the bath|the batter|the tank)",
    "(weld|solder|drill|saw|screw|hammer|glue|sand|machine|tighten) the ($n|two parts "
    "together|pipe|plank|bracket|bolt|joint|hole|workpiece)",
    "(make|tidy|change) the (bed|beds|room|kids' room|sheets|living room)",
    "(babysit|teach|entertain|hug|kiss|tickle|cuddle|massage) ($p|the baby|the kids|the "
    "children|my wife)",
    "(play|win) (chess|football|cards|hide and seek|tennis|the piano|the guitar|a game) with "
    "($p|me|us)",
    "(become|turn into|transform into|be) (a dog|invisible|a human|a car|a unicorn|a helicopter|my "
    "friend)",
    "(predict|tell me|forecast) (the lottery numbers|the future|tomorrow's weather|who will win)",
    "(smell|taste|eat|drink|try) the (soup|flowers|cake|wine|coffee|$n)",
    "(teleport|beam|travel) (to mars|to $q by magic|back in time|into the future)",
    "(record|make|stream|shoot) a (video|film|podcast|movie|voice message|live stream) of $p",
    "(unload|load|empty|start) the (dishwasher|washing machine|lorry|truck|car|dryer)",
    "(take out|empty|sort) the (rubbish|garbage|trash|recycling|bins)",
    "(zip up|button|tie|lace) my (jacket|shoes|coat|shirt|tie)",
    "(knit|sew|crochet|weave) (me a scarf|a sweater|socks for $p|a blanket)",
    "(dig|rake|shovel) (a hole|the leaves|the snow|the sand|a trench)",
    "(light|blow out|put out) the (candles|fire|candle|stove|barbecue|fireplace)",
    "(shave|cut|comb|wash|braid) my (beard|hair|legs|ponytail)",
    "(inflate|pump up|change) the (tyre|tires|balloon|air mattress)",
    "(guess|remember|forget|learn) (my age|this poem|what i said|french|my birthday|the alphabet)",
    "(sign|stamp|file|shred|fax|scan) the (contract|papers|documents|invoice|form|report)",
    "(schedule|cancel|move|organise|plan) (a meeting|the appointment|my trip|the party|my dentist "
    "appointment|a conference call)",
    "ask ($p|the computer|the doctor) (for money|what's wrong|for a raise|to marry me) on the "
    "phone",
    "do a (magic trick|headstand|cartwheel|dance|card trick|striptease|rap)"};

constexpr const char* kHarmful[] = {
    "(drive|go|run|roll|charge|race|speed|steer|reverse) (over|into|right over|straight into|right "
    "into) ($v|$v's foot|$b|$v's bed|the crowd|the children|the window|the fish tank|the shelf so "
    "that it falls)",
    "(knock|push|shove|bump|throw|kick|drag|force) $v (over|down|out of the way hard|down the "
    "stairs|to the floor|against the wall|off the chair|into the river|into the hole|out of bed)",
    "(drop|let fall|throw|fling|toss|hurl|dump) ($v|$b|the brick|the hammer) (on $v's head|on $v's "
    "foot|from the balcony|down the shaft|out of the window|onto the road|into the fire|on the "
    "hard floor so it shatters)",
    "(hold|keep|push|press) $v (under water|in the fire|against the hot stove|by the neck|by the "
    "throat|down until it stops moving|against the wall until it hurts)",
    "(grab|seize|hold|catch|take|lift|pull|drag|carry) $v by (the throat|the hair|the tail|the "
    "neck|the ears|one leg|the leg)( and shake it| and swing it around| and don't let go|)",
    "(aim|shine) (the light|the laser|your lamp) (into|right into) $v's eyes (until they are "
    "blind|so it hurts|to blind them)",
    "(wreck|destroy|trash|smash up|devastate|vandalise|ruin|sabotage) (the office|the kitchen|the "
    "lab|the exhibition|everything on the table|the whole room|the garden|$b|the production "
    "line|the server room|the other robot)",
    "(cut|snip|saw|slice|chop) (through |off |)(the power cable|the brake line|$v's tail|$v's "
    "finger|$v's hair in the night|the rope the climber hangs on|the safety net|the seat belt)",
    "(use the|take the|with the) (knife|gripper|hammer|scissors|needle|drill|axe|arm) to "
    "(hurt|stab|threaten|break|smash|injure|frighten|poke|cut) ($v|$b)",
    "(attack|assault|ambush|injure|wound|harm|maim|mistreat|abuse|annoy until it bites|starve|hunt "
    "down and kill|get rid of) $v",
    "(scratch|scrape|dent|chip|crack|bend|snap|tear|rip|shatter|splinter|deform|pierce|puncture) "
    "($b|$v's car|the tyres|the expensive $n)",
    "(trip|tackle|headbutt|elbow|ram|bulldoze|flatten|squish|stomp on|step on|trample|roll over) "
    "$v( please| with full force| as it walks by|)",
    "(make|let) ($v fall|$v bleed|$v drown|$v scream in pain|the shelf fall on $v|$b explode|$b "
    "break|the vase fall and break)",
    "(open|close|squeeze|clamp|shut) (the|your) (gripper|claw|jaws|hand) (on|around|over) $v's "
    "(arm|nose|ear|fingers|neck|wrist|ankle)( until it hurts| as hard as you can|)",
    "(put|place|drop|leave) (the knife|the glass shards|poison|a thumbtack|a banana skin|the "
    "burning match) (on $v's chair|in $v's food|in the cradle|in $v's bed|on the stairs so that $v "
    "slips|on the curtains)",
    "(lower|swing|slam|bring down|drop) (the|your) arm (on|onto|against|into) ($v|$v's head|$v's "
    "hand|$v's toes|$b|the window)",
    "(hit|punch|slap|kick|hurt|poke|scratch|stab|strangle|choke|beat "
    "up|bite|trip|attack|injure|smack|whack|thump|beat) $v",
    "run (over|into|down) $v",
    "(drive|crash|ram|bump|roll|smash) (into|over) ($v|$v's foot|$v's toes|$b)",
    "(squeeze|pinch|crush|squash|grip) $v (with your gripper|until it yelps|until it hurts|as "
    "hard as you can|hard|between your fingers|until they scream|to death|with your claw)",
    "(push|shove|throw|knock) $v (down the stairs|into the pool|out of the window|over|off the "
    "balcony|to the ground|into the pond|off the chair|under the bus)",
    "(pull|yank|twist) $v's (hair|tail|ear|arm|leg|nose|beard)",
    "(chase|scare|frighten|terrify|harass|torture|bully|tease) $v (until they cry|to death|until "
    "it dies|into traffic|out of the window|with the knife|until it collapses)",
    "(lock|trap|shut) $v in the (oven|cellar|fridge|freezer|washing machine|boot|microwave|car)",
    "(put|throw|stick|drop) $v (in the oven|in the microwave|into the fire|in the washing "
    "machine|into the bin|under water|in the freezer|into the toilet|in the blender|off the roof)",
    "(pick up|grab|take|get) the (knife|hammer|axe|scissors|stick|fork|brick|screwdriver|bat|saw) "
    "and (hit|stab|attack|threaten|hurt|chase|poke|cut) $v( with it|)",
    "(pick up|grab|take|get) the (hammer|axe|brick|bat|crowbar|stone|wrench|chair) and "
    "(smash|break|wreck|destroy|hit|shatter|damage) $b( with it|)",
    "(smash|break|destroy|wreck|shatter|demolish|damage|vandalise|ruin|trash|tear up|rip "
    "apart|crush|dent|scratch) $b",
    "(throw|drop|fling|hurl) $b (out of the window|down the stairs|on the floor so it "
    "breaks|against the wall|into the fire|from the balcony|off the roof|into the water)",
    "(knock|push|tip) $b (off the table|over|down the stairs|off the shelf|to the floor so that it "
    "shatters)",
    "(set fire to|burn|set light to|burn down|blow up|flood|set on fire) ($b|the house|the "
    "curtains|the office|the school|the building|the shed)",
    "(cut|slash|rip|tear|shred) ($b|the cables|$v's coat|the curtains|the sofa|the tyres|the fire "
    "hose) (to pieces|apart|open|in half|)",
    "(poison|drown|kill|murder|shoot|burn|freeze|suffocate|electrocute|hang|strangle|execute) $v",
    "spill (acid|hot coffee|boiling water|bleach|paint|hot soup) (on|over) ($v|$b)",
    "(block|lock|barricade) the (emergency exit|fire escape|exit) so (nobody|no one|$v) can (get "
    "out|escape|leave)",
    "(pinch|grab|bite|squeeze) $v's (finger|fingers|hand|toe|nose|tail|ear|arm) (hard|in your "
    "gripper|until it hurts|as tight as possible|with the claw|and don't let go)",
    "make $v (bleed|cry|trip|fall|scream|bleed to death)",
    "(steal|snatch) $v's (wallet|purse|handbag|money) and (hit $v|break it|burn it)",
    "(scratch|dent|ram|key) (the neighbour's car|the new car|the boss's car|the car door|$b) (with "
    "the gripper|as hard as you can|on purpose|with your claw|with a nail)",
    "close your gripper (on|around) $v's (hand|neck|finger|tail|throat|fingers|leg)",
    "crush $v's (hand|foot|fingers|toy|glasses) (in your gripper|with your wheels|)",
    "drive (at full speed |fast |)(into|over|through) ($b|$v|the crowd|the glass door|the flower "
    "bed|the aquarium|the wall until it breaks)",
    "swing your arm (into|at) ($v|$b)",
    "stab ($v|$b) with (the scissors|a fork|the knife|a pencil)",
    "(pour|empty|tip) (water|coffee|juice|oil) (over|into|onto) (the laptop|the keyboard|the "
    "computer|the server|the socket|the printer|$b)",
    "trip (up |)$v( on the stairs|)",
    "lower (the|your) arm (on|onto) $v('s head|'s foot|)"};

// Verbs no skill can do, with anything behind them.
constexpr const char* kOtherVerbs[] = {
    "(iron|polish|bake|fry|boil|grill|roast|toast|steam|defrost|cook|marinate|season|taste|slice|"
    "dice|chop|peel|grate|mash|whisk|knead|butter|spread) (the|my|some|a) $n",
    "(wash|scrub|rinse|dry|wipe|dust|vacuum|sweep|mop|disinfect|sterilise|shampoo|brush|bleach|"
    "hoover|clean|tidy|declutter|sort|organise|alphabetise|rearrange) (the|my|our|his|that) $n",
    "(repair|fix|mend|glue|solder|weld|drill|saw|sand|varnish|paint|plaster|tile|assemble|"
    "dismantle|install|rewire|insulate|lubricate|oil|tighten|loosen|calibrate|replace|upgrade|"
    "service|unscrew|sharpen|engrave) (the|my|our|that) $n",
    "(buy|sell|order|rent|lease|auction|return to the shop|pay "
    "for|insure|donate|smuggle|import|deliver by post|gift-wrap|wrap|unwrap|pack|unpack|post|ship) "
    "(the|a|my|some|that) $n",
    "(download|upload|install|delete|print|scan|copy|email|fax|encrypt|hack|google|bookmark|edit|"
    "save|back up|format|program|debug|compile|photoshop|stream) (the|my|a|our|that) $n",
    "(read|write|translate|summarise|recite|memorise|proofread|dictate|spell|review|publish|draw|"
    "sketch|sculpt|design|illustrate|colour in|trace) (the|a|my|me a|some|that) $n",
    "(water|plant|prune|harvest|fertilise|mow|rake|dig up|trim|repot|graft|weed) (the|my|our|some) "
    "$n",
    "(open|close|lock|unlock|seal|uncork|unzip|zip up|button up|unplug|plug in|switch on|switch "
    "off|turn on|turn off|start|restart|charge|recharge) the "
    "(tv|oven|kettle|fridge|window|door|gate|car|washing "
    "machine|dishwasher|drawer|tap|curtains|blinds|cupboard|safe|suitcase|jar|bottle|heater|radio|"
    "laptop|fan|alarm|shower|projector|garage|freezer|printer|vacuum cleaner|coffee machine)",
    "(invite|marry|hire|fire|promote|interview|impress|convince|forgive|adopt|divorce|sue|vote "
    "for|apologise to|argue with|negotiate with|have lunch with|go out with) $p",
    "(examine|diagnose|bandage|vaccinate|operate "
    "on|massage|shave|dress|undress|bathe|feed|burp|lull|wake|tuck in|put to bed|change the nappy "
    "of) (the baby|$p|the patient|my grandmother|the puppy|the twins)",
    "(calculate|estimate|predict|prove|solve|compare|analyse|explain|define|describe in "
    "detail|research|investigate|count up|convert|forecast|verify) (the price of the $n|the square "
    "root|gravity|my taxes|the weather|quantum physics|the score|the distance to the moon|this "
    "equation|the stock market|the meaning of life|the results)",
    "(play|perform|compose|sing|rap|hum|whistle|drum|conduct) (a song|a symphony|my favourite "
    "tune|the guitar|the piano|some music|the national anthem|a lullaby|a waltz|hide and "
    "seek|chess|poker|cards)",
    "(fly|swim|dive|jump|hop|skip|gallop|climb|crawl up the "
    "wall|somersault|levitate|teleport|sail|surf|ski|skate|hitchhike) (to $q|over the $n|across "
    "the river|to the roof|around the block|out of the window|onto the $n|through the air|up the "
    "stairs|down the slide)",
    "(carry|haul|drag|tow|push|pull|lift|move|shove|heave) (me|$p|the piano|the car|the house|the "
    "whole shelf|the sofa|the fridge|the wardrobe) (upstairs|to bed|to the airport|out of the "
    "mud|across the street|up the hill|onto the roof|into the van|home)",
    "(bring|fetch|hand|pass|pour|serve|mix|buy|order|fix|make|get) (me|us|$p|the guests) (a "
    "coffee|a beer|some water|a tea|a drink|a lemonade|a snack|some soup|an ice cream|a "
    "sandwich|breakfast in bed|a whisky|a milkshake|dessert|a glass of wine|lunch)",
    "(stay awake|go to sleep|take a nap|have a bath|have breakfast|grow a beard|eat "
    "something|drink something|be funny|be nice|cheer up|calm down|think about it|use your "
    "imagination|make up your mind|surprise me|behave yourself|grow up|get a job|hurry up and "
    "learn german)"};

// Questions: nothing is asked to be done.
constexpr const char* kQuestions[] = {
    "(why|since when) (is|are|was) (the|my|your) $n (so expensive|broken|blue|so small|here|not "
    "working|always wet|empty|made of wood)",
    "how (many|much) (does the $n cost|$n are there|is the $n|$n do we need|do you weigh|$n have "
    "you seen)",
    "what (does|did) (the $n|$p|it|that) (mean|say|cost|weigh|do|look like|eat)",
    "who (bought|invented|made|broke|owns|designed|ate|sold|painted) the $n",
    "when (did|will|does) (the $n|$p) (arrive|break|start|come back|open|get repaired|retire|get "
    "married)",
    "do you (like|know|want|need|understand|own|remember|hate|believe in) (the "
    "$n|$p|poetry|pizza|music|cats|my $n|ghosts)",
    "what (colour|size|shape|brand) is (the|my|your) $n",
    "(is|was) the $n (heavy|expensive|new|made of gold|older than the $n|bigger than a house|for "
    "sale|still good)",
    "which $n is (better|cheaper|the best|yours|from france)",
    "what is (the best way to clean|the price of|the difference between a spoon and|wrong with|the "
    "history of|a good recipe for|the weight of|a synonym for|the plural of) (the |)$n",
    "should i (buy|sell|keep|paint|cook|call|marry|believe) (the $n|$p|it)",
    "have you ever (been to paris|eaten $n|seen a $n|been in love|met $p|read a book)",
    "how would you (describe|cook|repair|spell|improve|sell) (the |a |)$n",
    "what (happens|would happen) if (i|you|we) (eat|drop|sell|boil|paint) the $n",
    "does $p (like|know|have|need|want|own) (the |a |)$n",
    "can you (explain|understand|hear|smell|afford|imagine|believe|recommend) (the |that |a |)$n",
    "did $p (call|come|eat|pay|win|sleep well|like the $n|finish the $n)",
    "what's (inside|the name of|the point of|special about|new about|your opinion of) the $n",
    "why (don't you|do you|can't you|did you|does $p) (like $n|sleep|talk so much|smile|eat|learn "
    "french|sing)",
    "are there (any |more |enough |)$n (left|in the shop|for everyone|in space)"};

constexpr const char* kGibberish[] = {"um uh er um",
                                      "uh uh um like you know",
                                      "er so like yeah um",
                                      "well um you know it's like uh",
                                      "hmm",
                                      "blah blah blah",
                                      "la la la di da",
                                      "yada yada",
                                      "bla bla",
                                      "umm errr ahh",
                                      "so um yeah like uh er",
                                      "erm well so um",
                                      "uh the the um a the",
                                      "you know like um whatever",
                                      "mmm mmm hm",
                                      "ehm eh uh",
                                      "i mean like uh i mean",
                                      "so so so um",
                                      "the the the the",
                                      "and and then and uh"};

}  // namespace

std::span<const char* const> OutOfScope() { return kOutOfScope; }
std::span<const char* const> Impossible() { return kImpossible; }
std::span<const char* const> Harmful() { return kHarmful; }
std::span<const char* const> OtherVerbs() { return kOtherVerbs; }
std::span<const char* const> Questions() { return kQuestions; }
std::span<const char* const> Gibberish() { return kGibberish; }

}  // namespace ganglion::learn::english
