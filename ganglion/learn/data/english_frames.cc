#include "ganglion/learn/data/english_frames.h"

#include "ganglion/learn/data/english_nouns.h"
#include "ganglion/learn/data/english_target.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::english {
namespace {

// $do: the imperative. $doing: its gerund.
constexpr const char* kPolite[] = {"could you $do",
                                   "could you please $do",
                                   "can you $do",
                                   "can you please $do",
                                   "would you please $do",
                                   "would you $do",
                                   "please $do",
                                   "please $do",
                                   "$do please",
                                   "$do, please",
                                   "kindly $do",
                                   "would you be so kind as to $do",
                                   "would you be so kind and $do",
                                   "would you be able to $do",
                                   "i'd be grateful if you could $do",
                                   "i would appreciate it if you could $do",
                                   "could i ask you to $do",
                                   "may i ask you to $do",
                                   "do you think you could $do",
                                   "i was wondering if you could $do",
                                   "if you don't mind, $do",
                                   "if it's no trouble, $do",
                                   "if you would, $do",
                                   "when you get a chance, $do",
                                   "be so good as to $do",
                                   "might you $do",
                                   "could you possibly $do",
                                   "i'd like you to $do",
                                   "i would like you to $do",
                                   "i'd like to ask you to $do",
                                   "do me a favour and $do",
                                   "would it be possible for you to $do",
                                   "$do if you please",
                                   "$do, if you don't mind",
                                   "$do, would you",
                                   "can i get you to $do",
                                   "it would be lovely if you could $do",
                                   "you may $do now",
                                   "could you just $do",
                                   "please be so kind as to $do",
                                   "i kindly ask you to $do",
                                   "would you kindly $do",
                                   "$do, thank you",
                                   "can you $do for me"};
constexpr const char* kPoliteGerund[] = {
    "would you mind $doing", "would you mind $doing please", "do you mind $doing",
    "how about $doing",      "i'd appreciate you $doing",    "what about $doing",
    "start by $doing",       "i suggest $doing now",         "may i trouble you with $doing"};
constexpr const char* kPlain[] = {"$do",
                                  "$do",
                                  "$do",
                                  "$do",
                                  "$do",
                                  "$do",
                                  "$do",
                                  "$do",
                                  "$do now",
                                  "just $do",
                                  "now $do",
                                  "please $do",
                                  "i want you to $do",
                                  "i need you to $do",
                                  "you should $do",
                                  "you can $do now",
                                  "go ahead and $do",
                                  "let's see you $do",
                                  "you need to $do",
                                  "it's time to $do",
                                  "time to $do",
                                  "ok, $do",
                                  "okay, $do",
                                  "righto, $do",
                                  "alright, $do",
                                  "so, $do",
                                  "well, $do",
                                  "can you $do",
                                  "will you $do",
                                  "you have to $do",
                                  "try to $do",
                                  "be quick and $do",
                                  "i'd like you to $do",
                                  "your job is to $do",
                                  "your task: $do",
                                  "next thing: $do",
                                  "you're supposed to $do",
                                  "the plan is to $do",
                                  "what i want is for you to $do",
                                  "make sure to $do",
                                  "make sure you $do",
                                  "don't forget to $do",
                                  "remember to $do",
                                  "you may $do",
                                  "you'd better $do",
                                  "all you have to do is $do",
                                  "simply $do",
                                  "quick, $do",
                                  "hurry, $do",
                                  "why don't you $do",
                                  "you ought to $do",
                                  "get ready and $do"};
constexpr const char* kChild[] = {"can you $do",
                                  "$do",
                                  "$do!",
                                  "please please $do",
                                  "pretty please $do",
                                  "hey, $do!",
                                  "you have to $do",
                                  "you must $do now",
                                  "i want you to $do",
                                  "come on, $do",
                                  "$do, okay?",
                                  "$do, it's fun!",
                                  "now you $do!",
                                  "let's play, $do",
                                  "will you $do for me",
                                  "$do, i dare you",
                                  "my turn is over, now you $do",
                                  "we're playing, $do!",
                                  "mummy says you should $do",
                                  "my dad says you can $do",
                                  "look, $do!",
                                  "yay, $do!",
                                  "$do like a real robot",
                                  "pretend you are a robot and $do",
                                  "it's your turn, $do",
                                  "i bet you can $do",
                                  "$do or i'll be sad",
                                  "$do so i can see it",
                                  "can you please please please $do",
                                  "now $do, please",
                                  "show me how you $do",
                                  "teacher says you have to $do",
                                  "robot, $do!"};
constexpr const char* kElderly[] = {"$do would you dear",
                                    "$do, would you, dear",
                                    "$do, there's a good lad",
                                    "$do, there's a dear",
                                    "be a dear and $do",
                                    "be a good boy and $do",
                                    "be an angel and $do",
                                    "would you be so kind as to $do",
                                    "$do for me, love",
                                    "$do will you",
                                    "my dear, $do",
                                    "now then, $do",
                                    "dear, could you $do",
                                    "$do, there's a good robot",
                                    "if you'd be so good, $do",
                                    "oh do be a darling and $do",
                                    "i'd be ever so grateful if you could $do",
                                    "young man, $do",
                                    "sweetheart, $do please",
                                    "could you $do for an old lady",
                                    "my legs are not what they were, $do",
                                    "my back is bad today, so $do",
                                    "$do, my boy",
                                    "do $do, dear",
                                    "love, would you $do",
                                    "$do now, there's a good chap",
                                    "just $do for me, pet",
                                    "bless you, $do"};
constexpr const char* kOffice[] = {"could you $do",
                                   "please $do",
                                   "would you $do",
                                   "can you $do, please",
                                   "i need you to $do",
                                   "before the meeting, please $do",
                                   "when you have time, $do",
                                   "for the visitors, please $do",
                                   "for the demo, $do",
                                   "could you quickly $do",
                                   "we'd like you to $do",
                                   "the boss wants you to $do",
                                   "please $do before lunch",
                                   "could you please $do for the meeting",
                                   "be so kind and $do",
                                   "as discussed, please $do",
                                   "team request: $do",
                                   "for the presentation, $do",
                                   "the customer would like you to $do",
                                   "kindly $do",
                                   "action item: $do",
                                   "next on the agenda: $do"};
constexpr const char* kTechnician[] = {"$do",
                                       "$do",
                                       "$do",
                                       "$do",
                                       "command: $do",
                                       "execute: $do",
                                       "next: $do",
                                       "task: $do",
                                       "unit 4, $do",
                                       "rover, $do",
                                       "for calibration, $do",
                                       "test: $do",
                                       "proceed to $do",
                                       "new order: $do",
                                       "cmd: $do",
                                       "$do, over",
                                       "$do, confirm when done",
                                       "sequence start: $do",
                                       "$do for the test",
                                       "service mode: $do",
                                       "maintenance check: $do",
                                       "$do, if ready"};
constexpr const char* kNonnative[] = {"please to $do",
                                      "you must $do",
                                      "you will $do",
                                      "you $do please",
                                      "please you $do",
                                      "i want that you $do",
                                      "i wish that you $do",
                                      "you shall $do",
                                      "it is necessary that you $do",
                                      "be so good and $do",
                                      "can you to $do please",
                                      "can you please to $do",
                                      "i have need that you $do",
                                      "would be nice if you $do",
                                      "you $do now",
                                      "please, you must $do",
                                      "i would like that you $do",
                                      "please make that you $do",
                                      "it needs to $do",
                                      "you have to $do now please",
                                      "robot must $do",
                                      "now you must $do",
                                      "could you be so kind to $do",
                                      "i like you to $do",
                                      "make please: $do",
                                      "please do: $do",
                                      "you should to $do",
                                      "is possible that you $do?",
                                      "help me please and $do",
                                      "i ask you please $do",
                                      "you do $do please",
                                      "want you $do",
                                      "please for me $do",
                                      "do you can $do",
                                      "you now $do, yes",
                                      "i pray you, $do"};

constexpr const char* kNameBefore[] = {"robo",       "rover",        "robot",
                                       "hey rover",  "hey robot",    "hey robo",
                                       "hey",        "hi robot",     "hello rover",
                                       "ok rover",   "okay robot",   "buddy",
                                       "hey buddy",  "hey you",      "listen",
                                       "dear robot", "my friend",    "hello robot",
                                       "mr robot",   "little robot", "ok robo",
                                       "look here",  "excuse me",    "hey there",
                                       "robbie",     "attention",    "pal",
                                       "sir robot",  "oi",           "oh",
                                       "hello",      "hello there",  "good morning robot",
                                       "hi rover",   "machine",      "you there",
                                       "robby"};
constexpr const char* kNameAfter[] = {
    "robo",         "rover",        "robot",         "buddy",       "my friend",  "mate",
    "pal",          "little one",   "old friend",    "robby",       "darling",    "dear",
    "my dear",      "love",         "champ",         "kiddo",       "okay",       "ok",
    "alright",      "right now",    "now",           "thanks",      "thank you",  "cheers",
    "many thanks",  "thanks a lot", "straight away", "if you can",  "for me",     "would you",
    "will you",     "can you",      "at once",       "immediately", "that's all", "that is all",
    "there you go", "good robot",   "if possible"};

// Reasons that ask for nothing. $n: a thing; $p: somebody; $m: another thing.
constexpr const char* kReasonsBefore[] = {
    "the $n can't get past you",
    "$p can't get past you",
    "$p is coming (through|in|along|home|back)",
    "i can't see the $n (from here|properly|behind you)",
    "you're (blocking|in front of|hiding) the $n",
    "there's a $n (behind|above|below|next to|in front of|near) you",
    "$p wants to see (that|it|something|what you can do)",
    "i (dropped|lost|forgot|broke|found|need|want|like|bought|moved|cleaned) (my|the|a) $n",
    "it's (too dark|very dark|rather noisy|cold|hot|late|early|nearly noon|wet) (here|in "
    "here|outside|today)",
    "we (need|are missing|have|want|are waiting for) (a|the|that|more) $n",
    "my (back|knee|hip|leg|shoulder|foot) hurts",
    "i'm (tired|busy|cooking|on the phone|in a hurry|stuck|cold|bored|in bed|too short|not "
    "well|curious|in the bath|eating)",
    "$p (is|was) (here|tired|late|hungry|asleep|at the door|waiting|not well|on the phone|busy|in "
    "the garden)",
    "the $n is (in the way|too heavy for me|out of reach|empty|missing|behind you|dirty|on the "
    "floor|right there|wrong|new|full|gone|blocked)",
    "somebody is (in your way|behind you|at the door|waiting|coming|asleep)",
    "you (bumped into|are too close to|have nearly hit|scratched|drove past|missed|forgot) (the "
    "$n|$p)",
    "the (meeting|lesson|film|game|show|shift|visit) (starts soon|is over|has begun|begins in an "
    "hour|was long)",
    "there is (a|another) $n (in the way|on the floor|over there|here|too many)",
    "i (can't|cannot) (bend|reach it|walk so far|see so well|get up|find my $n|carry the $n|do it "
    "myself|bend down|open the $n)",
    "you look (lost|funny|great|bored|tired|ready)",
    "the $n (needs space|has to go through|must dry|is being painted|has just been cleaned|makes "
    "noise)",
    "we are (moving|cleaning|painting|testing|rehearsing|having a party|playing hide and "
    "seek|making a film|expecting guests|doing an inspection)",
    "the (floor|carpet|ramp|path) is (wet|slippery|clean|uneven|new)",
    "my hands are (full|wet|dirty|cold|busy)",
    "i (forgot|don't know|can't remember) where (my $n|the $n|it) is",
    "they're (filming|sleeping|waiting|eating|working) (here|next door)",
    "i heard (a noise|something|$p|the $n)",
    "that's (not right|enough of that|good|great|better|perfect|lovely|strange)",
    "you did well",
    "well done so far",
    "good job",
    "here comes $p",
    "this is (a test|an experiment|a demo|important|urgent|a game|fun)",
    "$p said (you're clever|hello|so|it was fine|you can do it|you are new here)",
    "the $n and the $m are (too close|in the way|new|here|dirty)",
    "your battery is (low|full|fine|nearly empty)",
    "i've got (my hands full|a cold|visitors|no time|a $n)",
    "$p (left|forgot|wants|needs|likes|brought|misses) (the|a|his|her|my) $n",
    "safety first",
    "the coast is clear",
    "no one is (here|around|looking|behind you)",
    "it's (my birthday|your turn|monday|a holiday|raining|time)",
    "$p and $q are (here|waiting|arguing|coming|asleep)"};
constexpr const char* kReasonsAfter[] = {
    "i (can't|cannot) (shut|open|reach|see|clean|move) the $n (behind you|properly|from here|like "
    "this|otherwise)",
    "i'm tying my shoe",
    "i (need|want|have) to (see|clean|check|measure|move|mop|find|paint|test) (the "
    "$n|something|it)",
    "$p (is waiting|needs help|wants to pass|is asleep|is coming|needs it|is hungry|can't see|is "
    "looking|will be pleased)",
    "the $n is (in the way|too heavy for me|dirty|wet|there|new|cold|broken|out of reach|mine|for "
    "$p|full)",
    "i can't (bend|reach it|see|do it myself|find it|walk so well|remember where i left it|carry "
    "it)",
    "it's (too dark|in the way|too loud|getting late|urgent|important|my favourite|dangerous "
    "there|slippery|for $p|a surprise|your turn|time)",
    "we (need|want|are expecting|have) (space|room|guests|some light|a $n|visitors|the $n|quiet)",
    "someone (is coming|wants to pass|is behind you|left it there|needs it)",
    "green is my favourite",
    "i want to (see|look at|film|watch) (that|it|the $n|you)",
    "that's (fun|nice|my favourite|important|all i need|where it belongs|an order)",
    "we're (in a hurry|late|leaving soon|playing|waiting|having guests)",
    "i only want to see (the floor|the ceiling|the $n|what happens|that it works)",
    "there's (a $n|someone|no hurry|plenty of room|enough space|a queue|$p) (behind "
    "you|there|here|waiting|coming)",
    "so (i can see|we can pass|$p can pass|the $n fits|nobody trips|the door opens|i can reach the "
    "$n|that everybody can see|that i can clean there|the $n gets through|i can get past|they "
    "know)",
    "because (i can't see|$p is coming|it's dark|the $n is heavy|i said so|i need it|it is late|we "
    "have visitors|the floor is wet|i like it|$p asked for it)",
    "otherwise (i can't get past|we'll be late|the $n won't fit|$p will be sad|someone may trip|we "
    "see nothing)",
    "i'll (explain later|be right there|tell you why later|come too|watch)",
    "and that's it",
    "then we're done",
    "$p would like that",
    "it makes $p happy",
    "don't worry about the $n",
    "thanks to you we'll be done soon",
    "my $n is (there|gone|underneath|behind it)"};

// Small talk before a request, by skill.
constexpr const char* kDriveForwardReasons[] = {
    "you're (too far away|too far back|still in the doorway|holding up the queue|not close enough)",
    "come on",
    "the door behind you won't close",
    "the way is free",
    "the queue is moving",
    "the light is green"};
constexpr const char* kDriveBackReasons[] = {
    "you're (too close|much too close|in my way|in the way|on my foot|standing on the $n|standing "
    "too close to the $n|blocking the $n|nearly touching the $n|scaring $p|standing in the door|a "
    "bit too near|crowding $p)",
    "careful, there's a (step|hole|$n) in front of you",
    "give me some room",
    "i can't open the $n",
    "too close",
    "i need some space",
    "make some room"};
constexpr const char* kTurnReasons[] = {
    "you're (not quite facing me|facing the wrong way|looking the wrong way|pointing the wrong "
    "way|not quite straight|a bit crooked|with your back to us|off course|not lined up with the "
    "$n)",
    "$p is standing (behind you|next to you|on your other side)",
    "the $n is behind you",
    "wrong way",
    "i'm over here",
    "your back is to $p",
    "i can only see your back"};
constexpr const char* kLookReasons[] = {
    "there's (a $n|$p|a balloon|a bird|a plane|something|a spider) (above you|over there|up "
    "there|on the ceiling|below you|beside you|next to you|on the floor)",
    "did you hear that",
    "what was that noise",
    "your head is (crooked|tilted|turned)",
    "i want to see the $n on the screen",
    "the camera shows only the ceiling",
    "i'm over here"};
constexpr const char* kGripReasons[] = {
    "you're (holding on to my sleeve|squeezing the $n|gripping too hard|still holding the $n|going "
    "to drop it)",
    "i've got the $n",
    "i have it now",
    "i want to take the $n from you",
    "the $n is between your fingers",
    "ouch, that's my finger"};
constexpr const char* kArmReasons[] = {
    "your arm is (in the way|in the way of the $n|too high|too low|blocking the camera|in front of "
    "the $n|hanging down|sticking out|hitting the $n)",
    "you need to fit under the $n", "we're going through a low door", "mind the $n"};
constexpr const char* kLightReasons[] = {
    "it's (dark|too dark|so dark|very dim|pitch black|too bright) (in here|here|in the $n|under "
    "the $n|now)",
    "i can't see (a thing|anything|the $n)",
    "the light is dazzling $p",
    "$p is asleep",
    "save the battery",
    "red means stop",
    "the film is starting"};
constexpr const char* kSayReasons[] = {"you bumped into $p", "$p is here",
                                       "you trod on the $n", "someone is in your way",
                                       "$p has a birthday",  "$p can't hear me",
                                       "$p is leaving",      "the guests have arrived",
                                       "we have visitors",   "$p gave you a present",
                                       "that was rude"};
constexpr const char* kWaitReasons[] = {
    "i'm (tying my shoe|not ready|on the phone|looking for my $n|just finishing|coming|still "
    "getting dressed|opening the door)",
    "not so fast",
    "$p needs to catch up",
    "$p is crossing",
    "i need to think",
    "the lift isn't here yet",
    "the $n is still wet"};
constexpr const char* kStopReasons[] = {"that's (enough|far enough|too far|far too close)",
                                        "watch it",
                                        "careful",
                                        "enough",
                                        "there's a (child|$n|step|dog) in front of you",
                                        "danger",
                                        "look out",
                                        "oh no",
                                        "someone is on the floor",
                                        "you'll hit the $n"};
constexpr const char* kGotoReasons[] = {
    "they need you",          "$p is waiting for you", "your battery is low",
    "your work here is done", "we're finished here",   "someone needs help there",
    "the tour continues",     "it's time to recharge", "the guests are there",
    "your shift is over",     "i'm over here"};
constexpr const char* kThingReasons[] = {
    "i (can't|cannot) (bend|bend down|reach it|find it anywhere|remember where i left it)",
    "i need it",
    "$p needs it",
    "i (dropped it|lost it|left it somewhere)",
    "someone might trip over it",
    "it doesn't belong there",
    "it fell (down|behind the $n|off the $n)",
    "$p left it there",
    "i can't start without it",
    "it's mine"};
constexpr const char* kFollowReasons[] = {
    "i'll show you the way",        "i know the way",         "don't get lost",
    "you don't know the way",       "let's go for a walk",    "we're going to the $n",
    "i want to show you something", "$p will show you around"};
constexpr const char* kPhotoReasons[] = {
    "this is a nice view",      "we're all here",       "smile everyone",
    "everybody is ready",       "the light is perfect", "i want to remember this",
    "i need it for the report", "$p looks so funny",    "what a pretty $n"};

std::string Somebody(Rng& rng) {
  const std::size_t form = rng.Below(10);
  if (form < 4) return std::string(Pick(rng, Names()));
  if (form < 6) return std::string(Pick(rng, Relatives()));
  return Expand(rng, "(the|the|my|a|our) ") + std::string(Pick(rng, People()));
}

std::string FillReason(Rng& rng, std::string_view pattern) {
  return Expand(
      rng, pattern,
      {{"n", PlainNoun(rng)}, {"m", PlainNoun(rng)}, {"p", Somebody(rng)}, {"q", Somebody(rng)}});
}

std::string OwnReason(Rng& rng, const Step& step) {
  using Kind = Step::Kind;
  const auto draw = [&rng](const auto& table) { return FillReason(rng, Pick(rng, table)); };
  switch (step.kind) {
    case Kind::kDrive:
      return step.value > 0 ? draw(kDriveForwardReasons) : draw(kDriveBackReasons);
    case Kind::kTurn:
      return draw(kTurnReasons);
    case Kind::kLook:
      return draw(kLookReasons);
    case Kind::kGrip:
      return draw(kGripReasons);
    case Kind::kArm:
      return draw(kArmReasons);
    case Kind::kLight:
      return draw(kLightReasons);
    case Kind::kSay:
      return draw(kSayReasons);
    case Kind::kWait:
      return draw(kWaitReasons);
    case Kind::kStop:
      return draw(kStopReasons);
    case Kind::kGoto:
      return draw(kGotoReasons);
    case Kind::kFind:
    case Kind::kPick:
    case Kind::kPlace:
      return draw(kThingReasons);
    case Kind::kFollow:
      return draw(kFollowReasons);
    case Kind::kPhoto:
      return draw(kPhotoReasons);
  }
  return {};
}

constexpr const char* kIndirectTail[] = {
    "$r, so $x",    "$r, $x",       "$r. $x",         "$r - $x",          "$r. so $x",
    "since $r, $x", "$r and so $x", "because $r, $x", "$r, therefore $x", "$r! $x"};

template <std::size_t kSize>
std::string Wrap(Rng& rng, const Clause& clause, const char* const (&frames)[kSize]) {
  return Expand(rng, Pick(rng, frames), {{"do", clause.Imperative()}, {"doing", clause.Gerund()}});
}

}  // namespace

