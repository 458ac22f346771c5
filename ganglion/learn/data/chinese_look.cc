#include <string_view>

#include "ganglion/learn/data/chinese_clauses.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::chinese {
namespace {

constexpr double kPanDegrees = 45;
constexpr double kUpDegrees = 30;
constexpr double kDownDegrees = 20;
constexpr double kBitDegrees = 15;
constexpr int kLargestPan = 90;
constexpr int kLargestUp = 45;
constexpr int kLargestDown = 30;

constexpr std::string_view kHead =
    "(头|头|头|头|脑袋|脑袋|头部|摄像头|摄像头|镜头|镜头|相机|云台|云台|视线|你的头|你的脑袋|"
    "相机头|脸|摄像头云台|"
    "小脑袋|机器人的头|探头)";
constexpr std::string_view kTowards = "(往|往|向|向|朝|朝着)";
// A speed word says nothing to the head: it has no such field.
constexpr std::string_view kManner =
    "(|||||||||||慢慢|慢慢地|缓缓|快速|快点|轻轻地|慢点|迅速|小心地)";
constexpr std::string_view kBit = "(一点|一点点|一点儿|点|点儿|一下|一丢丢|一小点)";

std::string SideWord(Rng& rng, bool left) {
  return std::string(left ? "左" : "右") + Expand(rng, "(|||边|边|侧|面|手边|方)");
}

std::string PanVerb(Rng& rng) { return Expand(rng, "(转|转|转|转|偏|扭|摆|转动|转过|偏转|看|看)"); }

Clause PanPlain(Rng& rng) {
  const bool left = rng.Chance(0.5);
  Clause clause;
  clause.text =
      Expand(rng,
             "(看$s边|看$s边|看${s}侧|看${s}面|看${s}方|看看$s边|看看${s}面|看一下$s边|看一眼$s边|"
             "瞅瞅$s边|瞧瞧$s边|"
             "瞅一眼$s边|往$w看|向$w看|朝$w看|往$w瞅|向${s}看看|往$w瞧瞧|往$w看一眼|$m往$w看|$m$h$"
             "t$w转|$h$t$w转|$h$t$w偏|"
             "$h${s}转|$h$m${s}转|把$h转向$w|把$h$t$w转|把$h转到$s边|把$h转到${s}侧|把$h扭到$s边|$"
             "h朝$w|$h向$w|$h转向$w|"
             "扭头看$s边|扭头往$w看|转头看$s边|转头看${s}侧|向${s}扭头|向${s}转头|往${s}扭头|往${s}"
             "转头|头扭向$w|将$h转向$w|"
             "把$h$m$t$w转|$h对着$s边|让$h朝$w|$h转到$w去|朝$s边望|往$w望|眼睛看$s边|眼睛往$w看|"
             "看向$w|看向$s边|目光转向$w|"
             "${s}看|望${s}看|把脸转向$w|把脸$t$w转|$h摆向$w|向$w观察|瞄一眼$s边|朝$w瞄一眼)",
             {{"s", left ? "左" : "右"},
              {"w", SideWord(rng, left)},
              {"h", Expand(rng, kHead)},
              {"t", Expand(rng, kTowards)},
              {"m", Expand(rng, kManner)}});
  clause.steps = {learn::Look(left ? kPanDegrees : -kPanDegrees, 0)};
  return clause;
}

Clause PanNumber(Rng& rng) {
  const bool left = rng.Chance(0.5);
  const bool slight = rng.Chance(0.18);
  const Quantity angle =
      slight ? Quantity{Expand(rng, kBit), kBitDegrees} : DrawAngleUpTo(rng, kLargestPan);
  Clause clause;
  clause.text =
      Expand(rng,
             "($h$t$w$v$a|$h$t$w$v$a|$m$h$t$w$v$a|$h${s}转$a|$h${s}转$a|$h${s}偏$a|把$h$t$w$v$a|把$"
             "h$t$w$v$a|把$h${s}转$a|"
             "往$w看$a|向$w看$a|朝$w看$a|$h$t$w$a|$h再$t$w转$a|转头$t$w$a|扭头$t$w$a|${s}看$a|将$h$"
             "t$w$v$a|$h$m$t$w转$a|"
             "让$h$t$w转$a|$h$t$w稍微偏$a|把$h$m$t$w转$a|只把$h$t$w转$a|$t$w扭头$a|$t$w转头$a)",
             {{"s", left ? "左" : "右"},
              {"w", SideWord(rng, left)},
              {"h", Expand(rng, kHead)},
              {"t", Expand(rng, kTowards)},
              {"m", Expand(rng, kManner)},
              {"v", PanVerb(rng)},
              {"a", angle.said}});
  // 稍微偏 before a number is an estimate at most; the number counts.
  if (!slight && rng.Chance(0.06)) {
    clause.text = Expand(rng,
                         "(pan向${s}$a|$h水平${s}转$a|云台水平向${s}$a|镜头pan$s$a|$h${s}$a|$h$a朝$"
                         "{s}|$h：${s}$a|$h，${s}$a|$h${s}摆$a|$h $a ${s}侧)",
                         {{"s", left ? "左" : "右"}, {"h", Expand(rng, kHead)}, {"a", angle.said}});
  }
  clause.steps = {learn::Look(left ? angle.value : -angle.value, 0)};
  return clause;
}

Clause TiltPlain(Rng& rng) {
  const bool up = rng.Chance(0.5);
  const Slots slots = {
      {"h", Expand(rng, kHead)},
      {"t", Expand(rng, kTowards)},
      {"w", Expand(rng, up ? "(上|上|上面|上边|上方|上头)" : "(下|下|下面|下边|下方|下头)")},
      {"n", Expand(rng, up ? "(上面|上边|上方|上头)" : "(下面|下边|下方|下头)")},
      {"m", Expand(rng, kManner)}};
  Clause clause;
  clause.text = Expand(
      rng,
      up ? "(抬头|抬头|抬头|抬头看(天花板|天空|天上|星星|月亮|屋顶|气球|上面的灯|高处)|抬起头看看("
           "天花板|天上|上面)|往天上看|仰头看(天|天花板)|tilt向上|镜头tilt上|抬起头|抬起头来|"
           "抬一下头|抬抬头|$m抬头|$m抬起头|把$"
           "h抬起来|把$h$m抬起来|$h抬起来|$h抬起|"
           "仰头|仰起头|仰起头来|$h仰起来|把$h仰起来|$h上仰|$h上抬|$h上扬|抬头看|"
           "抬头看看|抬头看$n|抬头$t$w看|昂起头|昂头|"
           "$t$w看|$t$w看|$t$w看看|$t$w看一眼|$t$w瞅瞅|看$n|看看$n|看一下$n|瞅瞅$"
           "n|瞧瞧$n|$h$t上抬|$h$t上仰|$h朝上|$h向上|"
           "把$h$t上抬|把$h$t上转|把$h朝上|$h$t$w转|仰望|往高处看|仰着头|$h抬高|"
           "把$h抬高|仰视|$t$w望|$h朝$w|将$h上抬)"
         : "(低头|低头|低头|低头看(地面|地板|地上|脚下|轮子|地毯|下面)|低下头看看(地上|脚下|下面)|"
           "往地上看|tilt向下|镜头tilt下|低下头|低下头来|低一下头|低低头|$m低头|$m低下头|把$"
           "h低下来|把$h$m低下来|$h低下来|$h低下|"
           "把$h低下去|低头看|低头看看|低头看$n|低头$t$w看|埋头看$n|垂下头|$h下俯|"
           "$h俯下|$h下压|$h下垂|俯视|俯下头|"
           "$t$w看|$t$w看|$t$w看看|$t$w看一眼|$t$w瞅瞅|看$n|看看$n|看一下$n|瞅瞅$"
           "n|瞧瞧$n|$h$t下低|$h$t下压|$h朝下|$h向下|"
           "把$h$t下压|把$h$t下转|把$h朝下|$h$t$w转|往低处看|低着头|$h放低|把$"
           "h放低|$h俯视|$t$w望|$h朝$w|将$h下压)",
      slots);
  clause.steps = {learn::Look(0, up ? kUpDegrees : -kDownDegrees)};
  return clause;
}

Clause TiltNumber(Rng& rng) {
  const bool up = rng.Chance(0.5);
  const bool slight = rng.Chance(0.18);
  const Quantity angle = slight ? Quantity{Expand(rng, kBit), kBitDegrees}
                                : DrawAngleUpTo(rng, up ? kLargestUp : kLargestDown);
  const Slots slots = {
      {"h", Expand(rng, kHead)},
      {"t", Expand(rng, kTowards)},
      {"m", Expand(rng, kManner)},
      {"a", angle.said},
      {"w", Expand(rng, up ? "(上|上|上面|上边|上方)" : "(下|下|下面|下边|下方)")}};
  Clause clause;
  clause.text = Expand(rng,
                       up ? "(抬头$a|抬头$a|仰头$a|头抬$a|头抬高$a|头仰$a|$h抬高$a|$h抬起$a|$h上仰$"
                            "a|$h上抬$a|$h$t$w抬$a|$h$t$w仰$a|"
                            "$h$t$w$a|把$h抬高$a|把$h抬$a|把$h$t$w抬$a|把$h上抬$a|把$h仰起$a|$t$"
                            "w看$a|$h朝$w$a|$h$t$w转$a|$m$h上仰$a|"
                            "$h仰$a|昂头$a|抬起头$a|$m抬头$a|将$h上仰$a|再抬头$a|$h上扬$a|$h稍微抬$"
                            "a|$h$t$w看$a|把$h$m抬高$a)"
                          : "(低头$a|低头$a|头低$a|头低下$a|头下低$a|$h放低$a|$h下俯$a|$h下压$a|$"
                            "h俯$a|$h$t$w低$a|$h$t$w压$a|"
                            "$h$t$w$a|把$h放低$a|把$h低$a|把$h$t$w压$a|把$h下压$a|把$h低下$a|$t$"
                            "w看$a|$h朝$w$a|$h$t$w转$a|$m$h下俯$a|"
                            "$h低$a|俯视$a|低下头$a|$m低头$a|将$h下俯$a|再低头$a|$h下倾$a|$h稍微低$"
                            "a|$h$t$w看$a|把$h$m放低$a)",
                       slots);
  if (!slight && rng.Chance(0.08)) {
    clause.text = Expand(
        rng, up ? "($h仰角$a|仰角$a|$h仰角调到$a|$h上$a)" : "($h俯角$a|俯角$a|$h俯角调到$a|$h下$a)",
        slots);
  }
  clause.steps = {learn::Look(0, up ? angle.value : -angle.value)};
  return clause;
}

Clause PanAndTilt(Rng& rng) {
  const bool left = rng.Chance(0.5);
  const bool up = rng.Chance(0.5);
  const Quantity pan = DrawAngleUpTo(rng, kLargestPan);
  const Quantity tilt = DrawAngleUpTo(rng, up ? kLargestUp : kLargestDown);
  const Slots slots = {
      {"h", Expand(rng, kHead)},
      {"s", left ? "左" : "右"},
      {"t", Expand(rng, kTowards)},
      {"p", pan.said},
      {"q", tilt.said},
      {"u", up ? "上" : "下"},
      {"v", Expand(rng, up ? "(上仰|上抬|抬|仰|向上|往上抬|朝上|抬高|往上|向上抬|仰起)"
                           : "(下俯|下压|低|俯|向下|往下压|朝下|放低|往下|向下低|低下)")}};
  const std::string joint = Expand(rng, "(，同时|，同时|，同时再|，并|，并且|同时|同时|并|，一边)");
  Clause clause;
  if (rng.Chance(0.75)) {
    clause.text =
        Expand(rng,
               "($h${s}转$p|$h$t${s}转$p|$h$t${s}边转$p|把$h$t${s}转$p|$h$t${s}偏$p|$h$t${s}$p|"
               "往${s}看$p|转头向${s}$p|$h${s}偏$p|把$h$t${s}边转$p)",
               slots) +
        joint + Expand(rng, "$v$q", slots);
  } else if (rng.Chance(0.5)) {
    clause.text = Expand(rng, "($h$v$q|把$h$v$q|$h$t$u$q)", slots) + joint +
                  Expand(rng, "($t${s}转$p|${s}转$p|$t${s}偏$p|$t${s}$p)", slots);
  } else {
    clause.text = Expand(rng,
                         "(云台水平$s转$p，垂直向$u$q|$h水平向$s$p、俯仰向$u$q|$h往$s$p往$u$q|$h${"
                         "s}$p$u$q|$h${s}$p、$u$q|$h：${s}$p，$u$q|$h${s}$p，$u$q|$h向${s}$p向$u$q|"
                         "$h往${s}$p、往$u$q|$h朝${s}$p、朝$u$q)",
                         slots);
  }
  clause.steps = {learn::Look(left ? pan.value : -pan.value, up ? tilt.value : -tilt.value)};
  return clause;
}

Clause Centre(Rng& rng) {
  Clause clause;
  clause.text = Expand(rng,
                       "(看前面|看前面|看前方|看正前方|看正前面|看着前面|看着前方|看向前方|"
                       "看向正前方|目视前方|目视前方|平视前方|直视前方|正视前方|"
                       "目视正前方|往前看|向前看|朝前看|往前方看|往正前方看|$h回正|$h回正|$h摆正|$"
                       "h转正|$h放正|$h归中|$h回中|$h居中|$h复位|$h归位|"
                       "$h归零|$h转回来|$h转回正前方|$h转回中间|$h回到中间|$h回到正中|$h正过来|$"
                       "h摆回来|$h朝前|$h朝正前方|$h对准前方|"
                       "把$h回正|把$h摆正|把$h摆正|把$h转正|把$h放正|把$h转回来|把$h转回正前方|把$"
                       "h转回中间|把$h正过来|把$h归中|把$h朝前|把$h扶正|"
                       "$h看前面|$h看前方|$h往前看|$h保持水平朝前|眼睛看前面|眼睛看前方|眼睛往前看|"
                       "眼看前方|视线回正|视线回到前方|目光朝前|脸朝前|"
                       "看回前面|看回前方|看正前|直着看前面|往前头看|瞅前头|看前头|回正$h|摆正$h|"
                       "将$h回正|将$h归中|让$h回正|$h$m回正|把$h$m转回来|"
                       "两眼看前方|双眼直视前方|看看前面|看看前方|看一下前面|瞅瞅前面|往前面看|$"
                       "h转到正前方|$h转向正前方|$h恢复原位)",
                       {{"h", Expand(rng, kHead)}, {"m", Expand(rng, kManner)}});
  clause.steps = {learn::Look(0, 0)};
  return clause;
}

}  // namespace

Clause Look(Rng& rng) {
  const double kind = rng.Uniform();
  if (kind < 0.2) return PanPlain(rng);
  if (kind < 0.4) return PanNumber(rng);
  if (kind < 0.58) return TiltPlain(rng);
  if (kind < 0.74) return TiltNumber(rng);
  if (kind < 0.84) return PanAndTilt(rng);
  return Centre(rng);
}

}  // namespace ganglion::learn::chinese
