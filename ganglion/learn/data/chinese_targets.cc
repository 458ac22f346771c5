#include "ganglion/learn/data/chinese_targets.h"

#include <cctype>

#include "ganglion/learn/data/chinese_numbers.h"
#include "ganglion/learn/data/chinese_words.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::chinese {
namespace {

constexpr std::string_view kColours =
    "(红|蓝|绿|黄|白|黑|灰|紫|粉|橙|棕|银|金|红|蓝|绿|黄|粉红|深蓝|浅蓝|天蓝|墨绿|浅绿|米白|"
    "米黄|乳白|酒红|橘红|大红|浅灰|深灰|咖啡|青|桃红|玫红)";

constexpr std::string_view kQualities =
    "(大|小|旧|新|长|短|圆|方|高|矮|空|满|脏|干净|坏|破|湿|干|热|冷|厚|薄|软|硬|轻|重|尖|扁|弯|直|"
    "圆形|方形|长方形|三角形|心形|球形|细长|宽|窄|透明|发光|会响|毛茸茸|亮晶晶|皱巴巴|脏兮兮|"
    "木头|木质|塑料|金属|玻璃|不锈钢|陶瓷|铝制|铁|皮|布|纸质|橡胶|棉|竹子|石头|水晶|"
    "条纹|格子|碎花|圆点|带盖|带轮子|带把手|折叠|可充电|无线|电动|进口|国产|便携|防水|"
    "打开|关着|掉落|倒下|摔碎|开裂|生锈|贴标签|没贴标签|用过|没用过|洗好|剩下|多余|备用|"
    "刚买|新到|过期|坏掉|最新|漂亮|好看|可爱|便宜|贵|儿童|成人|男式|女式|迷你|超大|中号|大号|小号)";

constexpr std::string_view kSuperlatives =
    "最(大|小|高|矮|长|短|重|轻|新|旧|粗|细|厚|薄|宽|窄|亮|暗|圆|远|近|左边|右边|上面|下面|里面|"
    "外面|"
    "前面|后面|上层|底层|靠前|靠后|靠左|靠右|显眼|干净|脏|漂亮|便宜|贵|满|空|左侧|右侧|边上|红|软|"
    "硬)";

constexpr std::string_view kSides =
    "(上|上面|下面|底下|旁边|边上|后面|前面|左边|右边|背后|附近|对面|一侧|跟前|里|里面|里头|中间|"
    "角落|"
    "顶上|右侧|左侧|上方|下方|外面|后头|前头)";

constexpr std::string_view kClothes =
    "(穿(红|蓝|黑|白|黄|绿|灰|橙|花|格子|条纹)(衣服|外套|裙子|毛衣|衬衫|背心|马甲|大衣|裤子|鞋|T恤|"
    "工作服|制服|校服|雨衣|夹克|帽衫)|穿(工装|白大褂|校服|西装|制服|拖鞋|高跟鞋|反光衣|运动服|旗袍|"
    "防护服|围裙|雨衣|病号服)|戴(眼镜|帽子|口罩|安全帽|红帽子|蓝帽子|墨镜|围巾|手套|耳机|红领巾|"
    "头盔|工牌|袖标)|拿(着)(文件|手机|扳手|图纸|杯子|相机|对讲机|花)|背书包|推(小车|轮椅|婴儿车|"
    "货物)|打伞|长头发|短头发|高个子|矮个子|卷头发|扎辫子|骑车|坐轮椅|拄拐杖|抱孩子|牵狗|遛狗|"
    "扫地|带路|站着|走在最前面|最高|最前面)";

constexpr std::string_view kLocators =
    "(靠墙|靠窗|靠门|靠边|靠右|靠左|墙边|墙角|窗边|门边|门后|地上|床上|桌上|沙发上|柜子里|床底下|"
    "沙发底下|桌子底下|架子上|架子顶层|书架顶层|书架底层|货架顶层|货架二层|第一层|第二层|第三层|"
    "最上层|最下层|左边|右边|前面|后面|中间|对面|隔壁|楼下|楼上|门口|角落里|阳台上|厨房里|客厅里|"
    "左手边|右手边|水池边|桌角|地毯上|窗台上|走廊尽头|走廊里|墙上|箱子里|抽屉里|冰箱里|屋里|院子里|"
    "从左数第二个|从右数第三个|左数第一个|第一排|第二排|第三排|倒数第二个|进门左手边|进门右边)";

constexpr std::string_view kNumbered =
    "(货架|工位|机床|工作台|料架|库位|托盘|站点|停车位|车位|会议室|办公室|实验室|教室|病房|病床|床|"
    "仓库|车间|产线|传送带|装配线|工序|门|出口|入口|电梯|楼|柜子|柜台|窗口|充电桩|箱子|储物柜|抽屉|"
    "桌|房间|房|机器|机台|检查点|站台|库|通道|区域|摊位|座位|包厢|泵|罐|炉|塔|井|岗亭|槽|平台|"
    "标记点)";

constexpr std::string_view kLatinNouns =
    "(USB线|U盘|LED灯|LED屏|PPT遥控器|Type-C线|HDMI线|VR眼镜|AC适配器|PVC管|PCB板|CPU|SD卡|SIM卡|"
    "iPad|iPhone|MacBook|kindle|mouse|keyboard|AirPods|WiFi路由器|DVD|CD盒|KT板|A4纸|A3纸|T恤|"
    "M8螺栓|M6螺母|M10螺丝|AA电池|5号电池|7号电池|QR码|AGV|CNC机床|X光机|CT室|B超室|ICU|VIP室|"
    "KTV包间|ATM机|IT部|HR办公室|demo台|logo牌|marker|cup|bottle|box|laptop|coffee杯|lunch box|"
    "notebook|tablet|charger|dock|home点|meeting "
    "room|lobby|lab|office|kitchen|warehouse|desk|table|"
    "sofa|ball|teddy "
    "bear|remote|scanner|badge|printer|monitor|router|server|whiteboard|locker|pantry)";

// Characters that would make a random noun a phrase: verbs, particles, numbers, directions.
constexpr std::string_view kGrammar =
    "的地得了着过吧呢吗嘛啊呀哦嗯呃把被将让给对跟和与或及而但也都就才又再还先后前左右上下里中外内东"
    "西南北"
    "去到来回往向朝从在是不别没无非勿甭我你他她它您咱们这那哪谁何一二三四五六七八九十百千万亿两半个"
    "只次遍"
    "点些说讲喊念找拿放捡抓取夹抬举走开关停等看转退进米步度秒分完好要想会能可请然且之前跟随拍照灯"
    "亮";

std::string Unknown(Rng& rng) {
  std::string out;
  const std::size_t length = 2 + rng.Below(rng.Chance(0.3) ? 3 : 2);
  while (out.size() < 3 * length) {
    const std::string_view character = AnyCharacter(rng);
    if (kGrammar.find(character) == std::string_view::npos) out += character;
  }
  return out;
}

std::string Code(Rng& rng) {
  const std::string letter(1, static_cast<char>('A' + rng.Below(26)));
  const std::string number = Digits(static_cast<double>(1 + rng.Below(rng.Chance(0.7) ? 30 : 999)));
  return Expand(rng, "($l$n|$l-$n|$l$n|$l|$l$l$n)", {{"l", letter}, {"n", number}});
}

std::string Latin(Rng& rng) {
  std::string out;
  const std::size_t length = 2 + rng.Below(6);
  while (out.size() < length) out += static_cast<char>('a' + rng.Below(26));
  return out;
}

// A noun with what may stand before it. `head` is its last word.
std::string Described(Rng& rng, const std::string& head) {
  const double kind = rng.Uniform();
  if (kind < 0.45) return head;
  const std::string colour = Expand(rng, kColours);
  const std::string quality = Expand(rng, kQualities);
  if (kind < 0.62) {
    return Expand(rng, "($c色的$h|$c色的$h|$c色$h|$c$h|$c色$h)", {{"c", colour}, {"h", head}});
  }
  if (kind < 0.74) return Expand(rng, "($q的$h|$q$h|$q的$h)", {{"q", quality}, {"h", head}});
  if (kind < 0.8) {
    return Expand(rng, "($s的$h|$s的$h|$s$h)", {{"s", Expand(rng, kSuperlatives)}, {"h", head}});
  }
  if (kind < 0.84) {
    return Expand(
        rng, "($q的$c色$h|$c色的$q$h|$q$c色$h|又$q又$p的$h)",
        {{"q", quality}, {"c", colour}, {"h", head}, {"p", Expand(rng, "(大|圆|长|亮|旧|沉)")}});
  }
  if (kind < 0.94) {
    const std::string where =
        rng.Chance(0.5) ? Expand(rng, kLocators)
                        : (rng.Chance(0.6) ? Surfaces().Draw(rng) : Containers().Draw(rng)) +
                              Expand(rng, kSides);
    return Expand(rng, "($w的$h|$w的$h|$w的$c色$h|$w$c色的$h|$w的$c色的$h)",
                  {{"w", where}, {"c", colour}, {"h", head}});
  }
  if (kind < 0.97) {
    return Expand(rng, "($p的$h|$p的$c色$h)", {{"p", DrawPerson(rng)}, {"c", colour}, {"h", head}});
  }
  return Expand(rng, "(写着|标着|贴着|印着|编号)$x的$h",
                {{"x", rng.Chance(0.5) ? Code(rng) : Numeral(1 + static_cast<int>(rng.Below(20)))},
                 {"h", head}});
}

std::string NumberedPlace(Rng& rng) {
  const int number = 1 + static_cast<int>(rng.Below(rng.Chance(0.7) ? 12 : 99));
  const std::string spoken = rng.Chance(0.5) ? Numeral(number) : Digits(number);
  return Expand(
      rng,
      "($n号$p|$n号$p|$n号$p|第$o个$p|第$o排$p|$l区|$l区$n号$p|$l$d$p|$l$d|$p$d|$l座|"
      "$n楼$r|$n号线|$d$r|$l$d工位|$l栋$r|第$o$m|$n号点|$n号位)",
      {{"n", spoken},
       {"o", Numeral(number)},
       {"l", std::string(1, static_cast<char>('A' + rng.Below(26)))},
       {"d", Digits(number)},
       {"p", Expand(rng, kNumbered)},
       {"r", Expand(rng, "(会议室|办公室|教室|病房|大厅|电梯口|走廊|前台|卫生间|茶水间)")},
       {"m", Expand(rng, "(车间|会议室|教学楼|实验室|食堂|仓库|阅览室|手术室)")}});
}

// People sometimes name the place beside a thing; these words stay in the plan.
std::string Beside(Rng& rng, const std::string& thing) {
  return thing + Expand(rng, "(旁边|旁边|前面|那边|那边|后面|左边|右边|对面|门口|跟前|附近|下面)");
}

Target Plain(std::string said) {
  std::string plan = PlanTarget(said);
  return {std::move(said), std::move(plan), false};
}

std::string PlaceWords(Rng& rng) {
  const double kind = rng.Uniform();
  if (kind < 0.3) return Places().Draw(rng);
  if (kind < 0.42) return NumberedPlace(rng);
  if (kind < 0.5) return DrawUnknownNoun(rng);
  if (kind < 0.54) return DrawPerson(rng);
  if (kind < 0.6) {
    return DrawPerson(rng) + "的" +
           Expand(rng,
                  "(桌子|工位|房间|办公室|座位|床|位置|书桌|卧室|车|柜子|办公桌|病房|教室|家门口)");
  }
  if (kind < 0.64) return Described(rng, Places().Draw(rng));
  if (kind < 0.94) {
    return Described(rng, rng.Chance(0.75) ? Surfaces().Draw(rng) : Containers().Draw(rng));
  }
  return Described(rng, Vehicles().Draw(rng));
}

}  // namespace

