#include <string_view>

#include "ganglion/learn/data/chinese_clauses.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::chinese {
namespace {

// A speed word says nothing to these skills: they have no such field.
constexpr std::string_view kManner = "(||||||||||||||慢慢|快点|快速|慢慢地|慢点|迅速|小心地)";

Clause One(std::string text, Step step) {
  Clause clause;
  clause.text = std::move(text);
  clause.steps.push_back(std::move(step));
  return clause;
}

Clause ComeHere(Rng& rng) {
  return One(Expand(rng,
                    "(过来|过来|过来吧|过来一下|你过来|快过来|快点过来|你过来一下|到我这儿来|"
                    "到我这里来|来我这儿|来我这里|到我这来|"
                    "过来我这儿|过来我这边一下|上我这儿来|走过来|开过来|你走过来|开到我这儿来|"
                    "慢慢过来|到我这儿|往我这儿来)"),
             learn::Goto("我"));
}

}  // namespace

Clause GotoAs(Rng& rng, const Target& target) {
  const Slots slots = {{"p", target.said}, {"m", Expand(rng, kManner)}};
  if (rng.Chance(0.1) && !target.said.starts_with("我")) {
    Clause clause = One(Expand(rng,
                               "($p，开过去|$p，开过去|$p，走过去|$p，过去一下|$p，去一下|$"
                               "p，去一趟|$p，现在过去|$p，跑一趟|"
                               "目标$p，出发|目标$p，前进|目的地$p，出发|下一站$p|下一站，$p|"
                               "目标：$p|目的地：$p|看到$p了吗，开过去|"
                               "看见$p了没？过去|你到$p去|你去$p|你去一下$p|$p在那边，开过去|$"
                               "p在前面，你过去|那边是$p，过去吧|"
                               "$p，给我开过去|$p那儿需要你，过去一趟|$p，走着)",
                               slots),
                        learn::Goto(target.plan));
    clause.verb_first = false;
    return clause;
  }
  return One(Expand(rng,
                    "(去$p|去$p|去$p|去$p|去$p|去一下$p|去趟$p|去一趟$p|到$p|到$p去|到$p去|到$"
                    "p去一下|到$p去一趟|开到$p|开到$p|"
                    "开到$p|开去$p|开往$p|前往$p|前往$p|前往$p|走到$p|走到$p去|走去$p|回$p|回$p|"
                    "回到$p|回到$p|返回$p|返回$p|"
                    "返回到$p|开回$p|回$p去|回一下$p|往$p开|往$p去|往$p走|朝$p开|向$p开|驶向$p|"
                    "驶往$p|驶到$p|移动到$p|移到$p|"
                    "导航到$p|导航去$p|靠近$p|靠近一下$p|接近$p|走近$p|跑到$p|跑去$p|移动至$p|"
                    "行驶到$p|行驶至$p|开到$p去|赶到$p|"
                    "赶往$p|去到$p|过去$p|自己去$p|直接去$p|直接到$p|上$p去|朝$p开过去|向$p开过去|"
                    "往$p开过去|朝$p走过去|向$p靠近|"
                    "向$p移动|往$p靠过去|$m去$p|$m开到$p|$m走到$p|给我去$p|给我开到$p|现在去$p|"
                    "马上去$p|出发去$p|跑一趟$p|溜达到$p|"
                    "先去$p|go to $p|go to "
                    "$p|去$p看看|去$p那里|开到$p那里|到$p那儿去|滑到$p|挪到$p|挪到$p去|退回$p|撤回$"
                    "p|回一趟$p|"
                    "到达$p|抵达$p|靠到$p|走一趟$p|开进$p|进$p|进入$p|动身去$p)",
                    slots),
             learn::Goto(target.plan));
}

Clause Goto(Rng& rng) {
  if (rng.Chance(0.06)) return ComeHere(rng);
  return GotoAs(rng, WithDeterminer(rng, DrawPlace(rng)));
}

