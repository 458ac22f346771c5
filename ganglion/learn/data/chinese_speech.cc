#include "ganglion/learn/data/chinese_speech.h"

#include <string_view>

#include "ganglion/learn/data/chinese_numbers.h"
#include "ganglion/learn/data/chinese_targets.h"
#include "ganglion/learn/data/chinese_words.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::chinese {
namespace {

constexpr std::string_view kGreetings =
    "(你好|您好|大家好|早上好|中午好|下午好|晚上好|晚安|早安|早|各位好|$p好|$p早|$p早上好|$p您好|"
    "欢迎|"
    "欢迎光临|欢迎回家|欢迎来到$l|欢迎$p|再见|拜拜|明天见|回头见|慢走|$p再见|一路顺风|一路平安|"
    "好久不见|"
    "很高兴见到你|见到你真开心|你好呀|嗨|哈喽|请进|请坐|请慢用|$p你好|你们好|小朋友们好|同志们好|"
    "客官里边请)";

constexpr std::string_view kThanks =
    "(谢谢|谢谢你|谢谢$p|谢谢大家|多谢|非常感谢|辛苦了|$p辛苦了|大家辛苦了|不客气|不用谢|对不起|"
    "抱歉|"
    "不好意思|打扰了|没关系|没事|请原谅|麻烦您了|感谢配合|感谢光临|感谢您的耐心等待|谢谢合作|"
    "费心了)";

constexpr std::string_view kWishes =
    "(生日快乐|新年快乐|节日快乐|中秋快乐|圣诞快乐|教师节快乐|母亲节快乐|恭喜发财|恭喜$p|恭喜恭喜|"
    "身体健康|"
    "万事如意|一切顺利|好运|加油|$p加油|你真棒|你最棒了|太棒了|真厉害|好样的|继续努力|干得漂亮|"
    "我爱你|"
    "我喜欢$t|我想你了|祝你好运|祝$p生日快乐|祝大家周末愉快|心想事成|早日康复|好好休息|多喝热水|"
    "记得吃药|"
    "别着急|不要怕|别哭|别担心|笑一个|茄子|三二一|一二三|准备好了|开始吧|我们走吧|出发|冲啊|耶|哇)";

constexpr std::string_view kNotices =
    "(请注意|倒车请注意|请让一让|请让一下|借过|麻烦让让|请小心|小心地滑|小心台阶|注意安全|请勿靠近|"
    "请保持距离|"
    "请排队|请安静|保持安静|请勿吸烟|闲人免进|车辆通过请避让|前方施工|设备运行中|正在检修|测试开始|"
    "测试结束|"
    "测试完成|任务完成|任务已完成|任务开始|准备完毕|一切正常|系统正常|电量不足|我要充电了|充电完成|"
    "已到达$l|"
    "我到了|我到$l了|到站了|物料已送达|货到了|快递到了|请取件|请签收|请取走$t|您的$t到了|$t在这里|$"
    "t找到了|"
    "找到$t了|没找到$t|$t掉了|$p来了|$p找你|$p请到$l|$p请接电话|有人在吗|有客人来了|门没关|水开了|"
    "饭好了|"
    "开饭了|吃饭了|该吃药了|该睡觉了|该起床了|起床啦|上课了|上课啦|下课了|集合|会议开始了|"
    "会议五分钟后开始|"
    "会议改到$n点|下班了|下班啦|午休时间到|换班时间到|$n号线缺料|$n号机报警|$n号请到窗口|请到$"
    "n号窗口|"
    "$l已清洁完毕|$l已满|今天停课|电梯坏了|外面下雨了|天黑了|天气真好|今天是星期$n|现在是$n点|还有$"
    "n分钟|"
    "还剩$n个|第$n名|第$n题|编号$n|一共$n个|倒计时$n秒)";

constexpr std::string_view kSentences =
    "(我是机器人|我叫小罗|我是你的好朋友|我回来了|我来了|我来啦|我在这里|我在这儿|我准备好了|"
    "我看见你了|我看到$t了|"
    "我知道了|我不知道|我明白了|我没听懂|我没电了|我累了|我饿了|我迷路了|我马上就来|我先走了|"
    "我会想你的|我在工作|"
    "这是$t|这是$p的$t|这是给你的|送给你|$t送给$p|给你$t|这个$t真好看|$t在$l|$t在哪里|$t多少钱|"
    "请把$t给我|"
    "谁的$t|这是谁的$t|你要$t吗|要不要吃$t|你吃饭了吗|你叫什么名字|你在干什么|你去哪儿|你几岁了|"
    "你看见$p了吗|"
    "今天天气怎么样|明天见$p|$p在$l等你|$p在吗|$p你在哪里|$p快来|$p开门|$p吃饭啦|$p电话响了|$"
    "p辛苦啦|$p真好看|"
    "$p是大笨蛋|好的|收到|是|不是|可以|不可以|不行|没问题|当然|明白|对|错|停|好|行|嗯|哎呀|啦啦啦|"
    "汪汪|喵喵|"
    "左转|右转|前进|后退|开灯|关灯|停下|停下来|别动|快跑|向左看|跟我来|跟着我|请跟我来|往这边走|"
    "请往前走|往后退|"
    "不要拍照|禁止拍照|看镜头|请看这里|向前看|站住|把$t放下|把$t给我|快来看$t|请把手机静音|"
    "请关闭手机|别踩草坪|"
    "床前明月光|春眠不觉晓|白日依山尽|学而时习之|好好学习天天向上|时间就是金钱|安全第一|"
    "质量就是生命|人之初性本善|"
    "小兔子乖乖|两只老虎|一闪一闪亮晶晶|从前有座山|芝麻开门|一|二|三|四|五|一加一等于二|七上八下|"
    "甲乙丙丁)";

constexpr std::string_view kEnglish =
    "(hello|hi|hello everyone|good morning|good afternoon|good evening|good night|good job|well "
    "done|"
    "goodbye|bye bye|see you|see you tomorrow|thank you|thanks|sorry|excuse me|welcome|please wait|"
    "please come in|how are you|nice to meet you|happy birthday|happy new year|merry christmas|"
    "I love you|I am a robot|my name is Rover|let's go|ready|stop|go|turn left|turn "
    "right|yes|no|OK|"
    "done|task complete|system ready|battery low|follow me|look at me|cheese|one two three|come on|"
    "have a nice day|be careful|watch out|open the door|what is this|this is an apple|where are "
    "you|"
    "sit down please|stand up|class is over|time is up|lunch is ready|Hello $p|good morning $p|bye "
    "$p|"
    "I'm coming|I'm here|no problem|you're welcome|wow|oh my god|never give up|take care|good "
    "luck)";

constexpr std::string_view kNames =
    "(Tom|Lily|Anna|Jack|Lucy|Mike|Bob|class|teacher|sir|boss|kids)";

std::string Unknown(Rng& rng) {
  std::string out;
  const std::size_t length = 2 + rng.Below(7);
  while (out.size() < 3 * length) out += AnyCharacter(rng);
  return out;
}

std::string Sentence(Rng& rng, std::string_view pattern) {
  return Expand(rng, pattern,
                {{"p", DrawPerson(rng)},
                 {"t", DrawPlainThing(rng)},
                 {"l", Places().Draw(rng)},
                 {"n", Numeral(1 + static_cast<int>(rng.Below(20)))}});
}

}  // namespace

std::string DrawShortSpeech(Rng& rng) {
  const double kind = rng.Uniform();
  std::string out;
  if (kind < 0.18) {
    out = Sentence(rng, kGreetings);
  } else if (kind < 0.28) {
    out = Sentence(rng, kThanks);
  } else if (kind < 0.42) {
    out = Sentence(rng, kWishes);
  } else if (kind < 0.66) {
    out = Sentence(rng, kNotices);
  } else if (kind < 0.9) {
    out = Sentence(rng, kSentences);
  } else {
    return Unknown(rng);
  }
  if (rng.Chance(0.1)) out += Expand(rng, "(啦|呀|啊|哦|哟)");
  return out;
}

std::string DrawEnglishSpeech(Rng& rng) {
  return Expand(rng, kEnglish, {{"p", Expand(rng, kNames)}});
}

std::string DrawSpeech(Rng& rng) {
  const double kind = rng.Uniform();
  if (kind < 0.74) return DrawShortSpeech(rng);
  if (kind < 0.84) return DrawEnglishSpeech(rng);
  return DrawShortSpeech(rng) + "，" + DrawShortSpeech(rng);
}

}  // namespace ganglion::learn::chinese
