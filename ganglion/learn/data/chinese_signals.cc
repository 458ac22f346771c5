#include <string_view>

#include "ganglion/learn/data/chinese_clauses.h"
#include "ganglion/learn/data/chinese_speech.h"
#include "ganglion/learn/data/chinese_words.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::chinese {
namespace {

constexpr double kPlainWaitSeconds = 2;

constexpr std::string_view kLamp =
    "(灯|灯|灯|灯光|灯光|指示灯|LED|LED灯|信号灯|你的灯|状态灯|警示灯|头顶的灯|身上的灯|灯带|小灯)";

Clause One(std::string text, Step step) {
  Clause clause;
  clause.text = std::move(text);
  clause.steps.push_back(std::move(step));
  return clause;
}

Clause LightPlain(Rng& rng, bool on) {
  const Slots slots = {{"l", Expand(rng, kLamp)}};
  if (on) {
    return One(Expand(rng,
                      "(开灯|开灯|开灯|开灯|打开灯|打开灯|把灯打开|把灯打开|亮灯|点灯|灯打开|"
                      "灯亮起来|把灯点亮|$l打开|打开$l|开启$l|"
                      "开一下灯|把灯开开|灯开开|把灯亮起来|开开灯|点亮$l|把$l打开|灯on|开个灯|"
                      "把灯开一下|点个灯|让灯亮起来|$l点亮|"
                      "$l亮起来|把$l点亮|$l开启|把灯给打开|把灯整亮|灯给我打开|照个亮|把灯开了|"
                      "灯开一下|light on|把light打开|"
                      "亮起灯来|灯全打开|把灯弄亮)",
                      slots),
               learn::Light("white"));
  }
  return One(Expand(rng,
                    "(关灯|关灯|关灯|关灯|熄灯|灭灯|把灯关了|把灯关掉|把灯关掉|关掉灯|灯关了|"
                    "灯关掉|关闭$l|$l关闭|把灯灭了|灯灭掉|"
                    "把灯熄了|关上灯|把灯关上|关了灯|$l熄灭|熄灭$l|$l关掉|把$l关掉|把$l关了|灯灭|"
                    "灯关|灯off|LED off|关一下灯|"
                    "灯关一下|灯熄掉|把灯熄掉|把灯给关了|灯给我关掉|关掉$l|把灯关一下|light "
                    "off|把light关掉|灭掉灯|把灯弄灭|熄掉$l|"
                    "把$l熄灭|灯全关掉|把灯灭掉)",
                    slots),
             learn::Light("off"));
}

Clause PhotoCount(Rng& rng) {
  const Quantity count = DrawCount(rng, rng.Chance(0.8) ? 5 : 12);
  const std::string subject = rng.Chance(0.5) ? DrawPerson(rng) : DrawThing(rng).said;
  Clause clause;
  clause.text = Expand(rng,
                       "(拍$n张照片|拍$n张照片|连拍$n张|连拍$n张照片|拍$n张|拍$n张|照$n张相|拍$"
                       "n次照|连续拍$n张照片|连续拍$n张|"
                       "来$n张照片|抓拍$n张|给$x拍$n张照片|给$x拍$n张|一口气拍$n张|拍摄$n张照片|"
                       "拍照$n次|拍照$n张|连着拍$n张|"
                       "连照$n张|对着$x拍$n张|连拍$n下|拍它$n张|拍$n张$x的照片|给我拍$n张照片|照$"
                       "n张|一共拍$n张照片|photo拍$n张|"
                       "连按$n次快门|拍$n遍照)",
                       {{"n", count.said}, {"x", subject}});
  clause.steps.assign(static_cast<std::size_t>(count.value), learn::Photo());
  return clause;
}

// A listener: 跟妈妈, 对大家.
std::string SpeechVerb(Rng& rng) {
  const std::string person = rng.Chance(0.15) ? DrawLeader(rng).said : DrawPerson(rng);
  return Expand(
      rng,
      "(说|说|说|说|说|说一声|说声|喊|喊|喊一声|大声说|大声喊|小声说|念|念一下|读|读一下|"
      "朗读|播报|播报|播报一下|广播|广播一下|"
      "语音播报|语音提示|讲|讲一句|说句|说一句|跟$p说|跟$p说|对$p说|对$p说|和$p说|向$p说|"
      "跟$p讲|跟$p说一声|对着$p说|"
      "冲$p喊|朝$p喊一声|叫一声|吆喝一声|用中文说|用普通话说|大声念|跟大家说|对大家说|"
      "开口说|喊一嗓子|慢慢说|轻声说|"
      "去跟$p说|给$p说|替我跟$p说|替我说|帮我说|跟我说|念出来|说一下|来一句|播放语音|"
      "温柔地说|高兴地说|大喊|高喊|speak|"
      "say一句|回答|宣布|告诉$p|告诉大家|提醒一句|在门口喊|用大嗓门说|用喇叭喊|对着话筒说|响亮地说|"
      "跟他们说|告诉他们|告诉她|告诉他|对他说|跟她说|大声播报|开口喊|报一声|来一声|说给$p听)",
      {{"p", person}});
}

}  // namespace

