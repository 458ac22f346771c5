#include <string_view>

#include "ganglion/learn/data/chinese_compound.h"
#include "ganglion/learn/data/chinese_special.h"
#include "ganglion/learn/data/chinese_speech.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::chinese {
namespace {

constexpr std::string_view kDont =
    "(别|别|别|别|不要|不要|不要|不用|不用|甭|不必|先别|无需|不许|别再|没必要|用不着|你别|可别|"
    "千万别|先不要|不需要|请不要|请勿|不准|"
    "先甭|暂时不要|暂时别|今天别|就别)";

// What may be left undone. Standing still is not among them: 别动 alone might ask for a stop.
std::string Undone(Rng& rng) {
  return Expand(rng,
                "(拍照|拍照|照相|左转|右转|转弯|转圈|掉头|后退|前进|往前走|往后退|倒车|往左拐|"
                "往右看|抬头|低头|转头|开灯|关灯|亮红灯|变颜色|说话|"
                "出声|喊|说出来|抬手臂|举手|抬胳膊|放下手臂|松手|松开夹爪|张开爪子|合上夹爪|碰夹爪|"
                "动夹爪|动手臂|动胳膊|碰机械臂|转身|跟着我|"
                "跟着$l|跟我|去$p|去$p|过去|进$p|回$p|拿$t|拿$t|捡$t|碰$t|抓$t|夹$t|找$t|找$t|放$q|"
                "靠近$t|等我|等了|等|停|停下|播报|"
                "拿东西|动别的|管$t|理$l|亮灯|快跑|扔$t|靠近$l|开太快|转太快|打招呼|回来)",
                {{"l", DrawPerson(rng)},
                 {"p", DrawPlace(rng).said},
                 {"t", rng.Chance(0.6) ? DrawPlainThing(rng) : DrawThing(rng).said},
                 {"q", DrawPlacement(rng).said}});
}

Clause Of(std::string text, std::vector<Step> steps) {
  Clause clause;
  clause.text = std::move(text);
  clause.steps = std::move(steps);
  return clause;
}

Clause Instead(Rng& rng) {
  const Clause done = rng.Chance(0.8) ? DrawCompact(rng) : AnyClause(rng, Writing::kMarked);
  const Slots slots = {{"n", Expand(rng, kDont)},
                       {"v", Undone(rng)},
                       {"d", done.text},
                       {"m", Expand(rng, kDont)},
                       {"w", Undone(rng)}};
  const bool end = !done.open_end;
  return Of(Expand(rng,
                   end ? "($n$v，$d|$n$v了，$d|$n$v了，$d就行|$n$v，$d就行|$n$v，只$d|$n$v，只$d|$"
                         "n$v，$d就好|$n$v，$d就可以了|"
                         "$n$v了，直接$d|$n$v，直接$d|$d，$n$v|$d，$n$v|$d，但$n$v|$d，不过$n$v|$"
                         "d就行，$n$v|只$d，$n$v|$d就好，$n$v了|"
                         "$n$v，也$m$w，$d|$n$v，$m$w，只$d|$n$v，光$d|$n$v，先$d|$n$v，你$d|$n$"
                         "v了，改成$d|不是让你$v，是$d|"
                         "不是叫你$v，是让你$d|我没让你$v，$d|$n$v啦，$d吧|$n$v，$d吧|$n$v，$d|$n$"
                         "v。$d。|$d。$n$v。|"
                         "$d，记得$n$v|$d，然后$n$v|$d，$n$v哦|我不要你$v，我要你$d|$n$v，就$d|$n$"
                         "v，仅$d|$d之后$n$v|$d，完了$n$v)"
                       : "($n$v，$d|$n$v了，$d|$n$v，只$d|$n$v，直接$d)",
                   slots),
            done.steps);
}

// 别拍照，说“我看见你啦”，再低头; 开灯，别拍照，左转
Clause AmongOthers(Rng& rng) {
  std::vector<Clause> done = DrawClauses(rng, 2, Writing::kMarked);
  while (done[0].open_end || done[1].open_end) done = DrawClauses(rng, 2, Writing::kMarked);
  std::vector<Step> steps = done[0].steps;
  steps.insert(steps.end(), done[1].steps.begin(), done[1].steps.end());
  return Of(Expand(rng,
                   "($n$v，$a，再$b|$n$v，$a，然后$b|$n$v，先$a再$b|$a，$n$v，$b|$a，$n$v，直接$b|$"
                   "a，$b，$n$v|$n$v了，$a，$b|$n$v，$a，$b|"
                   "$a，然后$b，$n$v|$a，先$n$v，$b)",
                   {{"n", Expand(rng, kDont)},
                    {"v", Undone(rng)},
                    {"a", done[0].text},
                    {"b", done[1].text}}),
            steps);
}

// 身子别动，只有头往左转五十度
Clause OnlyOnePart(Rng& rng) {
  const std::string still =
      Expand(rng, "(别动|不动|不要动|保持不动|别转|不许动|先别动|不用动|不要转)");
  const std::string only = Expand(rng, "(只|只|只有|就|光|仅|)");
  switch (rng.Below(3)) {
    case 0: {
      const Clause look = Look(rng);
      return Of(Expand(rng, "(身子|身子|身体|车身|底盘|轮子|车子|机身|车|下面|整个车)") + still +
                    "，" + only + look.text,
                look.steps);
    }
    case 1: {
      const Clause hand = rng.Chance(0.5) ? Grip(rng) : Arm(rng);
      return Of(
          Expand(rng, "(身子|底盘|头|脑袋|轮子|其他地方|别的)") + still + "，" + only + hand.text,
          hand.steps);
    }
    default: {
      const bool grip = rng.Chance(0.5);
      const Clause hand = grip ? Grip(rng) : Arm(rng);
      return Of(
          grip ? Expand(
                     rng,
                     "(手臂|胳膊|机械臂|不要动手臂|别动胳膊|不用抬手臂)(别动，|不动，|不要动，)") +
                     only + hand.text
               : Expand(rng, "(夹爪|爪子|夹子)(别动，|不动，|不要动，)") + only + hand.text,
          hand.steps);
    }
  }
}

// 别往左，往右转; 不要红灯，要绿灯; 不去厨房，去客厅
Clause Contrast(Rng& rng) {
  switch (rng.Below(7)) {
    case 0: {
      TurnWords words;
      words.left = rng.Chance(0.5);
      if (rng.Chance(0.5)) words.amount = DrawAngle(rng);
      const Clause turn = TurnAs(rng, words);
      return Of(Expand(rng,
                       "(别往$o|别$o转|不要往$o转|不是$o转|不是往$o|不要$o转|别往$o拐|不往$o|不是$"
                       "o边)(，|，要|，是|，)",
                       {{"o", words.left ? "右" : "左"}}) +
                    turn.text,
                turn.steps);
    }
    case 1: {
      DriveWords words;
      words.ahead = rng.Chance(0.5);
      if (rng.Chance(0.6)) words.amount = DrawDistance(rng);
      const Clause drive = DriveAs(rng, words);
      return Of(
          Expand(rng, "(别往$o|别往$o走|不要往$o|不是往$o|不往$o走|别再往$o了)(，|，要|，是|，)",
                 {{"o", words.ahead ? "后" : "前"}}) +
              drive.text,
          drive.steps);
    }
    case 2: {
      std::string wrong = DrawColour(rng);
      std::string right = DrawColour(rng);
      while (right == wrong) right = DrawColour(rng);
      return Of(Expand(rng,
                       "(别亮$w灯，亮$r灯|不要$w灯，要$r灯|不是$w灯，是$r灯|不要$w色，换成$r色|"
                       "别开$w灯，开$r灯|灯不要$w色，要$r色|不亮$w灯，亮$r灯|"
                       "灯别用$w的，用$r的|不要$w的，$r的灯|灯光别是$w色，变成$r色|要$r灯，不要$"
                       "w灯|亮$r灯，不是$w灯)",
                       {{"w", ColourName(wrong)}, {"r", ColourName(right)}}),
                {learn::Light(right)});
    }
    case 3: {
      const Target wrong = DrawThing(rng);
      const Target right = DrawThing(rng);
      return Of(Expand(rng,
                       "(别拿$w，拿$r|不要拿$w，拿$r|不是拿$w，是拿$r|别捡$w，捡$r|不是$w，拿$r|"
                       "不要$w，把$r拿起来|别碰$w，把$r捡起来|拿$r，不要拿$w|"
                       "捡$r，不是$w|别抓$w，抓$r|拿$r，别拿$w|不拿$w，拿$r)",
                       {{"w", wrong.said}, {"r", right.said}}),
                {learn::Pick(right.plan)});
    }
    case 4: {
      const Target wrong = DrawPlace(rng);
      const Target right = DrawPlace(rng);
      return Of(Expand(rng,
                       "(不去$w，去$r|别去$w，去$r|不用去$w了，去$r|别去$w了，去$r|不是去$w，是去$"
                       "r|不要去$w，去$r|去$r，不去$w|去$r，不是$w|"
                       "别去$w，直接去$r|别回$w，回$r|不去$w了，改去$r)",
                       {{"w", wrong.said}, {"r", right.said}}),
                {learn::Goto(right.plan)});
    }
    case 5: {
      const Target thing = DrawThing(rng);
      return Of(Expand(rng,
                       "(找到$t就行，别(捡|拿|碰|动它|抓)|找$t，(不用|不要|别)(拿|捡|碰它|拿起来)|"
                       "找到$t，(别捡起来|不要拿|不用拿|别碰它|别动它)|只找$t，不要拿|"
                       "看看$t在哪就行，不用拿|把$t找出来，别拿)",
                       {{"t", thing.said}}),
                {learn::Find(thing.plan)});
    }
    default: {
      const std::string right = DrawShortSpeech(rng);
      return Of(
          Expand(rng,
                 "(别说$w，说$r|不要说$w，要说$r|不是说$w，是说$r|不说$w，说$r|不要喊$w，喊$r)",
                 {{"w", InQuotes(rng, DrawShortSpeech(rng))}, {"r", InQuotes(rng, right)}}),
          {learn::Say(right)});
    }
  }
}

Clause AllNegated(Rng& rng) {
  return Of(Expand(rng,
                   "($n$v|$n$v|$n$v了|$n$v，也$m$w|$n$v，$m$w|$n$v吧|$n$v啊|$n$v，谢谢|$n$v了吧|$n$"
                   "v，$m$w了)",
                   {{"n", Expand(rng, kDont)},
                    {"v", Undone(rng)},
                    {"m", Expand(rng, kDont)},
                    {"w", Undone(rng)}}),
            {});
}

Clause StopDoing(Rng& rng) {
  return Of(Expand(rng,
                   "(别走|别开|别跑|别动|别转|别退|别往前走|别跟着我|别跟|不要走|不要再往前|别再退|"
                   "别前进|不要转)(了，|了，|，|，给我|了，马上|了，快)"
                   "(停下|停车|停下来|停住|站住|停|刹车|急停)"),
            {learn::Stop()});
}

Ruled DrawNegation(Rng& rng) {
  const double kind = rng.Uniform();
  if (kind < 0.42) return {Instead(rng), "negation/instead"};
  if (kind < 0.56) return {AmongOthers(rng), "negation/among"};
  if (kind < 0.68) return {OnlyOnePart(rng), "negation/part"};
  if (kind < 0.88) return {Contrast(rng), "negation/contrast"};
  if (kind < 0.93) return {StopDoing(rng), "negation/stop"};
  return {AllNegated(rng), "negation/all"};
}

}  // namespace

Ruled Negation(Rng& rng) {
  Ruled out = DrawNegation(rng);
  out.clause.verb_first = false;  // 要不亮红灯 would be a proposal
  return out;
}

}  // namespace ganglion::learn::chinese
