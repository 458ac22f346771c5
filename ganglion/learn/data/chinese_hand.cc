#include <string_view>

#include "ganglion/learn/data/chinese_clauses.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::chinese {
namespace {

constexpr std::string_view kGripper =
    "(夹爪|夹爪|夹爪|爪子|爪子|夹子|机械爪|手爪|抓手|gripper|机械夹爪|爪|你的爪子|你的夹爪|"
    "机械手爪|夹持器|抓夹|机器爪)";
constexpr std::string_view kArm =
    "(手臂|手臂|手臂|胳膊|胳膊|机械臂|机械臂|大臂|机器臂|臂|你的胳膊|你的手臂|机械手臂|arm|膀子|"
    "胳臂)";
// A speed word says nothing to gripper and arm: they have no such field.
constexpr std::string_view kManner =
    "(||||||||||慢慢|慢慢地|缓缓|缓缓地|轻轻|轻轻地|快速|快点|小心地|迅速|慢点)";

Clause One(std::string text, Step step) {
  Clause clause;
  clause.text = std::move(text);
  clause.steps.push_back(std::move(step));
  return clause;
}

Clause GripNumber(Rng& rng) {
  Quantity opening = DrawPercent(rng);
  if (rng.Chance(0.25)) {
    opening = {Expand(rng, "(一半|一半|一半|二分之一|半开)"), 50};
  } else if (rng.Chance(0.08)) {
    const bool quarter = rng.Chance(0.5);
    opening = {quarter ? "四分之一" : "四分之三", quarter ? 25.0 : 75.0};
  }
  if (opening.said == "半开") {
    return One(Expand(rng,
                      "($g半开|$g半张开|$g半张|把$g半开|$g打开一半|$g张一半|半开$g|$g开一半|$"
                      "g张开到一半|$g处于半开|"
                      "$g保持半开|把$g张开一半|$g合上一半|$g合一半|$g闭合一半)",
                      {{"g", Expand(rng, kGripper)}}),
               learn::Grip(50));
  }
  return One(
      Expand(rng,
             "($g开到$q|$g开到$q|$g张开到$q|$g张到$q|$g打开到$q|把$g开到$q|把$g张开到$q|把$g张到$q|"
             "$g张开$q|"
             "$g打开$q|把$g打开$q|把$g张开$q|$g开$q|$g开度$q|$g开度调到$q|$g开度设为$q|$g调到$q|把$"
             "g调到$q|"
             "$g设为$q|$g开合度$q|$g合到$q|$g闭合到$q|$g收到$q|$g收拢到$q|$g松到$q|将$g开至$q|$"
             "g开至$q|$m把$g开到$q|"
             "$g$m张开到$q|张开$g到$q|打开$g到$q|$g撑开到$q|把$g开度调成$q|$g $q|$g设置到$q)",
             {{"g", Expand(rng, kGripper)}, {"q", opening.said}, {"m", Expand(rng, kManner)}}),
      learn::Grip(opening.value));
}

Clause ArmNumber(Rng& rng) {
  const bool half = rng.Chance(0.3);
  Quantity height = DrawPercent(rng);
  if (half) {
    height = {Expand(rng,
                     "(一半|一半|一半|一半|一半高|一半高度|半高|半空|一半的位置|一半的高度|"
                     "二分之一|二分之一高度)"),
              50};
  } else if (rng.Chance(0.08)) {
    const bool quarter = rng.Chance(0.5);
    height = {quarter ? "四分之一" : "四分之三", quarter ? 25.0 : 75.0};
    if (rng.Chance(0.4)) height.said += Expand(rng, "(高度|高|的高度|处)");
  } else if (rng.Chance(0.12)) {
    height.said += Expand(rng, "(的高度|高度|的位置|处|高)");
  }
  return One(Expand(rng,
                    "($a抬到$q|$a抬到$q|$a抬高到$q|$a抬起到$q|$a举到$q|$a升到$q|$a升到$q|$a升高到$"
                    "q|$a升至$q|$a降到$q|"
                    "$a降到$q|$a降低到$q|$a降至$q|$a放到$q|$a放低到$q|$a落到$q|$a下降到$q|$a上升到$"
                    "q|把$a抬到$q|把$a抬到$q|"
                    "把$a举到$q|把$a升到$q|把$a降到$q|把$a放到$q|将$a升到$q|将$a降到$q|$a调到$q|把$"
                    "a调到$q|$a高度$q|"
                    "$a高度调到$q|$a高度设为$q|$m把$a抬到$q|$a$m升到$q|$a$m降到$q|抬$a到$q|抬起$"
                    "a到$q|举$a到$q|降$a到$q|"
                    "升$a到$q|$a移到$q|$a "
                    "$q|$a设为$q|$a运行到$q|$a停在$q|$a抬至$q|把$a$m降到$q|$a举高到$q|$a弄到$q)",
                    {{"a", Expand(rng, kArm)}, {"q", height.said}, {"m", Expand(rng, kManner)}}),
             learn::Arm(height.value));
}

// What the robot holds, where an instruction to put it down names it.
std::string Held(Rng& rng) {
  const Target thing = DrawThing(rng);
  return Expand(
      rng,
      "(东西|东西|手里的东西|手上的东西|手里的$t|手里的$t|手上的$t|手中的$t|爪子里的$t|夹着的$t|"
      "拿着的$t|抓着的$t|"
      "夹爪里的$t|夹爪上的$t|手里的那个$t|手里这个$t|夹住的$t|你手里的$t|手里拿的$t|夹爪夹着的$t)",
      {{"t", thing.said}});
}

}  // namespace

