#include <optional>
#include <string_view>

#include "ganglion/learn/data/chinese_clauses.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::chinese {
namespace {

constexpr double kBitMetres = 0.2;
constexpr double kBitDegrees = 15;
constexpr double kPlainMetres = 0.5;
constexpr double kPlainDegrees = 90;
constexpr double kSlowMps = 0.15;
constexpr double kSlowDps = 20;
constexpr double kFastMps = 0.6;
constexpr double kFastDps = 90;

constexpr std::string_view kSlow =
    "(慢慢|慢慢|慢慢地|慢慢的|慢点|慢点|慢点儿|慢一点|慢一些|慢些|缓缓|缓缓地|缓慢|缓慢地|小心|"
    "小心地|小心点|"
    "小心翼翼地|轻轻|轻轻地|轻一点|慢速|以慢速|用慢速|放慢速度|低速|放慢速度|慢悠悠地|徐徐|"
    "慢吞吞地)";
constexpr std::string_view kFast =
    "(快速|快速|快速地|快点|快点|快点儿|快一点|快一些|快些|迅速|迅速地|飞快地|高速|用快速|"
    "以较快的速度|快快|快快地|"
    "加快速度|"
    "麻利地)";
constexpr std::string_view kSlowAfter =
    "，(慢点|慢一点|慢些|慢慢来|慢慢走|慢点走|开慢点|要慢|速度慢点|速度慢一点|速度放慢|小心点|"
    "慢点开|走慢点)";
constexpr std::string_view kFastAfter =
    "，(快点|快一点|快些|要快|速度快点|速度快一点|动作快点|快点走|开快点|快点开|走快点)";

constexpr std::string_view kAhead =
    "(往前|往前|往前|向前|向前|向前|朝前|朝前|往前头|往前面|朝前面|向前面|向前方|朝前方|往前方|"
    "一直往前|"
    "笔直向前|照直往前|径直向前|直直地往前|直着往前|对着前面|朝前头|往正前方|朝正前方|朝着前面|"
    "往头里)";
constexpr std::string_view kAheadVerb =
    "(走|走|走|走|开|开|开|挪|挪|移|移动|移动|行驶|行进|推进|动|跑|蹭|滑|滑行|进|行走|挪动|迈|驶|"
    "溜达|靠)";
constexpr std::string_view kAheadShort =
    "(前进|前进|前进|前进|前移|前行|直行|直走|往前|向前|上前|往前进|向前进|前挪|前推|照直走|"
    "往前平移|沿X轴正方向移动|沿x轴正向移动|往前头走|直开|往前直走|"
    "进|再前进|"
    "继续前进|继续往前走|再往前走|再往前|再向前开|接着往前开)";
constexpr std::string_view kBack =
    "(往后|往后|往后|向后|向后|向后|朝后|朝后|往后头|往后面|朝后面|向后面|向后方|朝后方|往后方|"
    "一直往后|笔直向后|"
    "直直地往后|朝后头|往背后|往正后方)";
constexpr std::string_view kBackVerb =
    "(退|退|退|退|走|走|倒|倒|倒车|撤|挪|移|移动|开|让|缩|靠|退开|行驶|动|跑|蹭|滑|挪动|撤退|退行)";
constexpr std::string_view kBackShort =
    "(后退|后退|后退|后退|倒车|倒车|退后|退后|倒退|后撤|后移|回退|往后|向后|再后退|再往后退|"
    "继续后退|往回倒|退开|往后平移|沿X轴负方向移动|倒着走|退着走|往后站|往回退)";
constexpr std::string_view kBit =
    "(一点|一点|一点|一点点|一点点|一点儿|一点儿|点|点儿|一下|一小点|一丁点|一丢丢|一点点儿|"
    "那么一点|一下下)";
constexpr std::string_view kSlightly = "(稍微|稍微|稍微|稍稍|略微|稍|微微)";

constexpr std::string_view kLeft =
    "(往左|往左|向左|向左|朝左|往左边|往左边|向左边|朝左边|往左手边|朝左手边|向左手边|往左侧|"
    "向左侧|朝左侧|往左面|"
    "朝左手|往左手|往左首|向左方|往左手方向|朝左边儿|往左边儿|向着左边|逆时针|逆时针|按逆时针|"
    "逆时针方向|沿逆时针)";
constexpr std::string_view kRight =
    "(往右|往右|向右|向右|朝右|往右边|往右边|向右边|朝右边|往右手边|朝右手边|向右手边|往右侧|"
    "向右侧|朝右侧|往右面|"
    "朝右手|往右手|往右首|向右方|往右手方向|朝右边儿|往右边儿|向着右边|顺时针|顺时针|按顺时针|"
    "顺时针方向|沿顺时针)";
constexpr std::string_view kTurnVerb =
    "(转|转|转|转|转|拐|拐|转弯|拐弯|转动|旋转|旋转|转向|转过去|扭|拧|偏转|回转)";
constexpr std::string_view kTurnWith =
    "(转|转|转|转|转|转|拐|转动|旋转|旋转|转过|扭|拧|偏转|偏|回转|转个|转上)";

struct Speed {
  std::string before;  // 慢慢
  std::string after;   // ，慢一点
  double mps = 0;
  double dps = 0;
};

// Nothing for most motions.
std::optional<Speed> DrawSpeedWord(Rng& rng) {
  if (!rng.Chance(0.15)) return std::nullopt;
  const bool slow = rng.Chance(0.55);
  Speed speed;
  speed.mps = slow ? kSlowMps : kFastMps;
  speed.dps = slow ? kSlowDps : kFastDps;
  if (rng.Chance(0.85)) {
    speed.before = Expand(rng, slow ? kSlow : kFast);
  } else {
    speed.after = Expand(rng, slow ? kSlowAfter : kFastAfter);
  }
  return speed;
}

std::string DriveText(Rng& rng, const DriveWords& words, const std::string& speed) {
  const std::string& amount = words.amount.said;
  const std::string direction = Expand(rng, words.ahead ? kAhead : kBack);
  const std::string verb = Expand(rng, words.ahead ? kAheadVerb : kBackVerb);
  const std::string short_verb = Expand(rng, words.ahead ? kAheadShort : kBackShort);
  const std::string bit = Expand(rng, kBit);
  const std::string slightly = Expand(rng, kSlightly);
  const Slots slots = {{"s", speed},  {"d", direction}, {"v", verb},    {"k", short_verb},
                       {"a", amount}, {"b", bit},       {"l", slightly}};
  if (words.slight) {
    return Expand(rng,
                  "($s$d$v$b|$s$d$v$b|$d$s$v$b|$s$k$b|$s$l$d$v$b|$s$l$d$v|$s$l$k|$l$s$k$b|$d$l$v$b|"
                  "$s$l$d$b|$s$d$b|再$d$v$b)",
                  slots);
  }
  if (amount.empty()) {
    return Expand(rng, "($s$d$v|$s$d$v|$d$s$v|$s$k|$s$k|$s$k|$s$k)", slots);
  }
  if (words.ahead && rng.Chance(0.12)) {
    return Expand(rng, "$s(走|走|开|直走|走出|开出|开出去|走出去|往外开|跑|行驶|移动|直着开|挪)$a",
                  slots);
  }
  return Expand(
      rng,
      "($s$d$v$a|$s$d$v$a|$s$d$v$a|$d$s$v$a|$s$k$a|$s$k$a|$s$k$a|$s$k$a|$s$d$a|$d$v出$a|"
      "$d$v个$a|$d$v上$a|$d$v出去$a|再$d$v$a|$s$d$v $a|$s$d$v了$a|$d$v过去$a|给我$s$d$v$a|"
      "$d$v$a的距离|$s$d${v}动$a|$s$k个$a)",
      slots);
}

std::string TurnText(Rng& rng, const TurnWords& words, const std::string& speed) {
  const std::string direction = Expand(rng, words.left ? kLeft : kRight);
  const std::string side = words.left ? "左" : "右";
  const std::string verb = Expand(rng, words.amount.said.empty() ? kTurnVerb : kTurnWith);
  const std::string bit = Expand(rng, kBit);
  const std::string slightly = Expand(rng, kSlightly);
  const std::string body =
      Expand(rng, "(车头|车身|身子|身体|底盘|整个身子|车子|机身|机器人|整车|屁股|小车)");
  const std::string place = Expand(rng, "(原地|原地|就地|在原地|)");
  const Slots slots = {
      {"s", speed},    {"d", direction},         {"x", side}, {"v", verb}, {"b", bit},
      {"l", slightly}, {"a", words.amount.said}, {"o", body}, {"p", place}};
  if (words.slight) {
    return Expand(
        rng,
        "($s$d$v$b|$s$d$v$b|$d$s$v$b|$s${x}转$b|$s$l$d$v$b|$s$l$d$v|$s$l${x}转|$s$l${x}转$b|"
        "$d$l$v$b|$o$d$v$b|$s$d${b}转|再$d$v$b|$o$l$d$v$b)",
        slots);
  }
  if (words.amount.said.empty()) {
    return Expand(
        rng,
        "($s$d$v|$s$d$v|$s$d$v|$d$s$v|$s${x}转|$s${x}转|$s${x}转|$s${x}拐|$s${x}转弯|$s${x}拐弯|"
        "$s$p$d$v|$s$p${x}转|$o$d$v|$o${x}转|把$o$d$v|$s转向$x边|$s转到$x边|$s转到${x}手边|"
        "$s转向${x}侧|$s向$x转个弯|$s往$x拐个弯|$s朝$x转一转|转到$x边去)",
        slots);
  }
  return Expand(
      rng,
      "($s$d$v$a|$s$d$v$a|$s$d$v$a|$d$s$v$a|$s${x}转$a|$s${x}转$a|$s${x}转$a|$s${x}拐$a|"
      "$s$p$d$v$a|$p$s$d转$a|$s$p${x}转$a|$o$d$v$a|$o${x}转$a|把$o$d$v$a|$s$d$a|$s${x}旋$a|"
      "再$d$v$a|$a$d转|转$a，$d|$s转动$a，$d|$s$d转个$a|$s$d转出$a|${x}转 $a|转身$d$a)",
      slots);
}

// Circles are turned to the left where no side is named.
Clause Circle(Rng& rng) {
  struct Reading {
    std::string_view said;
    double degrees;
  };
  constexpr Reading kReadings[] = {
      {"一圈", 360},   {"一圈", 360},   {"一圈", 360},   {"一整圈", 360},    {"个圈", 360},
      {"半圈", 180},   {"半圈", 180},   {"半个圈", 180}, {"两圈", 720},      {"两圈", 720},
      {"2圈", 720},    {"1圈", 360},    {"一圈半", 540}, {"四分之一圈", 90}, {"四分之三圈", 270},
      {"两整圈", 720}, {"个半圈", 180}, {"1.5圈", 540},  {"四分之一圈", 90}, {"二分之一圈", 180},
      {"1/4圈", 90},   {"1/2圈", 180},  {"3/4圈", 270},  {"0.5圈", 180}};
  const Reading reading = learn::Pick(rng, kReadings);
  const auto speed = DrawSpeedWord(rng);
  const std::size_t side = rng.Below(4);  // 0 left, 1 right, otherwise not named
  const std::string direction = side == 0   ? Expand(rng, kLeft)
                                : side == 1 ? Expand(rng, kRight)
                                            : "";
  Clause clause;
  clause.text =
      Expand(rng,
             "($s$d转$c|$s$d转$c|$s原地$d转$c|原地$s$d转$c|$s$d旋转$c|$s就地$d转$c|$s在原地$d转$c|"
             "$d$s转$c|转身$d$s转$c)",
             {{"s", speed ? speed->before : ""}, {"d", direction}, {"c", reading.said}}) +
      (speed ? speed->after : "");
  if (rng.Chance(0.1) && !speed) {
    clause.text = Expand(rng, "(自己|你|给我|给大家|就|)", {}) + clause.text;
  }
  clause.steps = {learn::Turn(side == 1 ? -reading.degrees : reading.degrees,
                              speed ? std::optional(speed->dps) : std::nullopt)};
  return clause;
}

Clause TurnAround(Rng& rng) {
  const auto speed = DrawSpeedWord(rng);
  Clause clause;
  clause.text = (speed ? speed->before : "") +
                Expand(rng,
                       "(掉头|调头|掉头|调头|掉个头|调个头|原地掉头|原地调头|掉转车头|转身180度|"
                       "转身一百八十度|原地转个身|把身体转过来|U形掉头|调转车头|"
                       "掉转方向|调转方向|转身|转身|"
                       "转个身|转过身|转过身来|转过身去|向后转|向后转|往后转|朝后转|背过身去|"
                       "背过身|转到后面|转到背后|把车头调过来|"
                       "把车头掉过来|把身子转过来|把身子转过去|反过来转身|身子转过来|身体转过去|"
                       "向后转身|来个向后转|原地向后转|"
                       "原地转身|车头掉过来|掉过头来|掉过头去|调过头来|一百八十度掉头|180度掉头|"
                       "转个一百八十度的身|扭过身来|转过来背对我)") +
                (speed ? speed->after : "");
  clause.steps = {learn::Turn(180, speed ? std::optional(speed->dps) : std::nullopt)};
  return clause;
}

// A speed in numbers, before or behind the motion.
Clause WithSpeed(Rng& rng, Clause clause, const Quantity& speed) {
  clause.text =
      Expand(rng,
             "(以$q的速度$m|以$q的速度$m|用$q的速度$m|按$q的速度$m|以$q$m|$m，速度$q|$m，速度是$q|"
             "速度$q，$m|速度设为$q，$m|按照$q的速度$m)",
             {{"q", speed.said}, {"m", clause.text}});
  clause.steps.front().rate = speed.value;
  return clause;
}

}  // namespace