std::string ColourName(const std::string& color) {
  if (color == "red") return "红";
  if (color == "green") return "绿";
  if (color == "blue") return "蓝";
  if (color == "yellow") return "黄";
  return "白";
}

std::string DrawColour(Rng& rng) {
  return Expand(rng, "(red|green|blue|yellow|red|green|blue|yellow|white)");
}

std::string InQuotes(Rng& rng, const std::string& text) {
  return Expand(rng, "(“$t”|“$t”|“$t”|“$t”|“$t”|“$t”|「$t」|「$t」|\"$t\"|\"$t\"|‘$t’|『$t』|'$t')",
                {{"t", text}});
}

Clause LightAs(Rng& rng, const std::string& color) {
  if (color == "off") return LightPlain(rng, false);
  if (color == "white" && rng.Chance(0.5)) return LightPlain(rng, true);
  const Slots slots = {{"c", ColourName(color)},
                       {"l", Expand(rng, kLamp)},
                       {"e", color},
                       {"o", color == "red" ? "绿" : "红"}};
  if (rng.Chance(0.04)) {
    return One(
        Expand(rng,
               "($l换成$e|$l变$e|切$e|把$l调成$e|$l切到$e|亮$e灯|$l set成$e|把$l变成$e|开$e light)",
               slots),
        learn::Light(color));
  }
  return One(Expand(rng,
                    "(亮$c灯|亮$c灯|亮$c灯|开$c灯|开$c灯|打开$c灯|打开$c灯|打$c灯|点亮$c灯|$c灯亮|$"
                    "c灯打开|$c灯亮起来|$c灯亮起|"
                    "把$l变成$c色|把$l变成$c色|把灯变$c|灯变$c|$l换成$c色|$l换成$c色|把$l换成$c色|$"
                    "l改成$c色|把$l改成$c色|把$l调成$c色|"
                    "$l调成$c色|把$l调到$c色|$l切到$c色|$l切到$c色|$l切换到$c色|$l切成$c色|切$c灯|"
                    "切换$c灯|切换成$c灯|切换到$c灯|切到$c灯|"
                    "换$c灯|换成$c灯|换成$c色|变$c灯|变成$c灯|$l变成$c色|$l$c色|$l$c色|亮$c色|亮$"
                    "c光|发$c光|$l显示$c色|$l设为$c色|"
                    "把$l设成$c色|$l设置为$c色|$l转$c|$l切$c|$l变$c色|来个$c灯|来点$c光|$c灯开|把$"
                    "c灯打开|把$c灯点亮|让$l变$c|"
                    "让$l亮$c色|让$l变成$c色|$l亮$c的|点$c灯|亮个$c灯|开$c色的灯|亮起$c灯|亮起$"
                    "c色灯光|亮起$c色的灯|$l要$c色|"
                    "把$l弄成$c的|$l整成$c色|$l给我变成$c色|用$c灯|用$c色灯光|$l亮$c|$l亮$c色|$"
                    "c色灯打开|$c色灯亮起来|打开$c色的灯|"
                    "开一下$c灯|把$c灯开开|$c灯警示，亮起来|$c灯提示，打开|打$c光|给个$c灯|$"
                    "c灯，开|$c灯，亮起来|$l来个$c的|$l调$c|"
                    "把$l整成$c的|$l显$c|亮出$c灯|亮一下$c灯|闪出$c光来|$l换$c的|$l换个$c色|换上$"
                    "c灯|$c色灯光打开|灯光颜色$c色|"
                    "灯的颜色改成$c色|把颜色换成$c色|$l颜色调成$c|$l颜色设为$c色|$c灯点上|把灯打成$"
                    "c的|变个$c灯|$l变回$c色|$l恢复成$c色|把$l从$o色换成$c色|$l由$o转$c|$l从$o变成$"
                    "c|把$l从$o色改成$c色)",
                    slots),
             learn::Light(color));
}