Clause GripAs(Rng& rng, bool open) {
  const Slots slots = {{"g", Expand(rng, kGripper)}, {"m", Expand(rng, kManner)}};
  if (open) {
    return One(
        Expand(rng,
               "($g张开|$g张开|$g打开|$g松开|$g放开|$g全开|$g完全张开|$g完全打开|$g开到最大|$"
               "g张到最大|$g开到底|$g撑开|"
               "张开$g|张开$g|打开$g|松开$g|松开$g|放开$g|松一下$g|撑开$g|把$g张开|把$g张开|把$"
               "g打开|把$g松开|把$g放开|"
               "把$g全打开|把$g开到最大|把$g完全张开|$m张开$g|$m松开$g|$m把$g打开|$g$m张开|将$"
               "g打开|松手|松手|松开手|放手|"
               "撒手|松开|松开|放开|放开它|松开爪子|手松开|手张开|把手松开|把手张开|张开手|撒开|"
               "把它松开|松开它|把东西松开|把东西放开|松开手里的东西|放开手里的东西|爪子撒开|$g开|$"
               "g张大|$g释放|释放$g|释放夹爪|"
               "$g松了|把$g给松开|把$g弄开|$g全部打开|让$g张开|$g open|open $g|把$g "
               "open|$g打开来|$g开开|小手张开|手放开|"
               "松一下手|快松手|可以松手了|把$g松一松|松脱$g|开爪|张爪|松爪|开夹爪|$g打到全开)",
               slots),
        learn::Grip(100));
  }
  return One(Expand(rng,
                    "($g闭合|$g闭合|$g合上|$g合上|$g关闭|$g关上|$g合拢|$g收紧|$g夹紧|$g握紧|$g收拢|"
                    "$g并拢|$g完全闭合|$g全闭合|"
                    "闭合$g|合上$g|合上$g|关闭$g|关上$g|合拢$g|收紧$g|夹紧$g|握紧$g|收拢$g|并拢$g|"
                    "把$g合上|把$g合上|把$g闭合|"
                    "把$g关上|把$g合拢|把$g夹紧|把$g收紧|把$g收起来合上|把$g并拢|$m合上$g|$m闭合$g|"
                    "$m把$g合上|$g$m合上|将$g闭合|"
                    "将$g关闭|$g关|$g合|$g合紧|把$g合紧|$g关到底|$g收到最小|夹紧|握紧|抓紧|夹紧它|"
                    "抓紧了|手握紧|"
                    "把手握紧|把手合上|手合上|合上手|"
                    "手抓紧|抓紧$g|让$g合上|$g close|close $g|把$g "
                    "close|$g关起来|$g合起来|把$g合起来|小手握紧|$g给合上|闭上$g|"
                    "$g闭上|合爪|闭爪|夹爪归零闭合|把$g捏紧|$g捏拢|$g全关|$g完全关闭|$g完全合上)",
                    slots),
             learn::Grip(0));
}