std::string PlanTarget(std::string_view said) {
  constexpr std::string_view kDe = "的";
  std::string out;
  while (!said.empty()) {
    if (said.starts_with(kDe)) {
      said.remove_prefix(kDe.size());
      continue;
    }
    out += static_cast<char>(std::tolower(static_cast<unsigned char>(said.front())));
    said.remove_prefix(1);
  }
  return out;
}

std::string DrawUnknownNoun(Rng& rng) {
  const double kind = rng.Uniform();
  if (kind < 0.6) return Unknown(rng);
  if (kind < 0.75) return Code(rng);
  if (kind < 0.85) return Expand(rng, kLatinNouns);
  return Latin(rng);
}

std::string DrawPerson(Rng& rng) {
  const double kind = rng.Uniform();
  if (kind < 0.8) return People().Draw(rng);
  if (rng.Chance(0.4)) {  // a full name
    std::string name =
        Expand(rng,
               "(王|李|张|刘|陈|杨|黄|赵|吴|周|徐|孙|马|朱|胡|郭|林|何|高|罗|郑|梁|谢|宋|唐|许|"
               "韩|冯|邓|曹|彭|曾|肖|田|董|袁|潘|蒋|蔡|余|杜|叶|程|苏|魏|吕|丁|任|沈|姚|卢)");
    const std::string given(AnyCharacter(rng));
    const std::string second(AnyCharacter(rng));
    if (kGrammar.find(given) == std::string_view::npos) name += given;
    if (rng.Chance(0.6) && kGrammar.find(second) == std::string_view::npos) name += second;
    if (name.size() > 3) return name;
    return Expand(
        rng,
        "(安娜|汤姆|杰克|露西|大卫|玛丽|约翰|艾米|彼得|莉莉|Tom|Anna|Lily|Jack|Amy|Lucy|Kevin)");
  }
  const std::string character(AnyCharacter(rng));
  return Expand(rng, "(小$c|老$c|$c老师|$c师傅|$c医生|$c姐|$c哥|阿$c|$c总|$c经理|$c主任|$c同学)",
                {{"c", kGrammar.find(character) == std::string_view::npos ? character : "林"}});
}