Clause DriveAs(Rng& rng, const DriveWords& words) {
  const auto speed = DrawSpeedWord(rng);
  const double metres = words.slight                ? kBitMetres
                        : words.amount.said.empty() ? kPlainMetres
                                                    : words.amount.value;
  Clause clause;
  clause.text = DriveText(rng, words, speed ? speed->before : "") + (speed ? speed->after : "");
  // Not every reading has room for the speed word, and only what is said may be planned.
  const bool said = speed && clause.text.find(speed->before) != std::string::npos;
  clause.steps = {learn::Drive(words.ahead ? metres : -metres,
                               said ? std::optional(speed->mps) : std::nullopt)};
  return clause;
}

Clause TurnAs(Rng& rng, const TurnWords& words) {
  const auto speed = DrawSpeedWord(rng);
  const double degrees = words.slight                ? kBitDegrees
                         : words.amount.said.empty() ? kPlainDegrees
                                                     : words.amount.value;
  Clause clause;
  clause.text = TurnText(rng, words, speed ? speed->before : "") + (speed ? speed->after : "");
  const bool said = speed && clause.text.find(speed->before) != std::string::npos;
  clause.steps = {learn::Turn(words.left ? degrees : -degrees,
                              said ? std::optional(speed->dps) : std::nullopt)};
  return clause;
}