Clause ArmAs(Rng& rng, bool up) {
  const Slots slots = {{"a", Expand(rng, kArm)}, {"m", Expand(rng, kManner)}};
  if (up) {
    return One(Expand(rng,
                      "($a抬起|$a抬起来|$a举起|$a举起来|$a升起|$a升起来|$a抬高|$a举高|$a上升|$"
                      "a升高|$a升到最高|$a抬到最高|"
                      "$a举到最高|$a升到顶|$a抬到顶|$a升到最高点|$a抬到最高处|$a升到最上面|抬起$a|"
                      "抬起$a|抬起$a|举起$a|举起$a|"
                      "升起$a|抬高$a|举高$a|抬一下$a|抬$a|举$a|把$a抬起来|把$a抬起来|把$a举起来|把$"
                      "a举起来|把$a升起来|把$a抬高|"
                      "把$a举高|把$a升到最高|把$a抬到最高|把$a举到最高处|把$a举过头顶|$m抬起$a|$"
                      "m举起$a|$m把$a抬起来|$a$m抬起|"
                      "将$a抬起|将$a升起|举手|举起手来|把手举起来|把手抬起来|抬手|手举高|手抬起来|"
                      "把小手举起来|$a up|$a往上抬|"
                      "$a向上举|$a上抬|$a上举|把$a往上抬|让$a抬起来|$a完全抬起|$a全升|把$a升上去|$"
                      "a升上去|把$a给抬起来|$a举起来吧|"
                      "把$a抬上去|$a扬起来|把$a扬起来)",
                      slots),
               learn::Arm(100));
  }
  return One(
      Expand(
          rng,
          "($a放下|$a放下来|$a落下|$a落下来|$a降下|$a降下来|$a放低|$a下降|$a降到最低|$a降到底|$"
          "a放到最低|$a落到底|"
          "$a降到最低点|$a放到底|$a降到最下面|放下$a|放下$a|放下$a|落下$a|降下$a|放低$a|降低$a|降$"
          "a|把$a放下|把$a放下|"
          "把$a放下来|把$a放下来|把$a落下|把$a落下来|把$a降下来|把$a放低|把$a降到最低|把$a降到底|"
          "把$a放到最低|$m放下$a|"
          "$m落下$a|$m把$a放下来|$a$m放下|$a$m降下来|将$a放下|将$a降下|将$a落下|把手放下|"
          "把手放下来|手放下|手放下来|"
          "把小手放下|$a "
          "down|$a往下放|$a向下放|$a下放|$a下落|把$a往下放|让$a放下来|$a完全放下|$a全降|把$a降下去|"
          "$a降下去|把$a给放下来|$a落回去|$a归零放下|把$a垂下来|$a垂下|垂下$a|$a垂下来|把$a搁下来)",
          slots),
      learn::Arm(0));
}

Clause Grip(Rng& rng) {
  if (rng.Chance(0.45)) return GripNumber(rng);
  return GripAs(rng, rng.Chance(0.5));
}

Clause Arm(Rng& rng) {
  if (rng.Chance(0.5)) return ArmNumber(rng);
  return ArmAs(rng, rng.Chance(0.5));
}

