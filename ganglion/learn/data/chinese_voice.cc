#include "ganglion/learn/data/chinese_voice.h"

#include <string_view>
#include <utility>

#include "ganglion/learn/data/chinese_words.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::chinese {
namespace {

constexpr std::string_view kCalls =
    "(小车|机器人|小罗|罗孚|小宝|小机器人|机器人同学|小罗同学|小助手|小家伙|宝贝|小罗小罗|嘿|喂|嗨|"
    "你好|机器人先生|小朋友|乖|乖乖|孩子|"
    "乖孩子|好孩子|老伙计|伙计|兄弟|哥们|大宝|小白|阿罗|机器人小弟|rover|robot|Rover|hey|小车小车|"
    "嘿小车|机器人你好|你好机器人|同学|"
    "亲爱的|小可爱|小铁|铁蛋|豆包车|一号机|设备|一号车|二号车|好了|来|好|行|听好了|注意|听我说|"
    "接下来|现在|下一步|第一步|那么|哎|诶|"
    "同志|师傅|各位，机器人|听着|看好了|麻烦你了|小乖|机灵鬼|我的小机器人|本机器人)";

constexpr std::string_view kCourtesies =
    "(请|请|请|请|请你|麻烦|麻烦你|麻烦您|劳驾|劳驾你|帮我|帮我|帮忙|帮个忙|请帮我|请帮忙|你帮我|"
    "给我|能不能|能不能请你|可不可以|可以请你|能|"
    "可以|你能不能|你可以|能否|烦请|有劳|拜托|拜托你|求你|辛苦你|辛苦|你来|你|我想让你|我要你|"
    "我想请你|你给我|替我|现在|马上|立刻|"
    "我希望你|该你了|试着|尝试|开始|你先|让机器人|命令你|要|你要|咱们|咱|我们|来给我|乖乖|给俺|"
    "可否请您|如果方便的话，请|不好意思，请|打扰一下，请|方便的话|不好意思，麻烦|请机器人同学|"
    "请小车|请小罗同学|麻烦小宝|让小车|请机器人|下面请|现在请你|我要看你|接下来请|请立即|请马上|"
    "听话|麻烦帮忙)";

// A courtesy that asks needs a question mark or 吗 at the end.
constexpr std::string_view kAsked =
    "(能不能$c|能不能请你$c|可不可以$c|能否$c|你能不能$c|可以$c吗|能$c吗|可以请你$c吗|能帮我$c吗|"
    "你能$c吗|可以帮我$c吗|"
    "能麻烦你$c吗|方便$c吗|你可以$c吗|能不能帮我$c|能不能帮忙$c|可不可以请你$c|$c好吗|$c可以吗|$"
    "c行吗|$c行不行|$c好不好|$c成不|"
    "$c中不中|$c可好|$c行不|您看能不能$c|是否可以$c|$c，好吗|$c，可以吗|$c，行吗|$c，好不好|$"
    "c，成吗|$c，OK吗|能劳驾你$c吗)(？|？|)";

constexpr std::string_view kTails =
    "(吧|吧|吧|啊|哦|呀|啦|哈|呗|嘛|哟|喽|咯|噢|！|！|！|。|。|。|。|，谢谢|，谢谢|，谢谢你|"
    "，谢谢啦|，辛苦了|，拜托了|，麻烦了|，多谢|"
    "，听话|，乖|，好孩子|，听见没|，听到没有|，明白吗|，知道了吗|，懂了没|，over|，完毕|，执行|"
    "，收到请执行|，就这样|，就这些|，没别的了|"
    "，看你的了|，加油|，这就行|，thank "
    "you|，thanks|，please|～|~|！！|……|，嗯|，对|，听懂了吗|，行了|，拜托拜托|就行|就可以了|就好)";

constexpr std::string_view kReasons =
    "($p来了|$p在睡觉|$p要过去|$p找不着$t了|$p等着用$t呢|$p说这里太暗了|$p马上就到|$p在叫你|$p渴了|"
    "$p饿了|$p怕黑|$p今天过生日|$p腿脚不方便|"
    "$p的$t掉了|太暗了|太黑了|天黑了|屋里黑|我看不见|我看不清|光线不好|有点暗|太亮了|太刺眼了|"
    "晃眼睛|该睡觉了|省点电|要下班了|下班了|上课了|"
    "下课了|开会了|会议要开始了|客人来了|客人到了|有人来了|前面有人|前面有障碍|前面是墙|前面有个坑|"
    "后面有人|后面有车|挡路了|你挡住路了|"
    "你挡着我了|你挡着门了|$t挡住了|$t挡路了|太近了|太远了|离得太近了|离得太远|你靠得太近|快撞上了|"
    "要撞上了|小心台阶|地上有水|地板刚拖过|"
    "叉车要过来了|货车来了|我手上有东西|我腾不开手|我手里拿满了|我弯不下腰|我够不着|我腰疼|我腿疼|"
    "我眼睛花了|我找了半天没找着|我忘了放哪了|"
    "我记性不好|我来不及了|我赶时间|我快迟到了|时间不早了|马上要检查了|要换班了|产线停了|测试一下|"
    "例行检查|我们来做个实验|我们来玩个游戏|"
    "玩个游戏|开始演示|演示给大家看|今天有参观|领导来视察|上面有只鸟|天上有气球|地上有$t|"
    "桌上太乱了|这里太乱了|$t不见了|$t太重了|$t太高了|"
    "$t在$f|这里没人|没事了|没事|好了|准备好了|都准备好了|轮到你了|到你了|这边太挤|这儿太窄|"
    "角度不对|方向不对|位置偏了|位置不太对|再调整一下|"
    "你走过头了|还差一点|还不够|差不多了|我要拍照|我要关门|门要关了|电梯来了|快递到了|水开了|"
    "饭好了|外面下雨了|我累了|我要休息|孩子睡了|"
    "宝宝睡着了|电量不多了|你快没电了|机器有点热|设备要检修|保洁要打扫了|这批货急用|流程第二步|"
    "标定开始|调试阶段|按计划来|听我口令|听口令|"
    "我数三下|别着急|别急|不着急|别怕|天气真好|今天真热|辛苦了|干得不错|很好|真棒|做得好|好极了|"
    "真乖|不错|我想看看$t|我想看$f|"
    "有点冷|屋里没人|我在$f等你|我在看书|正在开会|$p生病了|该吃药了|$p要上台了|镜头太低了|镜头歪了|"
    "画面歪了|灯光太红了|这个颜色不好看|"
    "这里禁止停车|消防通道不能堵|通道要让出来|叉车要进来|料快用完了|缺料了|托盘满了|垃圾满了|$"
    "t脏了|$t用完了|$t该换了|要充电了)";

std::string Reason(Rng& rng) {
  return Expand(rng, kReasons,
                {{"p", DrawPerson(rng)}, {"t", DrawPlainThing(rng)}, {"f", Places().Draw(rng)}});
}

// Marks, spaces between Chinese and Latin stay out of what a recognizer writes.
std::string WithoutMarks(std::string_view text) {
  constexpr std::string_view kMarks[] = {"，", "。", "？", "！", "、", "：", "；", "“",
                                         "”",  "「", "」", "『", "』", "‘",  "’",  "…",
                                         "～", ", ", ",",  "!",  "?",  "\"", "'"};
  std::string out;
  while (!text.empty()) {
    bool marked = false;
    for (std::string_view mark : kMarks) {
      if (!text.starts_with(mark)) continue;
      text.remove_prefix(mark.size());
      marked = true;
      break;
    }
    if (marked) continue;
    out += text.front();
    text.remove_prefix(1);
  }
  return out;
}

bool Copied(const std::vector<Step>& steps, std::string_view word) {
  for (const Step& step : steps) {
    if (step.text.find(word) != std::string::npos) return true;
  }
  return false;
}

// Words that sound alike, where the sense stays clear. What the plan copies is left as it is.
void MishearWords(Rng& rng, Example& example) {
  constexpr std::pair<std::string_view, std::string_view> kSlips[] = {
      {"左转", "左传"}, {"右转", "又转"}, {"前进", "前近"}, {"后退", "后腿"},     {"夹爪", "夹抓"},
      {"拍照", "拍找"}, {"再往", "在往"}, {"再向", "在向"}, {"然后再", "然后在"}, {"往前", "王前"},
      {"张开", "章开"}, {"照片", "找片"}, {"掉头", "吊头"}, {"捡起", "检起"},     {"往左", "王左"},
      {"往右", "往又"}, {"厘米", "离米"}, {"抬头", "台头"}, {"关灯", "关登"},     {"开灯", "开登"},
      {"停下", "挺下"}, {"跟着", "根着"}, {"一米", "一迷"}, {"低头", "底头"},     {"闭合", "必合"},
      {"向左", "像左"}, {"向右", "像右"}, {"手臂", "手壁"}, {"机械臂", "机械壁"}, {"左拐", "佐拐"}};
  const auto& [right, wrong] = learn::Pick(rng, kSlips);
  if (Copied(example.steps, right)) return;
  const std::size_t at = example.text.find(right);
  if (at == std::string::npos) return;
  example.text.replace(at, right.size(), wrong);
}

std::string Filler(Rng& rng) {
  return Expand(rng,
                "(嗯|嗯|呃|那个|那个|就是|啊|哦|然后|额|嗯那个|呃那个|就是那个|那什么|好|喂|来|"
                "嗯好|行那|那就|嗯嗯|嗯那|呃就是|这个|那|欸|哎)");
}

// A pause in the middle: 往前走呃两米. Only behind a verb that an amount or a target may follow,
// and never within what the plan copies.
void Hesitate(Rng& rng, Example& example) {
  for (const Step& step : example.steps) {
    if (step.kind == Step::Kind::kSay) return;
  }
  constexpr std::string_view kVerbs[] = {"往前走", "往后退", "左转", "右转", "前进", "后退",
                                         "等",     "去",     "找",   "拿起", "捡起", "然后",
                                         "开到",   "再",     "放到", "跟着"};
  const std::string_view verb = learn::Pick(rng, kVerbs);
  const std::size_t at = example.text.find(verb);
  if (at == std::string::npos || Copied(example.steps, verb)) return;
  if (at + verb.size() == example.text.size()) return;
  example.text.insert(at + verb.size(), Expand(rng, "(呃|嗯|那个|呃那个|就是|额|啊)"));
}

// Speech recognition: fillers, repeated beginnings, no marks.
void Recognized(Rng& rng, Example& example, const Clause& clause) {
  example.text = WithoutMarks(example.text);
  if (rng.Chance(0.55)) example.text = Filler(rng) + example.text;
  if (rng.Chance(0.15)) example.text = Filler(rng) + example.text;
  if (rng.Chance(0.12) && !clause.open_end && clause.verb_first) {
    const std::size_t two = 6;  // the first two characters once more, as in 往前往前走
    if (example.text.size() > 3 * two && static_cast<unsigned char>(example.text[0]) >= 0xE4 &&
        static_cast<unsigned char>(example.text[3]) >= 0xE4 && !example.steps.empty() &&
        !Copied(example.steps, example.text.substr(0, two))) {
      example.text = example.text.substr(0, two) + example.text;
    }
  }
  if (!clause.open_end && rng.Chance(0.25))
    example.text += Expand(rng, "(吧|啊|哈|呗|啦|嗯|哦|就行|好吧|行吧|谢谢)");
  if (rng.Chance(0.2)) Hesitate(rng, example);
  if (rng.Chance(0.1)) MishearWords(rng, example);
}

void Marked(Rng& rng, Example& example, const Clause& clause) {
  std::string& text = example.text;
  const double style = rng.Uniform();
  const bool can_end = !clause.open_end;
  if (style < 0.42) {
    if (can_end && rng.Chance(0.2)) text += Expand(rng, "(。|。|！|。|～)");
  } else if (style < 0.56 && clause.verb_first) {
    text = Expand(rng, kCourtesies) + text;
    if (can_end && rng.Chance(0.3)) text += Expand(rng, kTails);
  } else if (style < 0.64 && clause.verb_first && can_end) {
    text = Expand(rng, kAsked, {{"c", text}});
  } else if (style < 0.75 && can_end) {
    text += Expand(rng, kTails);
  } else if (style < 0.88) {
    text = Expand(rng, "($k，|$k，|$k，|$k，|$k！|$k|$k,)", {{"k", Expand(rng, kCalls)}}) +
           (clause.verb_first && rng.Chance(0.4) ? Expand(rng, kCourtesies) : "") + text;
    if (can_end && rng.Chance(0.25)) text += Expand(rng, kTails);
  } else if (style < 0.96 || !can_end) {
    text = Reason(rng) + Expand(rng, "(，|，|，|，|，|。|！|，那就|，你)") + text;
    if (can_end && rng.Chance(0.2)) text += Expand(rng, "(吧|。|！|，谢谢)");
  } else {
    text += Expand(rng, "(，|，|，|，因为|。)") + Reason(rng);
  }
  if (rng.Chance(0.05)) text = Filler(rng) + Expand(rng, "(，||……)") + text;
  if (rng.Chance(0.03)) Hesitate(rng, example);
  if (rng.Chance(0.01)) MishearWords(rng, example);
}

}  // namespace

Example Spoken(Rng& rng, Ruled ruled, Writing writing) {
  Example example;
  example.text = ruled.clause.text;
  example.steps = ruled.clause.steps;
  example.kind = ruled.rule;
  if (writing == Writing::kUnmarked) {
    // Quoted words may have lost their only end with the marks.
    const bool quoted = example.text.find("“") != std::string::npos;
    if (!quoted) {
      Recognized(rng, example, ruled.clause);
    } else {
      Marked(rng, example, ruled.clause);
    }
  } else if (!ruled.rule.starts_with("empty/nonsense")) {
    Marked(rng, example, ruled.clause);
  }
  if (rng.Chance(0.025)) {
    example.text = FullWidth(example.text);
    for (Step& step : example.steps) step.text = FullWidth(step.text);
  }
  return example;
}

}  // namespace ganglion::learn::chinese
