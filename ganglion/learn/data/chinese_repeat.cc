#include <string_view>

#include "ganglion/learn/data/chinese_compound.h"
#include "ganglion/learn/data/chinese_special.h"
#include "ganglion/learn/data/chinese_speech.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::chinese {
namespace {

Clause Repeated(std::string text, const std::vector<Step>& once, double count) {
  Clause clause;
  clause.text = std::move(text);
  for (int i = 0; i < static_cast<int>(count); ++i) {
    clause.steps.insert(clause.steps.end(), once.begin(), once.end());
  }
  return clause;
}

// 次 with its count: 三次, 两遍, 3回.
std::string Times(Rng& rng, const Quantity& count) {
  return count.said + Expand(rng, "(次|次|次|次|遍|遍|回)");
}

Clause OneAction(Rng& rng) {
  const Quantity count = DrawCount(rng, rng.Chance(0.85) ? 5 : 12);
  const Clause once = DrawCompact(rng);
  return Repeated(Expand(rng,
                         "($c，重复$n|$c，做$n|$c，来$n|$c，连做$n|$c$n|$c$n|$n$c|连续$n$c|$"
                         "c，一共$n|$c，连续$n|反复$c$n|"
                         "重复$n$c|$c，$n|$c，共$n|$c，这样做$n|$c，重复做$n|连着$c$n|$c，连来$n|"
                         "一连$n$c|$c这个动作做$n|"
                         "$c，总共$n|$c，弄$n|$c，整$n|把$c这个动作重复$n|$n，$c)",
                         {{"c", once.text}, {"n", Times(rng, count)}}),
                  once.steps, count.value);
}

Clause SeveralActions(Rng& rng) {
  const Quantity count = DrawCount(rng, 4);
  const Clause a = DrawCompact(rng);
  Clause b = DrawCompact(rng);
  if (a.steps.back().kind == Step::Kind::kLook && b.steps.front().kind == Step::Kind::kLook)
    b = Wait(rng);
  std::vector<Step> steps = a.steps;
  steps.insert(steps.end(), b.steps.begin(), b.steps.end());
  return Repeated(Expand(rng,
                         "($a再$b，重复$n|$a然后$b，重复$n|$a，$b，一共$n|$a，$b，重复$n|$a、$"
                         "b，一共$n|$a，$b，这样做$n|先$a再$b，循环$n|"
                         "$a，再$b，做$n|$a再$b，做$n|$a，然后$b，来$n|$a再$b，连做$n|$a，$b，循环$"
                         "n|先$a，再$b，重复$n|"
                         "$a，接着$b，一共做$n|$a、$b，重复$n|$a，$b，反复$n|$a再$b，$n|$a，$b，共$"
                         "n|$a之后$b，这套动作做$n|"
                         "$a，$b，这样重复$n|$a再$b，这样来$n|$a，$b，整个过程做$n|$n：$a，$b|$"
                         "a然后$b，这样的动作做$n|把$a再$b做$n)",
                         {{"a", a.text}, {"b", b.text}, {"n", Times(rng, count)}}),
                  steps, count.value);
}

// Three or four clauses as one round: 亮灯，等一秒，关灯，等一秒，这样做三次
Clause Rounds(Rng& rng) {
  const Quantity count = DrawCount(rng, 4);
  std::vector<Clause> parts;
  const std::size_t length = 3 + rng.Below(2);
  while (parts.size() < length) {
    Clause part = rng.Chance(0.35) ? Wait(rng) : DrawCompact(rng);
    if (!parts.empty() && part.steps.front().kind == parts.back().steps.back().kind) continue;
    parts.push_back(std::move(part));
  }
  std::string text;
  std::vector<Step> steps;
  const std::string mark = Expand(rng, "(，|，|，|、|，再|，然后)");
  for (const Clause& part : parts) {
    if (!text.empty()) text += mark;
    text += part.text;
    steps.insert(steps.end(), part.steps.begin(), part.steps.end());
  }
  return Repeated(
      Expand(rng,
             "($c，这样做$n|$c，重复$n|$c，一共$n|$c，循环$n|$c，整套做$n|$c，总共做$n|$c，来$n|$"
             "c。以上动作做$n|"
             "把下面的动作做$n：$c|做$n：$c|$n：$c|$c，这一套来$n|$c，就这样$n|$c，共$n)",
             {{"c", text}, {"n", Times(rng, count)}}),
      steps, count.value);
}

// 前进一米、后退一米，三个来回
Clause ThereAndBack(Rng& rng) {
  const Quantity count = DrawCount(rng, 6);
  const Quantity way = DrawDistance(rng);
  const bool ahead = rng.Chance(0.8);
  const double metres = ahead ? way.value : -way.value;
  const std::vector<Step> once = {learn::Drive(metres), learn::Drive(-metres)};
  const Slots slots = {{"w", way.said},
                       {"n", count.said},
                       {"a", ahead ? "前进" : "后退"},
                       {"b", ahead ? "后退" : "前进"},
                       {"f", ahead ? "往前走" : "往后退"},
                       {"g", ahead ? "往后退" : "往前走"}};
  if (rng.Chance(0.3)) {
    const std::string text =
        ahead && rng.Chance(0.4)
            ? Expand(rng,
                     "($f$w，再退回来|$f$w然后退回来|$a$w再退回原处|$f$w，再退回去|$a$w，再倒回来)",
                     slots)
            : Expand(rng,
                     "($a$w再$b$w|$f$w，再$g$w|$f$w然后$g$w|$a$w，然后$b同样的距离|$a$w又$b$w)",
                     slots);
    return Repeated(text, once, 1);
  }
  return Repeated(Expand(rng,
                         "($a$w、$b$w，一共$n个来回|$a$w再$b$w，$n个来回|$a$w，$b$w，走$n个来回|$f$"
                         "w再$g$w，来回$n次|$a$w、$b$w，来回$n趟|"
                         "$a$w再$b$w，来回走$n遍|$a$w，再$b$w，做$n个来回|$f$w，$g$w，往返$n次|$a$"
                         "w再$b$w，往返$n趟|$f$w，$g$w，$n个来回|"
                         "先$a$w再$b$w，共$n个来回|$a$w，$b$w，跑$n个来回)",
                         slots),
                  once, count.value);
}

// 向左转三次，每次三十度
Clause EachTime(Rng& rng) {
  const Quantity count = DrawCount(rng, rng.Chance(0.8) ? 5 : 10);
  const bool positive = rng.Chance(0.5);
  const double sign = positive ? 1 : -1;
  const std::string unit = Expand(rng, "(次|次|次|回|下)");
  const std::string pattern =
      "($v$n$u，每$u$a|$v$n$u，每$u$a|$v$n$u每$u$a|分$n$u$v，每$u$a|连续$v$n$u，每$u$a|每$u$v$a，$"
      "m$n$u|每$u$v$a，一共$n$u|"
      "每$u$v$a，做$n$u|连$v$n$u，每$u$a|$v，每$u$a，$m$n$u|$v$a，$m$n$u|$v$a，一共$m$n$u|$v$n$"
      "u，一$u$a)";
  if (rng.Chance(0.5)) {
    const Quantity angle = DrawAngle(rng);
    return Repeated(
        Expand(
            rng, pattern,
            {{"v",
              positive
                  ? Expand(rng, "(左转|向左转|往左转|朝左转|往左拐|逆时针转|原地左转|向左旋转)")
                  : Expand(rng, "(右转|向右转|往右转|朝右转|往右拐|顺时针转|原地右转|向右旋转)")},
             {"n", count.said},
             {"u", unit},
             {"a", angle.said},
             {"m", "转"}}),
        {learn::Turn(sign * angle.value)}, count.value);
  }
  const Quantity distance = DrawDistance(rng);
  return Repeated(
      Expand(rng, pattern,
             {{"v", positive ? Expand(rng, "(前进|往前走|向前走|往前开|向前移动|往前挪)")
                             : Expand(rng, "(后退|往后退|向后退|倒车|往后挪|向后移动)")},
              {"n", count.said},
              {"u", unit},
              {"a", distance.said},
              {"m", positive ? "走" : "退"}}),
      {learn::Drive(sign * distance.value)}, count.value);
}

Clause SpokenTimes(Rng& rng) {
  const Quantity count = DrawCount(rng, rng.Chance(0.85) ? 5 : 10);
  const std::string speech = DrawSpeech(rng);
  return Repeated(Expand(rng,
                         "(说$n遍$q|说$n遍$q|说$n次$q|把$q说$n遍|连说$n遍$q|喊$n声$q|喊$n遍$q|喊$"
                         "n次$q|重复说$n遍$q|说$q，说$n遍|说$q$n遍|"
                         "念$n遍$q|播报$n遍$q|连续播报$n次$q|连喊$n声$q|大声喊$n遍$q|读$n遍$q|$q说$"
                         "n遍|说$q，重复$n遍|跟大家说$n遍$q|"
                         "连续说$n次$q|把$q念$n遍|广播$n遍$q|说上$n遍$q|喊$q喊$n声)",
                         {{"n", count.said}, {"q", InQuotes(rng, speech)}}),
                  {learn::Say(speech)}, count.value);
}

// Two opposite states in one word: 开合, 开关灯.
Clause Toggled(Rng& rng) {
  const Quantity count = DrawCount(rng, 6);
  const std::string times = Times(rng, count);
  switch (rng.Below(6)) {
    case 0:
    case 1:
      return Repeated(
          Expand(rng,
                 "($g张开再合上，做$n|$g开合$n|$g一开一合$n|$g张开合上$n|把$g张开再合上，重复$n|$"
                 "g打开再闭合，$n|"
                 "张开$g再合上，来$n|$g松开再夹紧，连做$n|张开$g，合上$g，做$n|$g张合$n|$"
                 "g先张开再合上，$n)",
                 {{"n", times}, {"g", Expand(rng, "(夹爪|爪子|夹子|gripper|机械爪|手爪)")}}),
          {learn::Grip(100), learn::Grip(0)}, count.value);
    case 2:
      return Repeated(Expand(rng,
                             "(把灯打开再关上，重复$n|开灯再关灯，$n|开灯关灯$n|灯打开再关掉，做$n|"
                             "开灯、关灯，一共$n|开关灯$n|先开灯再关灯，来$n|"
                             "灯一开一关$n)",
                             {{"n", times}}),
                      {learn::Light("white"), learn::Light("off")}, count.value);
    case 3:
      return Repeated(Expand(rng,
                             "($a抬起来再放下，做$n|$a举起再放下，$n|抬起$a再放下，重复$n|$"
                             "a一抬一放$n|举起$a又放下，来$n|把$a抬起来再放下去，$n|"
                             "$a升到顶再降到底，做$n)",
                             {{"n", times}, {"a", Expand(rng, "(手臂|胳膊|机械臂|大臂|arm)")}}),
                      {learn::Arm(100), learn::Arm(0)}, count.value);
    case 4:
      return Repeated(Expand(rng,
                             "(先看左边再看右边，做$n|左看右看$n|头左转再右转，做$n|"
                             "看左边再看右边，重复$n|往左看再往右看，来$n|左右看$n)",
                             {{"n", times}}),
                      {learn::Look(45, 0), learn::Look(-45, 0)}, count.value);
    default:
      return Repeated(Expand(rng,
                             "(抬头再低头，做$n|抬头低头$n|先抬头后低头，重复$n|抬头然后低头，一共$"
                             "n|头抬起来再低下去，$n)",
                             {{"n", times}}),
                      {learn::Look(0, 30), learn::Look(0, -20)}, count.value);
  }
}

Clause Again(Rng& rng) {
  const Clause once = DrawCompact(rng);
  return Repeated(Expand(rng,
                         "($c，再来一遍|$c，再来一次|$c，然后再做一遍|$c，同样的动作再做一次|$"
                         "c，再做一次|$c，再$c|$c，再$c一次|$c，然后再来一次|"
                         "$c，再重复一次|$c，完了再来一遍)",
                         {{"c", once.text}}),
                  once.steps, 2);
}

}  // namespace