std::string DrawPlainThing(Rng& rng) { return Things().Draw(rng); }

Target DrawThing(Rng& rng) {
  const double kind = rng.Uniform();
  if (kind < 0.74) return Plain(Described(rng, Things().Draw(rng)));
  if (kind < 0.78) return Plain(Expand(rng, kLatinNouns));
  if (kind < 0.82) return Plain(Described(rng, Containers().Draw(rng)));
  return Plain(Described(rng, DrawUnknownNoun(rng)));
}

Target DrawPlace(Rng& rng) {
  if (rng.Chance(0.04)) {
    const bool room = rng.Chance(0.6);
    Target target = Plain(room ? Places().Draw(rng) : Described(rng, Surfaces().Draw(rng)));
    target.said += room ? "里" : "上";
    return target;
  }
  const std::string words = PlaceWords(rng);
  return Plain(rng.Chance(0.08) ? Beside(rng, words) : words);
}

Target DrawPlacement(Rng& rng) {
  const double kind = rng.Uniform();
  if (kind < 0.12) {
    return Plain(
        Beside(rng, Described(rng, rng.Chance(0.5) ? Surfaces().Draw(rng) : Things().Draw(rng))));
  }
  if (kind < 0.2) return Plain(PlaceWords(rng));
  Target target;
  if (kind < 0.27) {
    target = Plain(DrawUnknownNoun(rng));
    const std::string side = Expand(rng, "(上|里|中||)");
    target.said += side;
    target.inside = side == "里" || side == "中";
  } else if (kind < 0.62) {
    target = Plain(Described(rng, Surfaces().Draw(rng)));
    target.said += Expand(rng, "(上|上|上|)");
  } else {
    target = Plain(Described(rng, Containers().Draw(rng)));
    target.said += Expand(rng, "(里|里|中|)");
    target.inside = true;
  }
  return target;
}

