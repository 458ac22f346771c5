#include "ganglion/learn/data/chinese_compound.h"

#include <initializer_list>
#include <optional>
#include <string_view>

#include "ganglion/learn/data/chinese_speech.h"
#include "ganglion/learn/data/chinese_words.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::chinese {
namespace {

constexpr std::string_view kNext =
    "(然后|然后|然后|再|再|再|接着|接着|之后|随后|完了|然后再|接下来|紧接着|再接着|完事|之后再|"
    "完了再|完事儿|继而|"
    "下一步|而后|最后再|做完后|完成后|好了再|回头再)";
constexpr std::string_view kLast = "(最后|最后|最后再|最后|末了|最终|最后一步)";
constexpr std::string_view kAfter =
    "(后|后|之后|之后|以后|完|完了|完了以后|了之后|了以后|完以后|好了|完之后|后，|之后，|以后，|"
    "完了，|后再|之后再|以后再|"
    "完再|完了再|好了再|，完了|，完事|，好了之后|，做完)";

bool StartsWithAny(std::string_view text, std::initializer_list<std::string_view> heads) {
  for (std::string_view head : heads) {
    if (text.starts_with(head)) return true;
  }
  return false;
}

void Append(Clause& out, const Clause& next) {
  out.text += next.text;
  out.steps.insert(out.steps.end(), next.steps.begin(), next.steps.end());
  out.open_end = next.open_end;
}

bool HasMark(std::string_view text) {
  for (std::string_view mark : {"，", "？", "：", "“", "、", ", "}) {
    if (text.find(mark) != std::string_view::npos) return true;
  }
  return false;
}

// 第一步，拍照；第二步，左转
Clause Numbered(Rng& rng, const std::vector<Clause>& clauses) {
  const std::string head =
      Expand(rng, "(第$n步，|第$n步，|第$n步：|第$n步|$n、|$n是)", {{"n", "#"}});
  const std::string mark = Expand(rng, "(，|，|；|。|；)");
  Clause out;
  for (std::size_t i = 0; i < clauses.size(); ++i) {
    std::string numbered = head;
    numbered.replace(numbered.find('#'), 1, Numeral(static_cast<int>(i) + 1));
    if (i > 0) out.text += mark;
    out.text += numbered;
    Append(out, clauses[i]);
  }
  out.verb_first = false;
  return out;
}

// The word in front of clause `index`, or nothing.
std::string NextWord(Rng& rng, const Clause& clause, bool last) {
  if (StartsWithAny(clause.text, {"再", "先", "接着", "继续", "现在", "马上"})) return "";
  if (!clause.verb_first) return Expand(rng, "(然后|接着|)");
  return Expand(rng, last && rng.Chance(0.35) ? kLast : kNext);
}

Clause JoinUnmarked(Rng& rng, const std::vector<Clause>& clauses) {
  Clause out = clauses.front();
  const double density = rng.Uniform();
  for (std::size_t i = 1; i < clauses.size(); ++i) {
    const bool said = clauses[i - 1].open_end;
    const std::string word = NextWord(rng, clauses[i], i + 1 == clauses.size());
    if (said || word.empty()) {
      out.text += Expand(rng, "(然后|接着|然后呢|再)");
    } else if (rng.Chance(density)) {
      out.text += word;
    }
    Append(out, clauses[i]);
  }
  return out;
}

Clause JoinMarked(Rng& rng, const std::vector<Clause>& clauses) {
  if (rng.Chance(0.03)) return Numbered(rng, clauses);
  const std::string mark = Expand(rng, "(，|，|，|，|，|，|，|，|、|。|；|, |,|，|，)");
  const double density = rng.Chance(0.4) ? 0.0 : rng.Uniform();
  const bool first = rng.Chance(0.18) && clauses[0].verb_first &&
                     !StartsWithAny(clauses[0].text, {"先", "再", "现在", "马上"});
  Clause out;
  if (first) out.text = Expand(rng, "(先|先|首先|先给我)");
  Append(out, clauses[0]);
  out.verb_first = clauses[0].verb_first && !first;
  for (std::size_t i = 1; i < clauses.size(); ++i) {
    const bool last = i + 1 == clauses.size();
    std::string word =
        rng.Chance(density) || (first && i == 1) ? NextWord(rng, clauses[i], last) : "";
    const bool compact = !clauses[i - 1].open_end && !HasMark(clauses[i - 1].text);
    if (compact && rng.Chance(0.06)) {  // 拍照后返回充电站
      out.text += Expand(rng, "(后|后|之后|以后|完|完了|后，|之后，|以后再|之后再)");
      Append(out, clauses[i]);
      continue;
    }
    // A joining word can do without the mark where the clause before ends clearly.
    const bool bare = !word.empty() && !clauses[i - 1].open_end && rng.Chance(0.15);
    if (!bare) out.text += mark;
    if (word.ends_with("然后") && !bare && rng.Chance(0.08)) word += "，";
    out.text += word;
    Append(out, clauses[i]);
  }
  return out;
}

Clause Patterned(std::string text, std::vector<Step> steps) {
  Clause clause;
  clause.text = std::move(text);
  clause.steps = std::move(steps);
  return clause;
}

constexpr std::string_view kTake =
    "(拿起来|捡起来|夹起来|抓起来|把它拿起来|把它捡起来|把它夹起来|拿上|把它拿上|夹住|拿住|捡上|"
    "抓住它|拿起它|捡起它|夹住它|"
    "把它抓住|拾起来|把它拾起来|拿起|抓起|抓稳)";

std::string PutVerb(Rng& rng, const Target& target) {
  return target.inside ? Expand(rng, "(放进|放进|放到|扔进|丢进|放入|搁进|装进|放回)")
                       : Expand(rng, "(放到|放到|放在|搁到|搁在|摆到|摆在|放)");
}

// 去厨房找到苹果，拿起来放进果篮
Clause Fetch(Rng& rng) {
  const Target place = DrawPlace(rng);
  const Target thing = DrawThing(rng);
  const Target put = DrawPlacement(rng);
  Clause clause;
  const bool go = rng.Chance(0.6);
  const bool find = rng.Chance(0.6);
  const bool take = !find || rng.Chance(0.85);
  if (go) {
    clause.text = Expand(
        rng, "(去$p|去$p|到$p|到$p去|开到$p|去一趟$p|前往$p|回$p|走到$p)(||||，|，|，然后|再)",
        {{"p", place.said}});
    clause.steps.push_back(learn::Goto(place.plan));
  }
  if (find) {
    clause.text += Expand(rng, "(找到$t|找$t|找一下$t|找找$t|把$t找出来|寻找$t|帮我找$t|把$t找到)",
                          {{"t", thing.said}});
    clause.steps.push_back(learn::Find(thing.plan));
    if (take) {
      clause.text +=
          Expand(
              rng,
              "(，|，|，然后|，找到后|，找到以后|，找到了就|，再|然后|，找到之后|，接着|后|之后)") +
          Expand(rng, kTake);
    }
  } else {
    clause.text += Expand(rng,
                          "(拿起$t|把$t捡起来|把$t拿起来|捡起$t|拿$t|抓起$t|夹起$t|把$t夹起来|取$t|"
                          "拿上$t|把$t拿上|拾起$t)",
                          {{"t", thing.said}});
  }
  if (take) clause.steps.push_back(learn::Pick(thing.plan));
  if (take && rng.Chance(0.3)) {
    const Target back = DrawPlace(rng);
    clause.text +=
        Expand(rng, "(，|，然后|，再|，接着|)(回到$p|去$p|开到$p|返回$p|到$p|去$p|走到$p)",
               {{"p", back.said}});
    clause.steps.push_back(learn::Goto(back.plan));
    if (rng.Chance(0.3)) {
      Append(clause, Clause{"，" + GripAs(rng, true).text, {learn::Grip(100)}, true, false});
      return clause;
    }
  }
  if (take && rng.Chance(0.7)) {
    clause.text +=
        Expand(rng,
               "(，|，|，|，然后|，再|再|，接着|，把它|，再把它|，然后把它|，最后|，最后把它)") +
        PutVerb(rng, put) + put.said;
    clause.steps.push_back(learn::Place(put.plan));
  }
  return clause;
}

// 把袜子捡起来，放进洗衣篮，回到沙发
Clause TidyUp(Rng& rng) {
  const Target thing = WithDeterminer(rng, DrawThing(rng));
  const Target put = WithDeterminer(rng, DrawPlacement(rng));
  Clause clause = PickAs(rng, thing);
  const std::string again = rng.Chance(0.5) ? "它" : thing.said;
  clause.text += Expand(rng, "(，|，|，|，|，然后|，再|，接着|，之后)") +
                 (rng.Chance(0.4)   ? "把" + again
                  : rng.Chance(0.1) ? "将它"
                                    : "") +
                 PutVerb(rng, put) + put.said;
  clause.steps.push_back(learn::Place(put.plan));
  if (rng.Chance(0.35)) {
    Clause next = rng.Chance(0.5) ? Goto(rng) : DrawCompact(rng);
    clause.text += Expand(rng, "(，|，|，然后|，再|，最后)");
    Append(clause, next);
  }
  return clause;
}

// 找到红色椅子，然后开过去
Clause FindThen(Rng& rng) {
  const bool living = rng.Chance(0.4);
  Target target = living ? DrawLeader(rng) : DrawThing(rng);
  if (target.said == "我") target = {"妈妈", "妈妈", false};
  const Quantity duration = DrawDuration(rng);
  Clause clause;
  clause.text = Expand(rng,
                       "(找到$t|找到$t|找$t|找找$t|寻找$t|找一下$t|把$t找出来|看看$t在哪|去找$t|"
                       "帮我找$t|搜寻$t|搜索$t)"
                       "(，|，|，|，然后|，找到后|，找到以后|，找到了就|，找着了就|，再|然后|以后|"
                       "之后|，找到之后|，接着|，找到它以后)",
                       {{"t", target.said}});
  const std::string pronoun = living ? Expand(rng, "(他|她|它)") : "它";
  const Slots named = {{"t", rng.Chance(0.5) ? target.said : pronoun}, {"d", duration.said}};
  clause.steps = {learn::Find(target.plan)};
  switch (rng.Below(living ? 5 : 4)) {
    case 0:
      clause.text += Expand(rng,
                            "(开过去|走过去|过去|开到那里|去那里|到那儿去|靠近$t|开到$t那里|走到$"
                            "t那里|过去那边|靠过去|走近$t|"
                            "接近$t|开到那儿|朝$t开过去|到$t那里去|驶向$t|往$t走)",
                            named);
      clause.steps.push_back(learn::Goto(target.plan));
      break;
    case 1:
      clause.text += Expand(rng,
                            "(拍照|拍张照|拍张照片|给$t拍张照|拍一下$t|拍下来|给$t拍个照|把$"
                            "t拍下来|照张相|对着$t拍一张|拍一张$t)",
                            named);
      clause.steps.push_back(learn::Photo());
      break;
    case 2:
      if (!living) {
        clause.text += rng.Chance(0.5) ? Expand(rng, kTake)
                                       : Expand(rng,
                                                "(拿起$t|捡起$t|把$t捡起来|把$t拿起来|夹起$t|把$"
                                                "t夹住|抓住$t|把$t抓起来|拾起$t)",
                                                named);
        clause.steps.push_back(learn::Pick(target.plan));
        break;
      }
      [[fallthrough]];
    case 3:
      if (living) {
        const bool timed = rng.Chance(0.5);
        clause.text +=
            timed ? Expand(rng, "(跟着$t走$d|跟着$t$d|跟随$t$d|跟着$t跑$d|跟$t走$d)", named)
                  : Expand(rng, "(跟着$t|跟着$t走|跟住$t|跟随$t|跟上$t|跟在$t后面|跟紧$t)", named);
        clause.steps.push_back(
            learn::Follow(target.plan, timed ? std::optional(duration.value) : std::nullopt));
        break;
      }
      [[fallthrough]];
    default: {
      const std::string speech = DrawSpeech(rng);
      clause.text +=
          Expand(rng, living ? "(跟$t说|对$t说|和$t说|告诉$t|跟$t讲|说|喊)" : "(说|喊|播报|喊一声)",
                 named) +
          InQuotes(rng, speech);
      clause.steps.push_back(learn::Say(speech));
      break;
    }
  }
  return clause;
}

// 去阳台拍照, 到门口等三十秒, 去会议室，在那儿拍照
Clause GoAndDo(Rng& rng, Writing writing) {
  const Target place = WithDeterminer(rng, DrawPlace(rng));
  Clause next = rng.Chance(0.3)   ? Find(rng)
                : rng.Chance(0.5) ? Photo(rng)
                                  : AnyClause(rng, writing);
  if (next.steps.front().kind == Step::Kind::kGoto) next = Wait(rng);
  Clause clause;
  clause.text =
      Expand(rng,
             "(去$p|去$p|去$p|到$p|到$p去|回$p|回到$p|开到$p|前往$p|去一下$p|走到$p|返回$p|去趟$p)"
             "(||||，|，|，然后|，在那儿|，在那里|，到了以后|，到了就|后|之后|，到了之后|，到那儿|"
             "，到那儿以后|然后|再)",
             {{"p", place.said}});
  clause.steps = {learn::Goto(place.plan)};
  Append(clause, next);
  return clause;
}

// 依次去A、B、C; 去A、B和C各拍一张
Clause Rounds(Rng& rng) {
  const std::size_t count = 2 + rng.Below(3);
  const bool photo = rng.Chance(0.4);
  Clause clause;
  std::string list;
  for (std::size_t i = 0; i < count; ++i) {
    const Target place = DrawPlace(rng);
    if (i > 0) list += i + 1 == count ? Expand(rng, "(、|和|，|再到|，最后)") : "、";
    list += place.said;
    clause.steps.push_back(learn::Goto(place.plan));
    if (photo) clause.steps.push_back(learn::Photo());
  }
  clause.text = Expand(rng,
                       photo ? "(去$l各拍一张照片|依次到$l，每个地方拍一张照片|去$"
                               "l，每到一处拍张照|依次去$l，各拍一张|"
                               "到$l各拍一张照|分别去$l拍照|先后去$l，每处都拍张照)"
                             : "(依次去$l|先后去$l|按顺序去$l|依次开到$l|挨个去$l|依次前往$l|"
                               "按顺序走$l|先后到$l|依次经过$l)",
                       {{"l", list}});
  return clause;
}

// 亮红灯，等一秒，换黄灯; 说“一”，等一秒，说“二”
Clause Signals(Rng& rng) {
  const std::size_t count = 2 + rng.Below(4);
  const bool speak = rng.Chance(0.4);
  const bool wait = rng.Chance(0.75);
  const Quantity pause = DrawDuration(rng);
  const int start = static_cast<int>(rng.Below(8));
  std::vector<Clause> parts;
  for (std::size_t i = 0; i < count; ++i) {
    if (speak) {
      const std::string text =
          rng.Chance(0.7) ? Numeral(start + static_cast<int>(i)) : DrawShortSpeech(rng);
      parts.push_back(
          Patterned(Expand(rng, "(说|说|喊|念|报)") + InQuotes(rng, text), {learn::Say(text)}));
    } else {
      parts.push_back(rng.Chance(0.15) ? LightAs(rng, "off") : LightAs(rng, DrawColour(rng)));
    }
    if (wait && i + 1 < count) {
      const Quantity time = rng.Chance(0.7) ? pause : DrawDuration(rng);
      parts.push_back(
          Patterned(Expand(rng, "(等|等|等|停|等待|隔)") + time.said, {learn::Wait(time.value)}));
    }
  }
  if (rng.Chance(0.3)) parts.push_back(DrawCompact(rng));
  return Join(rng, std::move(parts), Writing::kMarked);
}

// 桌上的苹果，拿着去厨房: things named first, then meant by 它 and 那里.
Clause NamedFirst(Rng& rng) {
  const Target thing = DrawThing(rng);
  const Target place = DrawPlace(rng);
  const Target put = DrawPlacement(rng);
  const Slots slots = {
      {"t", thing.said}, {"p", place.said}, {"q", put.said}, {"v", PutVerb(rng, put)}};
  switch (rng.Below(5)) {
    case 0:
      return Patterned(Expand(rng,
                              "($t在$p，去那里把它(拿|捡|夹)起来|$t在$p那儿，去$p把它拿起来|$t掉在$"
                              "p了，去$p捡起来)",
                              slots),
                       {learn::Goto(place.plan), learn::Pick(thing.plan)});
    case 1:
      return Patterned(
          Expand(
              rng,
              "(看到$t了吗？把它(捡|拿|夹)起来$v$q|这是$t，拿起来$v$q|地上有$t，把它捡起来，$v$q|"
              "$t捡起来，$v$q|把$t捡起来$v$q|拿起$t$v$q|有个$t掉了，捡起来$v$q)",
              slots),
          {learn::Pick(thing.plan), learn::Place(put.plan)});
    case 2:
      return Patterned(Expand(rng,
                              "(拿起$t，去$p，把它$v$q|捡起$t去$p，$v$q|夹住$t，开到$p，然后把它$v$"
                              "q|抓起$t，到$p去，再$v$q|"
                              "拿起$t去$p，然后$v$q|把$t拿起来，去$p，$v$q)",
                              slots),
                       {learn::Pick(thing.plan), learn::Goto(place.plan), learn::Place(put.plan)});
    case 3:
      return Patterned(Expand(rng,
                              "(开到$t那里，把它捡起来|去$t那里把它拿起来|靠近$t，把它夹住|靠近$"
                              "t，抓住它|走到$t那里，拿起它)",
                              slots),
                       {learn::Goto(thing.plan), learn::Pick(thing.plan)});
    default: {
      const std::string side = Expand(rng, "(旁边|前面|后面|左边|右边|那边)");
      return Patterned(
          Expand(rng, "(找到$t，|找到$t，然后|找$t，找到后)(去|开到|到|走到)它", slots) + side,
          {learn::Find(thing.plan), learn::Goto(thing.plan + side)});
    }
  }
}

// 拿起毛巾去浴室，放进脏衣篓
Clause Carry(Rng& rng) {
  const Target thing = WithDeterminer(rng, DrawThing(rng));
  const Target place = DrawPlace(rng);
  const Target put = DrawPlacement(rng);
  Clause clause = PickAs(rng, thing);
  clause.text += Expand(
      rng,
      "(|，|，|，然后|再|，再|，接着|，带着它|，拿着它|，拿着)(去|去|到|开到|回到|走到|前往|回)$p",
      {{"p", place.said}});
  clause.steps.push_back(learn::Goto(place.plan));
  const double end = rng.Uniform();
  if (end < 0.55) {
    clause.text +=
        Expand(rng, "(，|，|，|，然后|，再|再|，把它|，再把它)") + PutVerb(rng, put) + put.said;
    clause.steps.push_back(learn::Place(put.plan));
  } else if (end < 0.75) {
    clause.text += Expand(rng, "(，|，|，然后|，再|，最后)") + GripAs(rng, true).text;
    clause.steps.push_back(learn::Grip(100));
  }
  return clause;
}

Clause DrawScenario(Rng& rng, Writing writing) {
  const double kind = rng.Uniform();
  if (kind < 0.22) return Fetch(rng);
  if (kind < 0.34) return TidyUp(rng);
  if (kind < 0.46) return Carry(rng);
  if (kind < 0.62) return FindThen(rng);
  if (kind < 0.78) return GoAndDo(rng, writing);
  // Without marks a list of places cannot be told apart.
  if (kind < 0.82) return writing == Writing::kMarked ? Rounds(rng) : GoAndDo(rng, writing);
  if (kind < 0.91) return Signals(rng);
  Clause clause = NamedFirst(rng);
  clause.verb_first = false;
  return clause;
}

}  // namespace