Ruled Repetition(Rng& rng) {
  Ruled out;
  switch (rng.Below(12)) {
    case 0:
    case 1:
    case 2:
      out = {OneAction(rng), "repeat/one"};
      break;
    case 3:
      out = {Rounds(rng), "repeat/rounds"};
      break;
    case 4:
      out = {SeveralActions(rng), "repeat/several"};
      break;
    case 5:
      out = {ThereAndBack(rng), "repeat/back"};
      break;
    case 6:
    case 7:
      out = {EachTime(rng), "repeat/each"};
      break;
    case 8:
    case 9:
      out = {SpokenTimes(rng), "repeat/say"};
      break;
    case 10:
      out = {Toggled(rng), "repeat/toggle"};
      break;
    default:
      out = {Again(rng), "repeat/again"};
      break;
  }
  if (rng.Chance(0.2)) {
    Clause more = DrawCompact(rng);
    out.clause.text += Expand(rng, "(，然后|，最后|，再|，完了|，接着)") + more.text;
    out.clause.steps.insert(out.clause.steps.end(), more.steps.begin(), more.steps.end());
  }
  return out;
}

namespace {

void Side(std::vector<Step>& steps, double metres, double degrees) {
  steps.push_back(learn::Drive(metres));
  steps.push_back(learn::Turn(degrees));
}

// Squares and triangles: equal sides, equal corners, to the left unless said.
Clause Polygon(Rng& rng) {
  const bool square = rng.Chance(0.85);
  const int corners = square ? 4 : 3;
  const int laps = square ? (rng.Chance(0.1) ? 2 : 1) : (rng.Chance(0.1) ? 2 : 1);
  const Quantity side = DrawDistance(rng);
  const std::string name = square ? Expand(rng, "(正方形|正方形|正方形|正方形|方形|方块|四方形)")
                                  : Expand(rng, "(等边三角形|正三角形|三角形)");
  const Slots slots = {{"s", side.said}, {"f", name}};
  const std::size_t turn = rng.Below(4);  // 0 right, 1 left, otherwise not named
  Clause clause;
  if (laps == 2) {
    clause.text = Expand(rng,
                         "(绕边长$s的$f走两圈|沿着边长$s的$f走两圈|走两圈边长$s的$f|走两个边长$s的$"
                         "f|绕着边长为$s的$f开两圈|"
                         "走边长$s的$f，走两圈|沿边长$s的$f跑2圈)",
                         slots);
  } else {
    clause.text = Expand(rng,
                         "(走一个边长$s的$f|走一个边长$s的$f|走个边长$s的$f|走一个边长为$s的$f|走$"
                         "f，边长$s|绕边长$s的$f走一圈|沿边长$s的$f走一圈|"
                         "沿着边长$s的$f走一圈|画一个边长$s的$f|画个$f，边长$s|按边长$s走一个$f|"
                         "走一个$f，每边$s|走一个每边$s的$f|走一个$f，边长$s|"
                         "开一个边长$s的$f|兜一个边长$s的$f|走个$f，边长是$s|走一圈边长$s的$f|"
                         "跑一个边长$s的$f|绕一个边长$s的$f|边长$s，走一个$f|"
                         "走出一个边长$s的$f|在地上走一个边长$s的$f|行驶一个边长$s的$f|走个$"
                         "f，每条边$s|走个$f，一边$s|用轮子画一个边长$s的$f|"
                         "转一个边长$s的$f|走边长$s的$f|走一个$f路线，边长$s|$f，边长$s，走一圈|"
                         "走一个边长$s的$f轨迹|开个$f，边长$s)",
                         slots);
  }
  if (turn == 0) {
    clause.text =
        rng.Chance(0.5)
            ? clause.text + Expand(rng,
                                   "，(往右转|向右转|右转|顺时针|每次右转|往右拐|向右拐|朝右转|"
                                   "顺时针走|拐弯都往右|都往右拐|顺时针方向)")
            : Expand(rng, "(顺时针|顺时针|往右|向右|沿顺时针方向|按顺时针方向)") + clause.text;
  } else if (turn == 1) {
    clause.text =
        rng.Chance(0.5)
            ? clause.text + Expand(rng,
                                   "，(往左转|向左转|左转|逆时针|每次左转|往左拐|向左拐|朝左转|"
                                   "逆时针走|都往左拐|逆时针方向)")
            : Expand(rng, "(逆时针|逆时针|往左|向左|沿逆时针方向|按逆时针方向)") + clause.text;
  }
  for (int i = 0; i < laps * corners; ++i) {
    Side(clause.steps, side.value, (turn == 0 ? -360.0 : 360.0) / corners);
  }
  return clause;
}

Clause Rectangle(Rng& rng) {
  const Quantity length = DrawDistance(rng);
  const Quantity width = DrawDistance(rng);
  const bool right = rng.Chance(0.3);
  Clause clause;
  clause.text = Expand(rng,
                       "(走一个长$l宽$w的长方形|走一个长$l、宽$w的长方形|走长方形，长$l宽$w|"
                       "走一个长方形，长$l，宽$w|画一个长$l宽$w的长方形|"
                       "走个长$l宽$w的矩形|沿长$l宽$w的长方形走一圈|走一个$l乘$w的长方形)",
                       {{"l", length.said}, {"w", width.said}});
  if (right) clause.text += Expand(rng, "，(往右转|向右拐|顺时针|右转|每次右转)");
  for (int i = 0; i < 4; ++i) {
    Side(clause.steps, i % 2 == 0 ? length.value : width.value, right ? -90 : 90);
  }
  return clause;
}

}  // namespace

Ruled Shape(Rng& rng) {
  Ruled out = rng.Chance(0.92) ? Ruled{Polygon(rng), "shape/polygon"}
                               : Ruled{Rectangle(rng), "shape/rectangle"};
  if (rng.Chance(0.3)) {
    const Clause before = DrawCompact(rng);
    out.clause.text = before.text + Expand(rng, "(，|，|，然后|，再|，接着)") + out.clause.text;
    out.clause.steps.insert(out.clause.steps.begin(), before.steps.begin(), before.steps.end());
  }
  if (rng.Chance(0.35)) {
    const Clause after = DrawCompact(rng);
    out.clause.text += Expand(rng, "(，|，|，然后|，最后|，走完|，完了)") + after.text;
    out.clause.steps.insert(out.clause.steps.end(), after.steps.begin(), after.steps.end());
  }
  return out;
}

}  // namespace ganglion::learn::chinese