Target DrawLeader(Rng& rng) {
  const double kind = rng.Uniform();
  if (kind < 0.15) return Plain("我");
  if (kind < 0.45) return Plain(DrawPerson(rng));
  if (kind < 0.62) {
    return Plain(
        Expand(rng, "$c的$p",
               {{"c", Expand(rng, kClothes)},
                {"p", rng.Chance(0.4) ? Expand(rng, "(人|男人|女人|男孩|女孩|女士|先生|小伙子)")
                                      : DrawPerson(rng)}}));
  }
  if (kind < 0.76) {
    return Plain(rng.Chance(0.6) ? Animals().Draw(rng) : Described(rng, Animals().Draw(rng)));
  }
  if (kind < 0.94) {
    return Plain(rng.Chance(0.6) ? Vehicles().Draw(rng) : Described(rng, Vehicles().Draw(rng)));
  }
  return Plain(DrawUnknownNoun(rng));
}

Target DrawSought(Rng& rng) {
  const double kind = rng.Uniform();
  if (kind < 0.68) return DrawThing(rng);
  if (kind < 0.84) return DrawPlace(rng);
  Target leader = DrawLeader(rng);
  return leader.said == "我" ? Plain(Things().Draw(rng)) : leader;
}

Target WithDeterminer(Rng& rng, Target target) {
  if (target.said.starts_with("我") || target.said.starts_with("最")) return target;
  if (rng.Chance(0.78)) return target;
  return {Expand(rng, "(我的|你的|您的|他的|她的|那个|那个|这个|这个|一个|一个)") + target.said,
          target.plan, target.inside};
}

}  // namespace ganglion::learn::chinese