Clause Join(Rng& rng, std::vector<Clause> clauses, Writing writing) {
  return writing == Writing::kUnmarked ? JoinUnmarked(rng, clauses) : JoinMarked(rng, clauses);
}

std::vector<Clause> DrawClauses(Rng& rng, std::size_t count, Writing writing) {
  std::vector<Clause> clauses;
  while (clauses.size() < count) {
    Clause clause = AnyClause(rng, writing);
    const bool last = clauses.size() + 1 == count;
    // Spoken words without an end mark end at the next comma, if they hold none themselves.
    if (!last && clause.open_end && clause.steps.back().text.find("，") != std::string::npos)
      continue;
    if (!clauses.empty() && clause.steps.front().kind == Step::Kind::kLook &&
        clauses.back().steps.back().kind == Step::Kind::kLook) {
      continue;
    }
    clauses.push_back(std::move(clause));
  }
  return clauses;
}

Clause DrawCompact(Rng& rng) {
  for (;;) {
    Clause clause = AnyClause(rng, Writing::kMarked);
    if (!clause.open_end && clause.verb_first && !HasMark(clause.text)) return clause;
  }
}

Clause Sequence(Rng& rng, Writing writing) {
  const double length = rng.Uniform();
  const std::size_t count = length < 0.36   ? 2
                            : length < 0.76 ? 3
                            : length < 0.9  ? 4
                            : length < 0.96 ? 5
                                            : 6 + rng.Below(3);
  if (count == 2 && writing == Writing::kMarked && rng.Chance(0.3)) {  // 拍照后返回充电站
    Clause clause = DrawCompact(rng);
    Clause next = DrawCompact(rng);
    if (clause.steps.back().kind == Step::Kind::kLook) next = Goto(rng);
    clause.text = Expand(rng, "(|||等|等你)") + clause.text + Expand(rng, kAfter);
    Append(clause, next);
    if (rng.Chance(0.35)) {
      const Clause more = DrawCompact(rng);
      clause.text += Expand(rng, "(，再|，再|，然后|，最后|，接着|，)");
      Append(clause, more);
    }
    return clause;
  }
  return Join(rng, DrawClauses(rng, count, writing), writing);
}