Clause FindAs(Rng& rng, const Target& target) {
  const Slots slots = {{"t", target.said}, {"m", Expand(rng, kManner)}, {"w", DrawPerson(rng)}};
  const bool determined = target.said.starts_with("一个");
  if (rng.Chance(0.2) && !determined) {
    Clause clause = One(Expand(rng,
                               "($t呢？找找|$t呢，找一下|$t呢？帮我找找|$t在哪，找一下|$"
                               "t在哪儿？找找看|$t在哪里，找找|$t在哪？去找找|"
                               "$t不见了，找一下|$t不见了，帮我找找|$t找不到了，找一找|$"
                               "t找不着了，帮我找找|$t丢了，找找看|$t去哪了？找找|"
                               "$t哪去了，找一下|$t跑哪儿去了，找找|$t上哪儿去了，找一找|$"
                               "t搁哪儿了，给找找|$t放哪了？找一下|$t找一下|"
                               "$t帮我找一下|$t，找一下|$t，帮我找找|$t在哪呢，看看|$t没了，找一找|"
                               "找不到$t了，帮我看看在哪|$t，去找|"
                               "$t，给我找出来|$t你给找找|$t，搜一下|$t呢$t呢？快找找|$"
                               "t在什么地方，找找|$t掉哪了，找一下)",
                               slots),
                        learn::Find(target.plan));
    clause.verb_first = false;
    return clause;
  }
  return One(Expand(rng,
                    "(帮$w找$t|给$w找$t|帮$w找找$t|替$w找一下$t|找$t|找$t|找找$t|找找$t|找一下$t|"
                    "找一下$t|找一找$t|寻找$t|寻找$t|找到$t|找到$"
                    "t|找到$t|去找$t|去找一下$t|"
                    "把$t找出来|把$t找出来|把$t找到|把$t找一下|把$t给我找出来|搜一下$t|搜寻$t|搜索$"
                    "t|查找$t|看看$t在哪|看看$t在哪|"
                    "看看$t在哪儿|看看$t在哪里|看看$t放哪了|看看$t在不在|看看$t搁哪儿了|瞅瞅$t在哪|"
                    "瞧瞧$t在哪|四处找找$t|找出$t|"
                    "看一下$t在哪|定位$t|环顾四周找$t|扫描一下找$t|给我找找$t|给我找$t|帮忙找找$t|"
                    "帮我找$t|帮我找一下$t|帮我找找$t|找寻$t|"
                    "四下里找$t|看看哪里有$t|看看哪儿有$t|看看有没有$t|看看附近有没有$t|转着找找$t|"
                    "查一下$t在哪|寻一下$t|寻找一下$t|"
                    "$m找$t|找找看$t|搜找$t|探测$t|识别并找到$t|查看$t在哪|检索$t|四周看看找到$t|"
                    "帮着找$t|找找$t在哪|找一下$t在哪里|"
                    "找一下$t放在哪了|找着$t|搜搜$t|瞅瞅哪儿有$t|看哪里有$t|将$t找出来|找回$t|去把$"
                    "t找到|去把$t找出来|find一下$t|找下$t|"
                    "寻$t|搜查$t|锁定$t的位置|确认$t在哪|确定$t的位置|找到$t的位置|看看能不能找到$"
                    "t|给瞅瞅$t在哪)",
                    slots),
             learn::Find(target.plan));
}

Clause Find(Rng& rng) { return FindAs(rng, WithDeterminer(rng, DrawSought(rng))); }

Clause FollowAs(Rng& rng, const Target& target, const Quantity* duration) {
  const Slots slots = {{"t", target.said},
                       {"m", Expand(rng, kManner)},
                       {"d", duration == nullptr ? "" : duration->said}};
  if (duration != nullptr) {
    return One(Expand(rng,
                      "(跟着$t走$d|跟着$t走$d|跟着$t走$d|跟着$t$d|跟着$t$d|跟随$t$d|跟随$t$d|跟随$"
                      "t走$d|尾随$t$d|跟$t走$d|跟$t$d|"
                      "跟在$t后面走$d|跟在$t后面$d|跟在$t后面跑$d|跟着$t跑$d|跟住$t$d|跟紧$t$d|"
                      "紧跟$t$d|紧跟着$t$d|跟着$t走上$d|"
                      "跟着$t走个$d|跟着$t，跟$d|跟住$t，跟$d|跟着$t，时间$d|跟着$t，持续$d|跟随$"
                      "t，时长$d|$d内跟着$t|持续跟随$t$d|"
                      "跟着$t，走$d|跟在$t身后走$d|跟在$t身后$d|尾随$t走$d|一直跟着$t走$d|跟着$t转$"
                      "d|跟着$t溜达$d|跟着$t逛$d|"
                      "$m跟着$t走$d|跟上$t，$d|跟$t后头走$d|跟牢$t$d|追随$t$d|跟着$t先走$d|跟踪$t$"
                      "d|follow $t $d|跟着$t开$d|"
                      "跟着$t移动$d|跟随$t行驶$d|在$t后面跟$d|在$t后面跟着走$d)",
                      slots),
               learn::Follow(target.plan, duration->value));
  }
  if (target.plan == "我" && rng.Chance(0.6)) {
    return One(Expand(rng,
                      "(跟我来|跟我走|跟着我|跟着我走|跟上我|跟紧我|跟在我后面|跟在我身后|"
                      "跟我一起走|跟住我|随我来|跟我走吧|跟着我来|"
                      "一直跟着我|紧跟着我|跟在我屁股后面|跟着我，别走丢了|跟好我|来跟着我|"
                      "你跟着我|你跟我来|在后面跟着我|跟我后头)"),
               learn::Follow("我"));
  }
  return One(Expand(rng,
                    "(跟着$t|跟着$t|跟着$t|跟着$t|跟着$t走|跟着$t走|跟住$t|跟随$t|跟随$t|跟紧$t|"
                    "紧跟$t|紧跟着$t|紧跟在$t后面|"
                    "跟在$t后面|跟在$t后面走|跟在$t身后|尾随$t|一直跟着$t|跟上$t|跟牢$t|跟着$t跑|"
                    "跟$t走|跟好$t|跟在$t屁股后面|跟着$t一起走|"
                    "跟$t后面走|在后面跟着$t|保持跟随$t|在$t后面跟着|持续跟随$t|跟在$t后头|跟$"
                    "t后头走|$m跟着$t|紧紧跟着$t|始终跟着$t|"
                    "跟定$t|去跟着$t|你跟着$t|追随$t|跟踪$t|follow "
                    "$t|跟一下$t|启动跟随$t|跟随目标$t|给我跟着$t|给我跟住$t|"
                    "跟着$t移动|跟着$t行驶|跟着$t开|悄悄跟着$t|跟到$t后面)",
                    slots),
             learn::Follow(target.plan));
}

Clause Follow(Rng& rng) {
  const Target target = WithDeterminer(rng, DrawLeader(rng));
  if (!rng.Chance(0.45)) return FollowAs(rng, target, nullptr);
  const Quantity duration = DrawDuration(rng);
  return FollowAs(rng, target, &duration);
}

}  // namespace ganglion::learn::chinese