Clause Light(Rng& rng) {
  const double kind = rng.Uniform();
  if (kind < 0.22) return LightPlain(rng, false);
  if (kind < 0.36) return LightPlain(rng, true);
  if (kind < 0.4) {  // 把红灯关掉: the lamp is one lamp.
    return One(
        Expand(
            rng,
            "(把$c灯关掉|关掉$c灯|$c灯关了|把$c灯熄了|$c灯灭掉|熄灭$c灯|$c灯关掉|关$c灯|$c灯熄灭)",
            {{"c", ColourName(DrawColour(rng))}}),
        learn::Light("off"));
  }
  return LightAs(rng, DrawColour(rng));
}

Clause Photo(Rng& rng) {
  if (rng.Chance(0.1)) return PhotoCount(rng);
  const std::string subject = rng.Chance(0.4)   ? DrawPerson(rng)
                              : rng.Chance(0.5) ? DrawThing(rng).said
                                                : DrawPlace(rng).said;
  return One(Expand(rng,
                    "(拍照|拍照|拍照|拍照|拍张照|拍张照|拍张照片|拍张照片|拍张照片|拍个照|拍个照|"
                    "拍一张|拍一张照片|拍一张照|照张相|照相|"
                    "照个相|拍一下|拍下来|来张照片|来一张|来一张照片|抓拍一张|抓拍|拍摄一张照片|"
                    "拍摄照片|拍照片|按一下快门|按快门|合个影|合影|"
                    "给$x拍张照|给$x拍张照|给$x照张相|给$x拍张照片|给$x拍个照|给$x拍一张|替$"
                    "x拍张照|帮$x拍张照|把$x拍下来|把$x拍下来|"
                    "拍一下$x|拍一下$x|拍下$x|拍$x|拍张$x的照片|拍一张$x的照片|对着$x拍一张|对着$"
                    "x拍张照|拍个合影|采集一张图像|采集图像|"
                    "留个影|留张影|拍照留念|拍照留底|拍照存档|拍个照存档|拍照记录|咔嚓一张|照一张|"
                    "照一张相|拍摄|拍摄一下|快照一张|拍一帧|"
                    "来张photo|拍个photo|拍photo|拍张photo|take一张photo|拍一个|给大家拍张合影|跟$"
                    "x合个影|和$x合影|照一个|给我拍一张|"
                    "给我来一张|给我照一张|拍张全景照片|拍个现场照片|拍张现场照|取一张图|"
                    "用相机拍一张|用摄像头拍张照|拍张相片|照个相吧|再拍一张|"
                    "拍张自拍|拍一张清楚的|咔嚓一下|拍个大合照|给这儿拍张照|照一下|拍张特写)",
                    {{"x", subject}}),
             learn::Photo());
}

Clause SayAs(Rng& rng, const std::string& text, Writing writing) {
  const std::string verb = SpeechVerb(rng);
  Clause clause;
  clause.steps = {learn::Say(text)};
  if (writing == Writing::kUnmarked || rng.Chance(0.22)) {
    clause.open_end = true;
    const bool colon = writing == Writing::kMarked && rng.Chance(0.45);
    clause.text = verb + (colon ? "：" : "") + text;
    return clause;
  }
  std::string quoted = InQuotes(rng, text);
  if (rng.Chance(0.06)) {
    const std::string mark = Expand(rng, "(！|。|！|？)");
    clause.steps = {learn::Say(text + mark)};
    quoted = InQuotes(rng, text + mark);
  }
  clause.text = Expand(
      rng, "($v$q|$v$q|$v$q|$v$q|$v$q|$v：$q|$v：$q|$v，$q|把$q念出来|把$q读一遍|把$q这句话说出来)",
      {{"v", verb}, {"q", quoted}});
  return clause;
}

Clause Say(Rng& rng, Writing writing) {
  if (rng.Chance(0.12)) {
    const std::string text = DrawEnglishSpeech(rng);
    const std::string verb = Expand(
        rng,
        "(用英文说|用英语说|用英文说一声|用英语说一句|用英语喊|用英文念|用英语跟$p说|用英文对$p说|"
        "用英语讲|说英文|用英文播报|用英语读|说|say|拿英语说|用英文跟大家说|用英语播报|说句英文)",
        {{"p", DrawPerson(rng)}});
    const bool quoted = writing == Writing::kMarked && rng.Chance(0.4);
    Clause clause;
    clause.text = verb + (quoted ? InQuotes(rng, text) : text);
    if (verb == "say" && !quoted) clause.text = "say " + text;
    clause.open_end = !quoted;
    clause.steps = {learn::Say(text)};
    return clause;
  }
  return SayAs(rng, writing == Writing::kMarked ? DrawSpeech(rng) : DrawShortSpeech(rng), writing);
}