Style DrawStyle(Rng& rng) {
  constexpr Voice kVoices[] = {
      Voice::kPlain,  Voice::kPlain,      Voice::kPlain,      Voice::kPlain,     Voice::kPolite,
      Voice::kPolite, Voice::kChild,      Voice::kElderly,    Voice::kOffice,    Voice::kTerse,
      Voice::kTerse,  Voice::kTechnician, Voice::kTechnician, Voice::kNonnative, Voice::kSpeech,
      Voice::kSpeech, Voice::kSpeech,     Voice::kSpeech};
  Style style;
  style.voice = Pick(rng, kVoices);
  switch (style.voice) {
    case Voice::kTerse:
      style.number_words = 0.35;
      style.articles = rng.Chance(0.4);
      break;
    case Voice::kTechnician:
      style.number_words = 0.15;
      style.articles = rng.Chance(0.5);
      break;
    case Voice::kSpeech:
      style.number_words = 0.88;
      break;
    case Voice::kNonnative:
      style.articles = rng.Chance(0.6);
      break;
    default:
      break;
  }
  return style;
}

std::string Framed(Rng& rng, const Style& style, const Clause& clause, Shape shape) {
  if (clause.form != Clause::Form::kImperative) {
    if (clause.open_end || clause.form == Clause::Form::kFragment || rng.Chance(0.7))
      return clause.text;
    return Expand(rng, "($t please|please, $t|$t, please|$t now)", {{"t", clause.text}});
  }
  if (clause.open_end) {  // Nothing may follow spoken words.
    return Expand(rng,
                  "(|||please |can you |could you |could you please |i want you to |now |you "
                  "should |please |would you |you have to |go ahead and |just )") +
           clause.Imperative();
  }
  if (shape == Shape::kOneVerb && clause.adverb.empty() &&
      rng.Chance(style.voice == Voice::kPolite ? 0.12 : 0.02)) {
    return Wrap(rng, clause, kPoliteGerund);
  }
  switch (style.voice) {
    case Voice::kPolite:
      return Wrap(rng, clause, kPolite);
    case Voice::kChild:
      return Wrap(rng, clause, kChild);
    case Voice::kElderly:
      return Wrap(rng, clause, kElderly);
    case Voice::kOffice:
      return Wrap(rng, clause, kOffice);
    case Voice::kTerse:
      return clause.Imperative();
    case Voice::kTechnician:
      return rng.Chance(0.7) ? clause.Imperative() : Wrap(rng, clause, kTechnician);
    case Voice::kNonnative:
      return Wrap(rng, clause, kNonnative);
    case Voice::kSpeech:
      return rng.Chance(0.55)  ? clause.Imperative()
             : rng.Chance(0.5) ? Wrap(rng, clause, kPolite)
                               : Wrap(rng, clause, kPlain);
    case Voice::kPlain:
      break;
  }
  return rng.Chance(0.65) ? clause.Imperative() : Wrap(rng, clause, kPlain);
}

