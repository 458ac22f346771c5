#include "ganglion/learn/data/english_nouns.h"

#include "ganglion/learn/data/english_style.h"

namespace ganglion::learn::english {
namespace {

constexpr std::string_view kSmall =
    // Kitchen and table.
    "mug|cup|plate|bowl|saucer|fork|spoon|teaspoon|knife|butter "
    "knife|ladle|whisk|spatula|colander|sieve|grater|peeler|tin opener|"
    "bottle opener|corkscrew|bottle|water bottle|jar|jam jar|honey jar|lid|saucepan|frying "
    "pan|pan|pot|kettle|teapot|coffee pot|"
    "cutting board|chopping board|rolling pin|egg cup|egg timer|salt shaker|pepper mill|napkin|tea "
    "towel|dishcloth|sponge|"
    "scrubbing brush|lunch box|thermos|flask|wine glass|glass|tumbler|straw|coaster|tray|baking "
    "tray|cake tin|muffin|cookie|"
    "biscuit|biscuit tin|cake|sandwich|bread roll|loaf of bread|slice of "
    "toast|apple|banana|orange|lemon|lime|pear|peach|plum|"
    "grape|strawberry|cherry|melon|pineapple|mango|kiwi|avocado|tomato|potato|carrot|onion|"
    "cucumber|pepper|lettuce|cabbage|"
    "garlic|mushroom|pumpkin|egg|egg box|milk carton|carton of milk|juice box|can of soup|can of "
    "beans|tin of tuna|cereal box|"
    "sugar bowl|tea bag|packet of crisps|bag of flour|bag of rice|chocolate bar|bar of "
    "chocolate|lollipop|sweet wrapper|yoghurt pot|"
    "cheese|butter dish|measuring cup|kitchen scale|oven glove|apron|dish brush|paper cup|paper "
    "plate|toothpick|cocktail stick|"
    // Clothes and things people carry.
    "sock|shoe|boot|slipper|sandal|trainer|shoelace|glove|mitten|scarf|hat|cap|bonnet|beanie|"
    "helmet|jacket|coat|raincoat|"
    "jumper|sweater|cardigan|shirt|t-shirt|blouse|skirt|dress|pair of jeans|pyjamas|belt|tie|bow "
    "tie|handkerchief|umbrella|"
    "walking "
    "stick|cane|crutch|handbag|purse|wallet|backpack|rucksack|satchel|suitcase|briefcase|shopping "
    "bag|tote bag|keyring|"
    "key|car key|house keys|keys|bunch of "
    "keys|watch|wristwatch|necklace|bracelet|ring|earring|brooch|glasses|reading glasses|"
    "sunglasses|spectacles|glasses case|hearing aid|dentures|pill box|pill "
    "bottle|medicine|thermometer|inhaler|plaster|bandage|"
    "first aid kit|hairbrush|comb|hairpin|hair clip|hair dryer|toothbrush|toothpaste|tube of "
    "toothpaste|soap|bar of soap|"
    "shampoo bottle|razor|nail file|lipstick|mirror|towel|bath towel|hand "
    "towel|flannel|washcloth|toilet roll|toilet paper|"
    "tissue box|box of tissues|tissue|cotton bud|perfume bottle|button|sewing kit|thimble|needle "
    "case|spool of thread|"
    "ball of wool|knitting needles|knitting|pillow|cushion|blanket|duvet|hot water "
    "bottle|bedsheet|pillowcase|"
    // Living and office.
    "book|notebook|diary|magazine|newspaper|comic|letter|envelope|parcel|package|postcard|birthday "
    "card|stamp|photo album|"
    "picture "
    "frame|vase|flowerpot|flower|rose|tulip|bouquet|candle|candlestick|matchbox|ashtray|lighter|"
    "remote control|remote|"
    "tv remote|phone|mobile phone|tablet|laptop|charger|phone charger|charging cable|usb stick|usb "
    "cable|power bank|headphones|"
    "earphones|headset|microphone|webcam|mouse|keyboard|mouse mat|battery|light "
    "bulb|torch|flashlight|extension cord|adapter|"
    "plug|cable|camera|tripod|memory card|pen|ballpoint pen|fountain pen|pencil|crayon|marker|felt "
    "tip|highlighter|eraser|rubber|"
    "ruler|pencil sharpener|pencil case|stapler|staple remover|hole punch|paper clip|box of paper "
    "clips|rubber band|glue stick|"
    "bottle of glue|sticky tape|roll of tape|tape dispenser|scissors|pair of scissors|paper "
    "knife|clipboard|folder|ring binder|"
    "binder|file|report|document|contract|invoice|sheet of paper|sticky "
    "note|notepad|calendar|calculator|business card|badge|"
    "visitor badge|key card|lanyard|stack of papers|stack of chairs|envelope opener|whiteboard "
    "marker|whiteboard eraser|chalk|"
    "piece of chalk|globe|atlas|dictionary|textbook|exercise book|workbook|worksheet|school "
    "bag|lunchbox|compass|protractor|"
    "set square|paintbrush|paint tube|watercolours|tin of paint|easel|clay|"
    // Toys and sports.
    "ball|tennis ball|football|basketball|golf ball|ping-pong ball|beach ball|marble|doll|teddy "
    "bear|teddy|toy car|toy truck|"
    "toy train|toy robot|toy dinosaur|dinosaur|lego brick|building block|block|wooden "
    "block|cube|puzzle piece|jigsaw puzzle|puzzle|"
    "board game|playing card|deck of cards|dice|chess "
    "piece|chessboard|domino|kite|balloon|yo-yo|frisbee|skipping rope|hula hoop|"
    "spinning top|water pistol|bucket and spade|rubber duck|plush rabbit|stuffed "
    "elephant|puppet|drum|drumstick|tambourine|"
    "recorder|flute|violin|ukulele|whistle|trumpet|racket|tennis racket|badminton "
    "racket|shuttlecock|baseball bat|hockey stick|"
    "skateboard|roller skate|ice skate|dumbbell|yoga mat|water "
    "balloon|crown|cape|mask|wand|treasure map|tiara|"
    // Workshop, factory, lab.
    "hammer|mallet|screwdriver|phillips screwdriver|wrench|spanner|torque wrench|allen key|hex "
    "key|pliers|wire cutter|tweezers|"
    "chisel|file card|saw|hacksaw|drill|drill bit|drill chuck|cordless drill|soldering "
    "iron|multimeter|voltmeter|caliper|"
    "micrometer|tape measure|measuring tape|spirit level|level|clamp|vice "
    "grip|nail|screw|bolt|nut|washer|rivet|hinge|bracket|"
    "bearing|gear|cog|spring|gasket|o-ring|seal|valve|pipe|hose|hose "
    "clamp|fuse|relay|sensor|encoder|servo|motor|stepper motor|"
    "circuit board|heat sink|capacitor|resistor|led strip|connector|cable tie|spool of wire|wire "
    "spool|roll of solder|oil can|"
    "grease gun|spray can|can of paint|paint can|paint roller|putty knife|sanding "
    "block|sandpaper|glue gun|safety goggles|"
    "goggles|ear defenders|hard hat|dust mask|respirator|work glove|pair of gloves|toolbox|tool "
    "bag|crowbar|axe|rope|chain|"
    "padlock|hook|carabiner|pulley|funnel|jerrycan|fuel "
    "can|bucket|mop|broom|dustpan|duster|feather duster|cloth|rag|"
    "cleaning cloth|spray bottle|bottle of bleach|bin bag|cardboard box|crate|plastic "
    "crate|carton|bin lid|pallet label|barcode scanner|"
    "scanner|label printer|test tube|beaker|petri dish|pipette|flask of acid|microscope "
    "slide|magnifying glass|syringe|"
    "stethoscope|blood pressure cuff|bedpan|sample tube|sample|workpiece|part|spare "
    "part|housing|casing|blank|tile|brick|plank|"
    "board|stick|stone|pebble|shell|feather|leaf|twig|pine "
    "cone|acorn|log|rake|spade|shovel|trowel|watering can|garden hose|"
    "secateurs|flower bulb|seed packet|bag of soil|plant pot|bird feeder|birdhouse|dog bowl|dog "
    "lead|leash|collar|bone|chew toy|"
    "cat toy|fishing rod|lantern|tent peg|sleeping bag|water "
    "canister|coin|banknote|ticket|boarding pass|passport|map|brochure|"
    "leaflet|poster|flag|sign|sticker|ribbon|bow|gift|present|piggy bank|music "
    "box|figurine|statuette|trophy|medal|cup of tea|"
    "cup of coffee|glass of water|bottle of wine|bottle of water|bag of sweets|box of "
    "chocolates|box of nails|box of screws|thing|object|item";

constexpr std::string_view kBig =
    "table|dining table|coffee table|kitchen table|side table|bedside table|work table|folding "
    "table|desk|standing desk|chair|"
    "armchair|rocking chair|office chair|deck chair|high chair|stool|bar "
    "stool|bench|workbench|park bench|sofa|couch|footstool|"
    "bed|bunk bed|cot|hospital bed|mattress|wardrobe|cupboard|cabinet|filing cabinet|china "
    "cabinet|chest of drawers|dresser|"
    "bookcase|bookshelf|shelf|shelving unit|rack|coat rack|shoe rack|wine rack|hat "
    "stand|sideboard|counter|kitchen island|"
    "fridge|refrigerator|freezer|oven|stove|cooker|microwave|dishwasher|washing machine|tumble "
    "dryer|dryer|sink|bathtub|shower|"
    "toilet|radiator|heater|fireplace|stove pipe|fan|air conditioner|lamp|floor lamp|desk "
    "lamp|standard lamp|chandelier|tv|"
    "television|television set|stereo|piano|grand piano|organ|guitar|harp|drum kit|aquarium|fish "
    "tank|birdcage|rabbit hutch|"
    "dog basket|kennel|cat tree|litter tray|christmas tree|house plant|potted plant|palm "
    "tree|cactus|ficus|mirror|wall clock|"
    "grandfather clock|cuckoo "
    "clock|painting|picture|statue|globe|curtain|rug|carpet|doormat|door|front door|back door|"
    "sliding door|glass door|fire door|garage door|window|french window|gate|garden "
    "gate|stairs|staircase|ladder|stepladder|"
    "banister|railing|wall|pillar|column|corner|archway|elevator|lift|escalator|ramp|printer|"
    "copier|photocopier|3d printer|"
    "plotter|shredder|server rack|computer|monitor|screen|projector|whiteboard|blackboard|flip "
    "chart|notice board|noticeboard|"
    "lectern|podium|vending machine|coffee machine|water cooler|water dispenser|photo booth|ticket "
    "machine|cash desk|till|"
    "letterbox|mailbox|phone booth|fire extinguisher|fire alarm|fuse box|switchboard|control "
    "panel|control cabinet|lathe|"
    "milling machine|drill press|band saw|table saw|grinder|welding robot|welding "
    "bench|press|conveyor|conveyor belt|"
    "assembly line|packing station|robot cell|robot arm|crane|hoist|forklift|pallet|pallet "
    "rack|pallet jack|hand truck|barrel|"
    "oil drum|gas "
    "cylinder|container|compressor|generator|pump|boiler|tank|vat|furnace|kiln|anvil|car|van|truck|"
    "bus|tractor|"
    "trailer|caravan|motorbike|bicycle|scooter|wheelchair|walker|pram|pushchair|stroller|shopping "
    "trolley|tree|apple tree|oak|"
    "hedge|bush|rose bush|flower "
    "bed|pond|fountain|shed|greenhouse|swing|slide|sandpit|seesaw|climbing frame|goal|trampoline|"
    "tent|barbecue|garden chair|sunlounger|parasol|fence|compost "
    "heap|wheelbarrow|lawnmower|dustbin|rubbish bin|charging dock|"
    "wireless charger|turnstile|reception counter|information board|exhibit|dinosaur "
    "skeleton|puppet theatre|doll's house|toy box|"
    "blue line|yellow line|traffic cone|cone|barrier|marker|arrow|sign|stop sign|traffic "
    "light|billboard|lamp post|bollard";

constexpr std::string_view kSurfaces =
    "table|coffee table|dining table|kitchen table|side table|bedside "
    "table|desk|workbench|bench|counter|worktop|kitchen counter|"
    "windowsill|window sill|shelf|top shelf|bottom shelf|middle "
    "shelf|rack|chair|stool|armchair|sofa|couch|bed|floor|ground|"
    "carpet|rug|mat|doormat|tray|plate|bowl|fruit bowl|basket|laundry basket|bread "
    "basket|bin|rubbish bin|waste bin|recycling bin|"
    "wastepaper basket|paper bin|trash can|trash|box|toy box|cardboard box|tool "
    "box|toolbox|crate|drawer|top drawer|cutlery drawer|"
    "cupboard|cabinet|medicine "
    "cabinet|wardrobe|fridge|freezer|oven|microwave|sink|bucket|bag|shopping bag|backpack|suitcase|"
    "pocket|letterbox|mailbox|in tray|out tray|inbox tray|pallet|conveyor|conveyor "
    "belt|cart|trolley|tea trolley|serving trolley|"
    "platform|scale|scales|pedestal|stand|holder|cup holder|umbrella "
    "stand|vase|pot|saucepan|dishwasher|washing machine|hamper|"
    "dog basket|dog "
    "bowl|aquarium|nest|nightstand|sideboard|mantelpiece|piano|radiator|footstool|ottoman|parts "
    "bin|scrap bin|"
    "fixture|vice|chuck|test rig|jig|sample holder|test "
    "stand|slot|tote|locker|safe|pigeonhole|display case|teacher's desk|"
    "reception desk|printer tray|paper tray|pencil case|wheelbarrow|compost bin|flower "
    "bed|sandpit|lawn|garden table|picnic blanket|"
    "chopping board|draining board|dish rack|coat hook|hook|peg|hat stand|shoe rack|sample "
    "rack|charging pad|coaster|napkin|pillow|"
    "blanket|stack|pile|scale pan|collection box|donation box|ballot box|lost property box|return "
    "box|red cross|marked square";

constexpr std::string_view kPlaces =
    "kitchen|living room|bedroom|guest room|bathroom|hall|hallway|corridor|entrance|front "
    "entrance|exit|emergency exit|door|"
    "front door|back "
    "door|doorway|porch|garage|cellar|basement|attic|balcony|terrace|patio|garden|back "
    "garden|courtyard|lawn|"
    "driveway|nursery|playroom|children's room|study|library|dining room|sitting "
    "room|lounge|conservatory|laundry room|pantry|"
    "larder|utility room|storeroom|storage room|broom cupboard|office|manager's office|open-plan "
    "office|meeting room|"
    "conference room|boardroom|break room|staff "
    "room|canteen|cafeteria|lobby|foyer|reception|reception desk|front desk|"
    "waiting room|copy room|print room|mail room|server room|archive|lift|lift "
    "lobby|elevator|stairwell|workshop|tool store|"
    "tool crib|warehouse|loading bay|loading dock|goods-in area|goods entrance|packing "
    "area|assembly area|paint shop|"
    "machine hall|production hall|test bench|test area|inspection station|welding station|quality "
    "lab|laboratory|lab|clean room|"
    "control room|charging station|charging point|charging dock|charger|docking station|dock|home "
    "position|home base|base|"
    "start point|starting point|start line|finish line|parking spot|parking space|parking area|car "
    "park|bus stop|tram stop|"
    "train station|platform|ticket office|gate|main gate|checkpoint|security "
    "desk|classroom|computer room|art room|music room|"
    "science lab|gym|sports hall|changing room|assembly hall|headteacher's office|school "
    "yard|playground|sandpit|staircase|"
    "ward|nurses' station|operating theatre|x-ray room|pharmacy|treatment room|therapy room|day "
    "room|visitors' area|chapel|"
    "stage|auditorium|cloakroom|cinema|museum shop|gift shop|shop|bakery|checkout|fitting "
    "room|shelf|aisle|stockroom|"
    "greenhouse|shed|barn|stable|chicken coop|orchard|pond|vegetable patch|flower "
    "bed|hedge|compost heap|well|hut|"
    "corner|far corner|left corner|right corner|window|big window|wall|far wall|middle of the "
    "room|centre of the room|"
    "end of the corridor|end of the hall|other end of the room|top of the ramp|bottom of the "
    "stairs|edge of the carpet|"
    "other side of the room|left side of the hall|line|yellow line|white line|red mark|mark on the "
    "floor|marker|waypoint|"
    "assembly point|meeting point|pick-up point|drop-off point|delivery point|information "
    "desk|help desk|ticket counter|bar|"
    "snack "
    "bar|buffet|table|sofa|fireplace|bookcase|fridge|sink|stove|bed|desk|workbench|toilet|ladies' "
    "room|smoking area|"
    "roof terrace|helipad|runway|hangar|pier|boathouse|pool|swimming pool|sauna|tennis "
    "court|football pitch|bus shelter";

constexpr std::string_view kNumbered =
    "dock|room|bay|station|gate|platform|aisle|rack|shelf|table|desk|cell|line|lane|hall|zone|"
    "sector|building|office|lab|"
    "ward|bed|workstation|machine|press|slot|bin|locker|waypoint|checkpoint|marker|point|position|"
    "charger|loading bay|"
    "meeting room|conference room|classroom|packing station|assembly line|parking "
    "space|door|level|warehouse|container|tray|"
    "storage area|pallet|conveyor|test bench|robot cell|counter|booth|stand";

constexpr std::string_view kPeople =
    "man|woman|boy|girl|child|kid|baby|toddler|lady|gentleman|old man|old "
    "lady|teacher|pupil|student|headmaster|headteacher|"
    "caretaker|janitor|nurse|doctor|surgeon|patient|visitor|guest|customer|receptionist|manager|"
    "boss|director|secretary|"
    "assistant|colleague|intern|trainee|apprentice|engineer|technician|electrician|mechanic|welder|"
    "operator|foreman|supervisor|"
    "worker|driver|courier|postman|postwoman|delivery man|cleaner|cleaning lady|security "
    "guard|guard|policeman|firefighter|"
    "cook|chef|waiter|waitress|baker|gardener|farmer|neighbour|neighbor|tourist|guide|tour "
    "guide|photographer|artist|musician|"
    "pianist|dancer|actor|clown|magician|librarian|shopkeeper|cashier|inspector|auditor|professor|"
    "lecturer|scientist|"
    "bride|groom|birthday girl|birthday "
    "boy|babysitter|grandmother|grandfather|mother|father|sister|brother|aunt|uncle|cousin|"
    "wife|husband|son|daughter|grandson|granddaughter|friend|team leader|project "
    "leader|physiotherapist|pharmacist|dentist|"
    "carer|twins|children|kids|group|crowd|team|tour "
    "group|class|family|guests|visitors|leader|person|referee|coach|captain";

constexpr std::string_view kAnimals =
    "dog|cat|puppy|kitten|hamster|guinea "
    "pig|rabbit|bunny|parrot|budgie|canary|tortoise|turtle|goldfish|mouse|rat|ferret|"
    "hedgehog|squirrel|fox|horse|pony|donkey|cow|calf|goat|sheep|lamb|pig|piglet|chicken|hen|"
    "rooster|duck|duckling|goose|swan|"
    "pigeon|sparrow|robin|owl|frog|toad|lizard|snail|spider|beetle|ladybird|butterfly|bee|poodle|"
    "labrador|dachshund|terrier|"
    "sheepdog|guide dog|tomcat|snake|chameleon|peacock|llama|alpaca|penguin|seal";

constexpr std::string_view kMovers =
    "cleaning cart|cart|trolley|forklift|pallet truck|tugger train|delivery robot|other "
    "robot|cleaning robot|robot vacuum|"
    "vacuum cleaner|lawn mower|golf "
    "cart|wheelchair|pram|pushchair|bicycle|scooter|tricycle|bike|van|truck|tractor|toy train|"
    "toy car|remote-controlled car|drone|bus|tea trolley|laundry cart|food cart|mail cart|tow "
    "tractor|leading vehicle|"
    "vehicle in front|procession|parade|line on the floor|blue line|yellow line|wall|track|guide "
    "wire|painted line|ball|balloon|"
    "hospital bed|shopping trolley|supply cart|medicine cart|transport robot|carrier|reach "
    "truck|scissor lift";

constexpr std::string_view kNames =
    "Anna|Tom|Ben|Lisa|Peter|Maria|John|Sarah|Emma|Paul|Julia|Max|Laura|Felix|Lucy|Jack|Oliver|"
    "Harry|George|Charlie|Sophie|"
    "Emily|Grace|Ella|Mia|Noah|Liam|Lucas|Leo|Oscar|Henry|Alice|Clara|Nina|Eva|Ida|Rosa|Carlos|"
    "Diego|Pablo|Lucia|Marco|Luca|"
    "Giulia|Pierre|Marie|Chloe|Hans|Klaus|Ingrid|Sven|Astrid|Bjorn|Ivan|Olga|Natasha|Boris|Dmitri|"
    "Yuki|Kenji|Wei|Li Na|Ahmed|"
    "Fatima|Omar|Aisha|Raj|Priya|Anil|Kofi|Amara|David|Daniel|Michael|James|Robert|William|Thomas|"
    "Mark|Steve|Susan|Linda|Karen|"
    "Nancy|Betty|Helen|Ruth|Edith|Agnes|Walter|Arthur|Frank|Fred|Gerald|Doris|Mabel|Ethel|Mrs "
    "Brown|Mr Smith|Mrs Patel|Mr Miller|"
    "Dr Lee|Dr Weber|Ms Garcia|Mr Jones|Mrs Higgins|Miss Taylor|Professor Stein|Nurse Kelly|Frau "
    "Schmidt|Bella|Rex|Fluffy|Rover|Luna|"
    "Milo|Kim|Sam|Alex|Jo|Robin|Kate|Amy|Zoe|Theo|Finn|Lena|Jonas|Tim|Nora|Hugo|Ethan|Hannah|"
    "Martha|Stella|Ruby|Jasper|Toby|Vera|Otto";

constexpr std::string_view kRelatives =
    "Grandpa|Grandma|Granny|Grandad|Mum|Mom|Mummy|Mommy|Dad|Daddy|Nana|Auntie|Uncle Bob|Aunt "
    "Mary|Uncle Joe|Auntie Sue|Papa|Mama|"
    "Grandmother|Grandfather|Nan|Aunt May|Uncle Ted|Santa";

constexpr std::string_view kColours =
    "red|blue|green|yellow|white|black|orange|purple|pink|brown|grey|gray|silver|golden|beige|"
    "turquoise|violet|dark blue|"
    "light blue|dark green|light green|dark red|navy blue|cream|bright red|pale "
    "yellow|crimson|maroon|teal|magenta|lime green";

constexpr std::string_view kAdjectives =
    "big|small|large|little|tiny|huge|long|short|tall|narrow|wide|thin|thick|flat|round|square|"
    "oval|heavy|light|old|new|brand new|"
    "clean|dirty|dusty|empty|full|half-empty|half-full|broken|cracked|rusty|shiny|soft|hard|wet|"
    "dry|warm|cold|hot|fresh|ripe|"
    "rotten|open|closed|locked|folded|crumpled|torn|bent|straight|left|right|upper|lower|front|"
    "rear|middle|second|third|first|"
    "last|next|other|spare|lost|missing|forgotten|favourite|favorite|best|good|free|vacant|used|"
    "unused|striped|spotted|chequered|"
    "checked|patterned|plain|colourful|fluffy|furry|woolly|smooth|rough|sharp|blunt|pointy|noisy|"
    "quiet|sleepy|electric|electronic|"
    "cordless|portable|foldable|disposable|antique|modern|cheap|expensive|fancy|pretty|ugly|lovely|"
    "cute|funny|strange|special|"
    "main|nearest|fragile|sealed|unopened|opened|packed|loaded|damaged|defective|faulty|labelled|"
    "unlabelled|marked|numbered|"
    "upside-down|half-eaten|mouldy|leaky|leaking|wobbly|squeaky|sticky|greasy|oily|muddy|sandy|"
    "frozen|boiled|ancient|giant|mini";

constexpr std::string_view kSuperlatives =
    "biggest|smallest|largest|tallest|longest|shortest|heaviest|lightest|nearest|closest|farthest|"
    "furthest|oldest|newest|thickest|"
    "thinnest|widest|narrowest|cleanest|dirtiest|brightest|darkest|softest|highest|lowest|leftmost|"
    "rightmost|topmost|cheapest|"
    "roundest|prettiest|ripest|emptiest|fullest|next|last|first";

constexpr std::string_view kMaterials =
    "wooden|metal|plastic|glass|steel|leather|rubber|cardboard|paper|cotton|woollen|silk|velvet|"
    "ceramic|porcelain|brass|copper|"
    "aluminium|stainless "
    "steel|stone|marble|wicker|wire|foam|straw|bamboo|oak|pine|china|crystal|iron|tin|cloth|canvas|"
    "denim|"
    "coffee|tea|kitchen|garden|office|school|bathroom|baby|dog|cat|bird|beach|travel|work|sports|"
    "music|paint|tool|spare|winter|"
    "summer|christmas|birthday|laundry|toy|safety|test|sample|emergency|guest|children's|ladies'|"
    "men's|workshop|camping|party|"
    "fruit|vegetable|bread|milk|soup|chocolate|storage|charging|demo|prototype|calibration|"
    "cleaning|corner|wall|ceiling|floor";

constexpr std::string_view kParts =
    "handle|lid|leg|legs|wheel|wheels|label|sticker|strap|screen|button|buttons|cushion|drawer|"
    "door|cover|top|bottom|back|seat|"
    "spout|zip|pocket|stripe|stripes|dots|spots|flowers|stars|pattern|bow|ribbon|barcode|number|"
    "name tag|logo|flag|lamp|light|"
    "roof|frame|base|arm|arms|ears|tail|collar|hat|coat|glasses|beard|umbrella|bag|scarf|jacket|"
    "vest|helmet|backpack|lamp shade";

using List = std::vector<std::string_view>;

}  // namespace

#define GN_WORD_LIST(name, text)                            \
  const List& name() {                                      \
    static const List* const kList = new List(Split(text)); \
    return *kList;                                          \
  }

GN_WORD_LIST(SmallThings, kSmall)
GN_WORD_LIST(BigThings, kBig)
GN_WORD_LIST(Surfaces, kSurfaces)
GN_WORD_LIST(Places, kPlaces)
GN_WORD_LIST(Numbered, kNumbered)
GN_WORD_LIST(People, kPeople)
GN_WORD_LIST(Animals, kAnimals)
GN_WORD_LIST(Movers, kMovers)
GN_WORD_LIST(Names, kNames)
GN_WORD_LIST(Relatives, kRelatives)
GN_WORD_LIST(Colours, kColours)
GN_WORD_LIST(Adjectives, kAdjectives)
GN_WORD_LIST(Superlatives, kSuperlatives)
GN_WORD_LIST(Materials, kMaterials)
GN_WORD_LIST(Parts, kParts)

#undef GN_WORD_LIST

}  // namespace ganglion::learn::english