Clause Scenario(Rng& rng, Writing writing) {
  Clause clause = DrawScenario(rng, writing);
  if (rng.Chance(0.22) && !clause.open_end) {
    const Clause more = DrawCompact(rng);
    if (clause.steps.back().kind != Step::Kind::kLook ||
        more.steps.front().kind != Step::Kind::kLook) {
      clause.text += writing == Writing::kMarked
                         ? Expand(rng, "(，|，|，然后|，再|，最后|然后|，接着|，完了)")
                         : Expand(rng, "(然后|再|完了|接着|最后)");
      Append(clause, more);
    }
  }
  if (rng.Chance(0.1) && writing == Writing::kMarked) {
    Clause first = DrawCompact(rng);
    first.text += Expand(rng, "(，|，|，然后|，再|，接着)");
    Append(first, clause);
    return first;
  }
  return clause;
}

Clause Reordered(Rng& rng) {
  const Clause early = DrawCompact(rng);
  const Clause late = DrawCompact(rng);
  Clause out;
  out.text = Expand(rng,
                    "($l之前先$e|$l之前，先$e|$l之前，先$e|在$l之前先$e|在$l之前，先$e|$l以前先$e|$"
                    "l以前，先$e|$l前先$e|$l前，先$e|$l之前要先$e|"
                    "$l之前记得先$e|$l之前，请先$e|$l之前别忘了先$e|$l之前得先$e|$l之前，你先$e|$"
                    "e之后再$l|$e之后，再$l|$e以后再$l|等$e完了再$l|"
                    "等$e之后再$l|$e完了再$l|$e完再$l|$e好了再$l|等你$e了，再$l|$e之后才可以$l|$"
                    "e以后才能$l|先$e才能$l|先$e再$l|先$e，再$l|先$e后$l|"
                    "先$e，然后$l|$l，不过在这之前先$e|$l，不过先$e|$l，但在那之前先$e|$"
                    "l，在此之前先$e|"
                    "要$l的话先$e|先别急着$l，先$e，再$l|别忙着$l，先$e再$l|先$e，$l放在后面|先$"
                    "e，$l放到最后|准备$l之前，先$e|你$l之前，先$e|"
                    "$l这件事之前先$e|开始$l之前先$e)",
                    {{"l", late.text}, {"e", early.text}});
  Append(out, {"", early.steps, true, false});
  Append(out, {"", late.steps, true, false});
  out.verb_first = false;
  if (rng.Chance(0.2)) {
    const Clause more = DrawCompact(rng);
    out.text += Expand(rng, "(，然后|，最后|，再|，接着|，完了|，之后)");
    Append(out, more);
  }
  return out;
}

}  // namespace ganglion::learn::chinese