std::string Embedded(Rng& rng, const Style& style, std::string text, const Step* first) {
  const std::size_t form = rng.Below(100);
  if (style.Clipped() && form >= 12) return text;
  const bool closed = text.ends_with('!') || text.ends_with('?') || text.ends_with('.');
  if (form < 12) return Expand(rng, "$n, $t", {{"n", Pick(rng, kNameBefore)}, {"t", text}});
  if (form < 20 && !closed)
    return Expand(rng, "($t, $n|$t $n)", {{"n", Pick(rng, kNameAfter)}, {"t", text}});
  if (form < 36) {
    const std::string reason = first != nullptr && rng.Chance(0.6)
                                   ? OwnReason(rng, *first)
                                   : FillReason(rng, Pick(rng, kReasonsBefore));
    return Expand(rng, Pick(rng, kIndirectTail), {{"r", reason}, {"x", text}});
  }
  if (form < 46) {
    const std::string reason = first != nullptr && rng.Chance(0.4)
                                   ? OwnReason(rng, *first)
                                   : FillReason(rng, Pick(rng, kReasonsAfter));
    return Expand(rng,
                  closed ? "($t $r|$t $r)"
                         : "($t, $r|$t, $r|$t. $r|$t because $r|$t $r|$t - $r|$t! $r|$t as $r)",
                  {{"r", reason}, {"t", text}});
  }
  return text;
}

}  // namespace ganglion::learn::english
