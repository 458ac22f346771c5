#include "ganglion/learn/data/english_sayings.h"

#include "ganglion/learn/data/english_nouns.h"
#include "ganglion/learn/data/english_style.h"
#include "ganglion/learn/data/english_target.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::english {
namespace {

constexpr const char* kShort[] = {
    "(hello|hi|hey|hi there|hello there|howdy|ahoy|greetings|good day|hullo)",
    "good (morning|evening|afternoon|night|day)",
    "(thank you|thanks|many thanks|thanks a lot|thank you very much|cheers)",
    "(goodbye|bye|bye bye|see you|see you later|see you soon|farewell|so long|take care|see you "
    "tomorrow)",
    "(sorry|i am sorry|i'm sorry|pardon|excuse me|excuse me please|beg your pardon|my apologies)",
    "(yes|no|ok|okay|maybe|of course|sure|all right|alright|no problem|you're welcome)",
    "(well done|bravo|good job|great job|nice "
    "work|congratulations|hooray|hurrah|wow|oops|ouch|cool|super|amazing)",
    "(happy birthday|merry christmas|happy new year|happy easter|happy anniversary|get well soon)",
    "(welcome|welcome home|welcome back|nice to meet you|how are you|how do you do|pleased to meet "
    "you)",
    "(good luck|bon appetit|enjoy your "
    "meal|cheese|smile|surprise|ta-da|abracadabra|peekaboo|boo|bless you)",
    "(attention|attention please|careful|look out|watch out|mind your head|mind the step|make "
    "way|coming through)",
    "(ready|i am ready|i'm ready|done|finished|all done|task complete|system ready|all clear|stand "
    "by|battery low)",
    "(sweet dreams|sleep well|wake up|rise and shine|hush|quiet please|silence please|be quiet)",
    "(i love you|i like you|i missed you|you are great|you look nice|you are my friend|nice hat)",
    "(ho ho ho|ha ha ha|woof|meow|beep|beep beep|moo|quack|choo choo|vroom|tick tock|la la "
    "la|knock knock)",
    "(one two three|ready steady go|three two one|on your marks|let's go|here we go|off we "
    "go|time's up|game over)",
};

constexpr const char* kNews[] = {
    "$name (is|was|will be) (here|late|ready|sick today|in the $noun|waiting for you|next|on "
    "holiday|very happy|looking for the $noun|back at four)",
    "(your|my|our|her|his) $noun (is|was) (lovely|too old|on the $noun2|in the $noun2|in the "
    "way|blue|not here|next to the $noun2|very nice|finished)",
    "(please|could you|everybody|kindly) "
    "(bring|take|move|clean|check|open|close|fetch|leave|watch|return|find) (the|my|your|our) "
    "$noun",
    "(number|order|ticket|customer|table|room|bus) (seventeen|four|12|twenty three|nine|205) "
    "(please|is ready|is next|is cancelled|is free|is delayed)",
    "(flight|train|bus) (232|nine|forty two) is (delayed|boarding|late|cancelled|on time)",
    "the (code|password|number|answer|price) is (4711|seven|forty two|blue $noun|nine nine two)",
    "(nobody|everyone|no one|somebody|who) (likes|has|took|found|wants|needs) (the|my|your|a) "
    "$noun",
    "(today|tomorrow|tonight|on friday|at noon|later) (we|you|they|i) "
    "(eat|clean|paint|visit|open|close|test|inspect|celebrate in) the $noun",
    "$name (and|or) $name2 (won the game|have to come down|are invited|can go home|are late|should "
    "wait)",
    "(the|this|our|that) $noun (weighs|costs|measures|needs) (two|five|ten|a hundred) "
    "(kilos|euros|metres|batteries|minutes)",
    "(dinner|lunch|breakfast|tea|supper|the cake|the soup|the food|coffee|the pizza) is "
    "(ready|served|getting cold|almost ready|on the table)",
    "the (meeting|lesson|film|show|concert|match|tour|party|class|exam|game|break|shift|training) "
    "(starts|begins|ends|is over|is starting|has started|is cancelled|starts in five "
    "minutes|begins at noon|starts at three|is in room four|has been moved)",
    "the "
    "(bus|train|taxi|doctor|plumber|postman|courier|ambulance|boss|delivery|guest|lift|elevator) "
    "(is here|has arrived|is late|is coming|is waiting outside|will be here soon|is on the way|is "
    "out of order)",
    "(i am|i'm|we are|we're|she is|he is|they are|you are) "
    "(ready|late|hungry|tired|happy|lost|sorry|on my way|almost there|finished|at home|not "
    "here|busy|very proud|leaving now|back|stuck|going out|in the kitchen|coming soon)",
    "(it is|it's) (time to go|time for bed|bedtime|getting late|raining|snowing|your turn|too "
    "loud|very cold|almost midnight|time for lunch|five o'clock|a lovely day|half past eight|home "
    "time|monday)",
    "the $noun is (ready|broken|empty|full|clean|dirty|on "
    "fire|missing|here|gone|closed|open|free|locked|wet|upstairs|under the table|very heavy|out of "
    "order)",
    "(someone|somebody|the cat|the dog|anna|my brother|grandma|a visitor|the teacher|a customer) "
    "(is at the door|is waiting|called|needs help|is outside|wants to talk to you|ate the cake|is "
    "asleep|is looking for you)",
    "there (is|will be) (a fire drill|cake in the kitchen|a visitor downstairs|a surprise|no "
    "school tomorrow|fresh coffee|a parcel at reception|a leak in the cellar|someone at the "
    "door|ice cream) ",
    "(please|you should|everyone should|visitors must|they must|you have to|you can|we need to) "
    "(leave the room|wash their hands|wash your hands|be quiet|come inside|sit down|line up|wait "
    "outside|close the windows|mind the gap|stay behind the line|wear a helmet|come "
    "downstairs|come to the $noun|hurry up|tidy up|put on your shoes|keep calm|go home now)",
    "(the|her|his|your|my|their) "
    "(shoes|keys|parcel|car|taxi|order|documents|glasses|laundry|homework|bike|appointment|results)"
    " (is|are) (ready|here|in the hall|on the table|waiting|too big|at reception|next to the "
    "$noun|lost)",
    "(lunch|dinner|the break|the test|the next tour|the visit|the inspection) is at "
    "(one|noon|two|half past three|six|seven o'clock|eleven thirty)",
    "i (will be back soon|am proud of you|love you|need help|found the $noun|cannot find the "
    "$noun|have no idea|need a $noun|saw the $noun|lost the $noun|will be late|am coming home|like "
    "your $noun)",
    "(everything|all) is (fine|all right|ready|under control|in order|clean)",
    "(we|they) (won|lost|are going home|need more $noun|are out of milk|close at six|are "
    "closing|have a new $noun|moved to the $noun|meet at the $noun)",
};

constexpr const char* kSpoken[] = {
    "(please|everybody|everyone|children|ladies and gentlemen|dear guests|dear "
    "customers|attention) $news",
    "(can i help you|may i pass|where is the $noun|who is there|what is your name|do you need "
    "help|would you like some tea|are you all right|shall we start|is anyone home|who wants ice "
    "cream|did you see my $noun|how was your day|whose $noun is this)",
    "(please|kindly) (step aside|keep back|stand back|let me pass|follow me|do not touch|take a "
    "seat|close the door|hold the $noun|mind the $noun|keep the door shut|wait here|move the "
    "$noun|wear your $noun|keep left|go home|take a ticket)",
    "(welcome to|this is|here is|look at|long live|beware of|never mind|who left|nice) "
    "(our|the|my|your) $noun",
    "(my name is|i am called|this is|i come from) $name",
    "$short(,|) $name",
    "$short( and |, )$short",
    "(robot|forklift|truck|vehicle|caution|danger|warning) "
    "(reversing|passing|coming|ahead|turning|in operation|crossing)",
    "(test|test one two|testing|alarm|test passed|test failed|error|step (one|two|three) "
    "(done|complete)|check complete|cycle finished|sequence complete|door open|arm raised|part "
    "(loaded|missing)|pallet (full|empty)|shift (over|change)|initialising|calibration done|object "
    "detected|goal reached)",
    "(once upon a time|the early bird catches the worm|practice makes perfect|an apple a day keeps "
    "the doctor away|better late than never|home sweet home|time flies|easy peasy|long time no "
    "see|see you later alligator|break a leg|piece of cake|rock and roll)",
    "(no|more|less|fresh|free) $noun (please|today|for everyone|here|left)",
    "$noun",
    "$noun and $noun2",
    "$word",
    "$word $word2",
    "$word $noun $word2",
    "$name(, | )$news",
};

}  // namespace

std::string DrawShortSaying(Rng& rng) { return Expand(rng, Pick(rng, kShort)); }

std::string DrawNews(Rng& rng) {
  return Tidy(Expand(rng, Pick(rng, kNews),
                     {{"noun", PlainNoun(rng)},
                      {"noun2", PlainNoun(rng)},
                      {"name", Pick(rng, Names())},
                      {"name2", Pick(rng, Names())}}));
}

std::string DrawSaying(Rng& rng) {
  if (rng.Chance(0.35)) return DrawShortSaying(rng);
  if (rng.Chance(0.3)) return DrawNews(rng);
  const std::string short_one = DrawShortSaying(rng);
  const std::string name(Pick(rng, Names()));
  return Tidy(Expand(rng, Pick(rng, kSpoken),
                     {{"noun", PlainNoun(rng)},
                      {"noun2", PlainNoun(rng)},
                      {"news", DrawNews(rng)},
                      {"short", short_one},
                      {"name", name},
                      {"word", InventedWord(rng)},
                      {"word2", InventedWord(rng)}}));
}

}  // namespace ganglion::learn::english