Clause Drive(Rng& rng) {
  if (rng.Chance(0.012)) {  // 向前一步走
    const bool ahead = rng.Chance(0.6);
    const int paces = 1 + static_cast<int>(rng.Below(5));
    Clause clause;
    clause.text = (ahead ? "向前" : "向后") + CountNumeral(paces) + "步走";
    clause.steps = {learn::Drive((ahead ? 1 : -1) * RoundedToHundredths(0.3 * paces))};
    return clause;
  }
  DriveWords words;
  words.ahead = rng.Chance(0.55);
  const double amount = rng.Uniform();
  words.slight = amount < 0.16;
  if (amount > 0.38) words.amount = DrawDistance(rng);
  if (rng.Chance(0.03) && !words.amount.said.empty()) {
    Clause clause;
    clause.text = DriveText(rng, words, "");
    clause.steps = {learn::Drive(words.ahead ? words.amount.value : -words.amount.value)};
    return WithSpeed(rng, clause, DrawSpeed(rng));
  }
  return DriveAs(rng, words);
}

Clause Turn(Rng& rng) {
  const double kind = rng.Uniform();
  if (kind < 0.1) return TurnAround(rng);
  if (kind < 0.22) return Circle(rng);
  if (kind > 0.97) {  // 左转45: a number that can only be degrees
    const bool left = rng.Chance(0.5);
    const int degrees = 5 * (2 + static_cast<int>(rng.Below(rng.Chance(0.7) ? 17 : 71)));
    Clause clause;
    clause.text = Expand(rng, "($x转|$x转|$x拐|向$x转|往$x转|往$x|原地$x转|$x转个|$r)",
                         {{"x", left ? "左" : "右"}, {"r", left ? "逆时针" : "顺时针"}}) +
                  (rng.Chance(0.5) ? Digits(degrees) : Numeral(degrees));
    clause.steps = {learn::Turn(left ? degrees : -degrees)};
    return clause;
  }
  TurnWords words;
  words.left = rng.Chance(0.5);
  words.slight = kind < 0.32;
  if (kind > 0.54) words.amount = DrawAngle(rng);
  if (rng.Chance(0.02) && !words.amount.said.empty()) {
    Clause clause;
    clause.text = TurnText(rng, words, "");
    clause.steps = {learn::Turn(words.left ? words.amount.value : -words.amount.value)};
    return WithSpeed(rng, clause, DrawRate(rng));
  }
  return TurnAs(rng, words);
}

}  // namespace ganglion::learn::chinese
