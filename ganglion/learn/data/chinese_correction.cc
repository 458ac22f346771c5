#include <string_view>

#include "ganglion/learn/data/chinese_compound.h"
#include "ganglion/learn/data/chinese_special.h"
#include "ganglion/learn/data/chinese_speech.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::chinese {
namespace {

// Between what was said and what is meant.
constexpr std::string_view kNo =
    "(，|，|，|，|……|。|，呃，|，啊，|，哎，|，嗯，)"
    "(不对|不对|不对|不|不|错了|错了|说错了|说错了|不是|哦不|哦不|不不|不不不|不对不对|啊不|呃不是|"
    "呃不对|搞错了|弄错了|口误|讲错了|"
    "我说错了|哎呀错了|噢不对|等等不对|等一下，不对|更正|更正一下|不好意思说错了|打错了|记错了|"
    "不是不是|哎不对|啊说错了|错啦|不对呀|"
    "刚才说错了|我搞混了|哦对不起，说错了|呸|咳不对)(，|，|，|，|，|，|。|)";
constexpr std::string_view kMeant =
    "(||||应该是|应该是|是|是|我是说|我说的是|改成|改为|换成|其实是|我的意思是|要|得是|应当是)";
constexpr std::string_view kInstead =
    "(，|，|，|，|……|。)(算了|算了|不对|不|还是算了|改主意了|我改主意了|等等|哦不|先不用了|不用了|"
    "不要了|换一个|等一下)"
    "(，|，|，还是|，改成|，)";

Clause Of(std::string text, std::vector<Step> steps) {
  Clause clause;
  clause.text = std::move(text);
  clause.steps = std::move(steps);
  return clause;
}

// A correction of a word keeps the rest: after 左转六十度，不对，往右 the sixty degrees stay.
Clause Direction(Rng& rng) {
  const std::string no = Expand(rng, kNo);
  if (rng.Chance(0.65)) {
    TurnWords words;
    words.left = rng.Chance(0.5);
    if (rng.Chance(0.5)) words.amount = DrawAngle(rng);
    Clause first = TurnAs(rng, words);
    words.left = !words.left;
    const std::string side = words.left ? "左" : "右";
    if (rng.Chance(0.5)) {
      Clause second = TurnAs(rng, words);
      return Of(first.text + no + Expand(rng, kMeant) + second.text, second.steps);
    }
    first.steps.front().value = -first.steps.front().value;
    return Of(first.text + no +
                  Expand(rng,
                         "(是$s边|是$s边|往$s|向$s|应该往$s|是往$s|应该是$s边|$s边|$s边才对|我是说$"
                         "s边|往$s边|朝$s|改成$s边|改往$s|是$s|"
                         "往$s才对|应该朝$s)",
                         {{"s", side}}),
              first.steps);
  }
  DriveWords words;
  words.ahead = rng.Chance(0.5);
  if (rng.Chance(0.7)) words.amount = DrawDistance(rng);
  Clause first = DriveAs(rng, words);
  words.ahead = !words.ahead;
  if (rng.Chance(0.6)) {
    Clause second = DriveAs(rng, words);
    return Of(first.text + no + Expand(rng, kMeant) + second.text, second.steps);
  }
  first.steps.front().value = -first.steps.front().value;
  return Of(first.text + no +
                Expand(rng, words.ahead
                                ? "(是往前|往前|应该往前|向前|是向前|应该是前进|是前进|改成往前)"
                                : "(是往后|往后|应该往后|向后|是向后|应该是后退|是后退|改成往后)"),
            first.steps);
}

Clause Number(Rng& rng) {
  const std::string no = Expand(rng, kNo);
  const std::string meant = Expand(rng, kMeant);
  switch (rng.Below(6)) {
    case 0:
    case 1: {
      TurnWords words;
      words.left = rng.Chance(0.5);
      words.amount = DrawAngle(rng);
      Clause clause = TurnAs(rng, words);
      const Quantity right = DrawAngle(rng);
      clause.steps.front().value = words.left ? right.value : -right.value;
      clause.text += no + meant + right.said;
      return clause;
    }
    case 2:
    case 3: {
      DriveWords words;
      words.ahead = rng.Chance(0.6);
      words.amount = DrawDistance(rng);
      Clause clause = DriveAs(rng, words);
      const Quantity right = DrawDistance(rng);
      clause.steps.front().value = words.ahead ? right.value : -right.value;
      clause.text += no + meant + right.said;
      return clause;
    }
    case 4: {
      const Quantity wrong = DrawDuration(rng);
      const Quantity right = DrawDuration(rng);
      return Of(Expand(rng, "(等|等待|停留|原地等|暂停)$w", {{"w", wrong.said}}) + no + meant +
                    (rng.Chance(0.25) ? "等" : "") + right.said,
                {learn::Wait(right.value)});
    }
    default: {
      const bool arm = rng.Chance(0.5);
      const std::string wrong =
          rng.Chance(0.35) ? Expand(rng, "(一半|最高|最低)") : DrawPercent(rng).said;
      const bool half = rng.Chance(0.25);
      const Quantity right = half ? Quantity{"一半", 50} : DrawPercent(rng);
      const std::string verb = arm ? Expand(rng, "(抬到|升到|举到|降到|放到)")
                                   : Expand(rng, "(开到|张开到|张到|打开到)");
      const std::string part = arm ? Expand(rng, "(手臂|机械臂|胳膊|大臂|把手臂|把机械臂)")
                                   : Expand(rng, "(夹爪|爪子|gripper|夹子|把夹爪|把爪子)");
      const std::string first = arm || wrong.find("最") == std::string::npos ? wrong : "30%";
      return Of(part + verb + first + no + meant + (rng.Chance(0.5) ? verb : "") + right.said,
                {arm ? learn::Arm(right.value) : learn::Grip(right.value)});
    }
  }
}

Clause Colour(Rng& rng) {
  const std::string wrong = DrawColour(rng);
  std::string right = DrawColour(rng);
  while (right == wrong) right = DrawColour(rng);
  const std::string first = LightAs(rng, wrong == "white" ? "red" : wrong).text;
  if (wrong == "white" && right == "red") right = "blue";
  return Of(first + Expand(rng, kNo) + Expand(rng, kMeant) +
                Expand(rng, "($c灯|$c灯|$c色|$c色|$c色的|$c的|换成$c灯|亮$c灯|开$c灯|变$c灯)",
                       {{"c", ColourName(right)}}),
            {learn::Light(right)});
}

Clause TargetWord(Rng& rng) {
  const std::string no = Expand(rng, kNo);
  const std::string meant = Expand(rng, kMeant);
  switch (rng.Below(5)) {
    case 0: {
      const Target right = DrawPlace(rng);
      return Of(GotoAs(rng, DrawPlace(rng)).text + no + meant + Expand(rng, "(||去|是去|去|到)") +
                    right.said,
                {learn::Goto(right.plan)});
    }
    case 1: {
      const Target right = DrawThing(rng);
      return Of(PickAs(rng, DrawThing(rng)).text + no + meant + Expand(rng, "(|||拿|捡|捡起)") +
                    right.said,
                {learn::Pick(right.plan)});
    }
    case 2: {
      const Target right = DrawSought(rng);
      return Of(
          FindAs(rng, DrawSought(rng)).text + no + meant + Expand(rng, "(|||找|找)") + right.said,
          {learn::Find(right.plan)});
    }
    case 3: {
      const Target right = DrawLeader(rng);
      return Of(FollowAs(rng, DrawLeader(rng), nullptr).text + no + meant +
                    Expand(rng, "(||跟着|跟)") + right.said,
                {learn::Follow(right.plan)});
    }
    default: {
      const Target right = DrawPlacement(rng);
      return Of(PlaceAs(rng, DrawPlacement(rng), "").text + no + meant +
                    Expand(rng, right.inside ? "(放进|放到|)" : "(放到|放在|)") + right.said,
                {learn::Place(right.plan)});
    }
  }
}

Clause Speech(Rng& rng) {
  const std::string right = DrawSpeech(rng);
  return Of(SayAs(rng, DrawShortSpeech(rng), Writing::kMarked).text + Expand(rng, kNo) +
                Expand(rng, "(说|应该说|是|应该是|改成|我是说|要说|说)") + InQuotes(rng, right),
            {learn::Say(right)});
}

Clause WholeStep(Rng& rng) {
  const Clause wrong = DrawCompact(rng);
  Clause right = DrawCompact(rng);
  while (right.steps.front().kind == wrong.steps.front().kind) right = DrawCompact(rng);
  return Of(wrong.text + Expand(rng, rng.Chance(0.5) ? kInstead : kNo) + right.text, right.steps);
}

Clause Order(Rng& rng) {
  const Clause a = DrawCompact(rng);
  Clause b = DrawCompact(rng);
  while (b.steps.front().kind == a.steps.front().kind) b = DrawCompact(rng);
  Clause out;
  out.text = Expand(rng,
                    "(先$a再$b$n先$b再$a|先$a，再$b$n先$b，再$a|先$a，然后$b$n先$b，然后$a|先$a$"
                    "n先$b再$a|先$a再$b$n反过来，先$b再$a|"
                    "先$a再$b，顺序反了，先$b再$a|先$a后$b$n先$b后$a|$a，然后$b$n是先$b，然后$a|先$"
                    "a再$b$n顺序换一下，先$b再$a|"
                    "先$a，呃，还是先$b，再$a)",
                    {{"a", a.text}, {"b", b.text}, {"n", Expand(rng, kNo)}});
  out.steps = b.steps;
  out.steps.insert(out.steps.end(), a.steps.begin(), a.steps.end());
  return out;
}

Clause Cancelled(Rng& rng) {
  const Clause wrong = DrawCompact(rng);
  return Of(wrong.text + Expand(rng,
                                "(，|，|，|……|。|，呃，)(算了|算了吧|算了，不用了|算了，不用|"
                                "还是算了|不用了|哦不用了|取消|取消吧|当我没说|"
                                "还是别了|不要了|算了算了|没事了，不用了|不做了|算了什么都别做|"
                                "还是不用了吧|算了，当我没说|刚才的取消|作废|撤销|"
                                "算了，先不弄了|哎不用了|不需要了|算了没事|忘了吧|算啦|先不用了|"
                                "取消刚才的指令|这条不算)"),
            {});
}

// Two corrections in a row: the last counts.
Clause Twice(Rng& rng) {
  const bool left = rng.Chance(0.5);
  const std::string a = left ? "左" : "右";
  const std::string b = left ? "右" : "左";
  const Quantity angle = DrawAngle(rng);
  const bool named = rng.Chance(0.5);
  return Of(Expand(rng,
                   "($a转$q，不对，$b转$q，(哎|哦|呃|)，(还是|不|不对还是)$a转$q|往$a转$q，不，往$"
                   "b，(算了|哎)还是往$a|$a转$q，错了，$b转$q，不对不对，是$a转$q)",
                   {{"a", a}, {"b", b}, {"q", named ? angle.said : ""}}),
            {learn::Turn((left ? 1 : -1) * (named ? angle.value : 90))});
}

}  // namespace