Clause Wait(Rng& rng) {
  if (rng.Chance(0.2)) {
    return One(Expand(rng,
                      "(等一下|等一下|等一下|稍等|稍等|稍等一下|等一等|等等|等下|先等一下|等一下下|"
                      "原地等一下|先等等|等我一下|等等我|"
                      "在这儿等一下|在这里等一下|稍等下|在原地稍等|暂停一下|先稍等|就地等一下|"
                      "等一哈|稍等一哈|"
                      "稍微等一下|在这等等)"),
               learn::Wait(kPlainWaitSeconds));
  }
  const Quantity duration = DrawDuration(rng);
  return One(Expand(rng,
                    "(等$d|等$d|等$d|等$d|等$d|等待$d|等待$d|等待$d|停留$d|停留$d|等上$d|等个$d|"
                    "暂停$d|暂停$d|原地等$d|原地等$d|"
                    "原地等待$d|原地停留$d|在原地等$d|在这儿等$d|在这里等$d|在这等$d|先等$d|等候$d|"
                    "延时$d|延迟$d|待$d|待机$d|原地待$d|"
                    "静止$d|停$d|停上$d|停个$d|歇$d|休息$d|再等$d|等它$d|等我$d|等够$d|等满$d|静等$"
                    "d|静候$d|原地不动$d|保持不动$d|"
                    "别急，等$d|先别动，等$d|别走，等$d|wait "
                    "$d|停顿$d|间隔$d|待在原地$d|站着等$d|守$d|在那儿等$d|就地等$d|等待时间$d|"
                    "干等$d|先停$d|缓$d|歇个$d|定住$d|不动$d|待命$d|原地待命$d)",
                    {{"d", duration.said}}),
             learn::Wait(duration.value));
}

Clause Stop(Rng& rng) {
  return One(Expand(rng,
                    "(停|停|停下|停下|停下|停下来|停下来|停下来|停住|站住|站住|急停|急停|刹车|刹车|"
                    "停车|停车|停止|停止运动|停止移动|"
                    "立刻停下|马上停下|立即停车|立即停止|快停|快停下|停在这|停在这儿|停在这里|"
                    "停在原地|就停这儿|就停在这里|就停这|"
                    "原地停下|原地停住|打住|紧急停止|紧急停车|紧急制动|制动|全部停止|停止所有动作|"
                    "停止动作|停止一切运动|停止所有运动|"
                    "别动了停下|别动了，停下|可以了，停|好了停下|够了，停下来|好了，就到这儿，停|"
                    "停这儿|停这里|stop|stop一下|给我停下|"
                    "都停下来|快刹车|踩刹车|刹住|停住别动|站住不要动|别走了，停车|别往前了，停|"
                    "停止前进|停止行驶|马上停车|立刻停止|"
                    "立马停下|赶快停下|赶紧停下|快站住|停一停|全停|停机制动|stop "
                    "now|停下别动|别跑了，站住|就停在那儿|停吧|停停停|"
                    "停停|喂停下|快停车|刹一下车|停止运行|不走了，停下|行了停下来|可以停了|"
                    "停在那里别动|就地停下|中止所有动作|先停下来)"),
             learn::Stop());
}

Clause AnyClause(Rng& rng, Writing writing) {
  // Driving and the skills with a target take the most words to learn.
  const double kind = rng.Uniform();
  if (kind < 0.16) return Drive(rng);
  if (kind < 0.29) return Turn(rng);
  if (kind < 0.37) return Look(rng);
  if (kind < 0.43) return Grip(rng);
  if (kind < 0.49) return Arm(rng);
  if (kind < 0.58) return Goto(rng);
  if (kind < 0.65) return Find(rng);
  if (kind < 0.73) return Pick(rng);
  if (kind < 0.77) return Place(rng);
  if (kind < 0.82) return Follow(rng);
  if (kind < 0.87) return Photo(rng);
  if (kind < 0.92) return Light(rng);
  if (kind < 0.965) return Say(rng, writing);
  if (kind < 0.99) return Wait(rng);
  return Stop(rng);
}

}  // namespace ganglion::learn::chinese