Clause PickAs(Rng& rng, const Target& target) {
  const Slots slots = {{"t", target.said}, {"m", Expand(rng, kManner)}, {"p", DrawPerson(rng)}};
  if (rng.Chance(0.14) && !target.said.starts_with("我") && !target.said.starts_with("你") &&
      !target.said.starts_with("那个") && !target.said.starts_with("这个")) {
    Clause clause =
        One(Expand(rng,
                   "($t，捡起来|$t掉了，捡一下|$t掉了，捡起来|$t掉地上了，把它捡起来|$"
                   "t掉地上了，捡起来|看到$t了吗？拿起来|"
                   "看见$t没？捡起来|那是$t，拿起来|那边有$t，把它拿起来|$t在那边，去把它拿起来|"
                   "$t在那儿，捡起来|这儿有$t，夹起来|"
                   "这里有$t，把它抓起来|地上有$t，捡起来|地上有$t，把它捡起来|前面有$t，抓起来|"
                   "$t，拿一下|$t，抓起来|"
                   "$t拿起来|$t捡起来|$t夹起来|$t抓起来|$t拿好|$t拿上|$t给捡起来|$t帮我拿一下|$"
                   "t，帮我捡一下|$t，给我夹起来)",
                   slots),
            learn::Pick(target.plan));
    clause.verb_first = false;
    return clause;
  }
  return One(Expand(rng,
                    "(帮$p捡起$t|帮$p把$t捡起来|替$p捡一下$t|捡$t|捡起$t|捡起$t|捡起$t|捡一下$t|拿$"
                    "t|拿起$t|拿起$t|拿起$t|拿上$t|拿住$t|"
                    "拿一下$t|拿好$t|夹$t|夹起$t|"
                    "夹起$t|夹住$t|夹取$t|抓$t|抓起$t|抓起$t|抓住$t|抓住$t|抓取$t|抓牢$t|抓稳$t|取$"
                    "t|取一下$t|取出$t|拾起$t|拾取$t|"
                    "拎起$t|提起$t|端起$t|拿走$t|捡走$t|捏起$t|叼起$t|把$t捡起来|把$t捡起来|把$"
                    "t捡起来|把$t拿起来|把$t拿起来|"
                    "把$t夹起来|把$t夹起来|把$t抓起来|把$t抓起来|把$t拾起来|把$t拿上|把$t拿住|把$"
                    "t拿好|把$t抓住|把$t夹住|把$t夹好|"
                    "把$t抓牢|把$t捡上|把$t取下来|把$t拿下来|把$t取出来|把$t拿出来|把$t拎起来|把$"
                    "t提起来|把$t端起来|把$t捡了|"
                    "把$t给捡起来|把$t给拿起来|把$t给我捡起来|把$t给我夹起来|把$t捏起来|把$t叼起来|"
                    "将$t夹起|将$t抓起|将$t拿起|"
                    "将$t拾起|去拿$t|去捡$t|去取$t|去抓$t|去把$t捡起来|去把$t拿起来|过去把$t捡起来|"
                    "过去拿$t|$m拿起$t|$m夹住$t|"
                    "$m抓起$t|$m把$t夹起来|$m把$t拿起来|把$t$m拿起来|把$t$m夹起来|用夹爪夹起$t|"
                    "用爪子抓住$t|用夹爪抓取$t|用手拿起$t|"
                    "用夹子夹住$t|用爪子把$t抓起来|用夹爪把$t夹起来|伸手拿$t|抓取目标$t|帮我拿起$t|"
                    "帮我捡$t|给我拿起$t|把$t整起来|"
                    "pick up $t|把$t pick起来|把$t抓一下|把$t捡一下|把$t夹一下|把$t拿一下)",
                    slots),
             learn::Pick(target.plan));
}

Clause PlaceAs(Rng& rng, const Target& target, const std::string& held) {
  const std::string verb =
      target.inside && rng.Chance(0.65)
          ? Expand(rng,
                   "(放进|放进|放进|放进|放入|扔进|扔进|丢进|搁进|装进|塞进|"
                   "投进|投入|放回|放到|摆进|扔到|丢到|插进|搁到|扔|丢|塞到|存进|收进|倒进)")
          : Expand(rng,
                   "(放到|放到|放到|放在|放在|放在|搁到|搁在|搁在|摆到|摆在|"
                   "放回|放|搁|置于|放置到|放置在|摆放到|"
                   "摆放在|放至|安放在|挂到|挂在|立在|靠在|堆到|码到)");
  const Slots slots = {{"v", verb}, {"p", target.said}, {"o", held}, {"m", Expand(rng, kManner)}};
  if (held.empty()) {
    return One(
        Expand(rng, "($v$p|$v$p|$v$p|$v$p|$v$p|$v$p去|$m$v$p|给我$v$p|把它$v$p|把它$v$p)", slots),
        learn::Place(target.plan));
  }
  return One(
      Expand(
          rng,
          "(把$o$v$p|把$o$v$p|把$o$v$p|把$o$v$p|把$o$v$p|将$o$v$p|把$o$m$v$p|$m把$o$v$p|把$o给$v$p|"
          "把$o给我$v$p|把$o$v$p去|$o$v$p)",
          slots),
      learn::Place(target.plan));
}

Clause Pick(Rng& rng) { return PickAs(rng, WithDeterminer(rng, DrawThing(rng))); }

Clause Place(Rng& rng) {
  return PlaceAs(rng, WithDeterminer(rng, DrawPlacement(rng)), rng.Chance(0.5) ? Held(rng) : "");
}

}  // namespace ganglion::learn::chinese