Ruled Correction(Rng& rng) {
  const double kind = rng.Uniform();
  Ruled out;
  if (kind < 0.22) {
    out = {Direction(rng), "correction/direction"};
  } else if (kind < 0.42) {
    out = {Number(rng), "correction/number"};
  } else if (kind < 0.52) {
    out = {Colour(rng), "correction/colour"};
  } else if (kind < 0.7) {
    out = {TargetWord(rng), "correction/target"};
  } else if (kind < 0.77) {
    out = {Speech(rng), "correction/speech"};
  } else if (kind < 0.86) {
    out = {WholeStep(rng), "correction/step"};
  } else if (kind < 0.92) {
    out = {Order(rng), "correction/order"};
  } else if (kind < 0.94) {
    out = {Twice(rng), "correction/twice"};
  } else {
    return {Cancelled(rng), "correction/cancelled"};
  }
  if (rng.Chance(0.15) && out.rule != "correction/order") {
    const Clause before = DrawCompact(rng);
    if (before.steps.front().kind != out.clause.steps.front().kind) {
      out.clause.text = before.text + Expand(rng, "(，|，然后|，再|，接着)") + out.clause.text;
      out.clause.steps.insert(out.clause.steps.begin(), before.steps.begin(), before.steps.end());
    }
  }
  if (rng.Chance(0.25)) {
    const Clause after = DrawCompact(rng);
    out.clause.text += Expand(rng, "(，然后|，然后|，再|，接着|，完了|，之后|，最后)") + after.text;
    out.clause.steps.insert(out.clause.steps.end(), after.steps.begin(), after.steps.end());
  }
  return out;
}

}  // namespace ganglion::learn::chinese
