#include "ganglion/grammar/regular/format_patterns.h"

#include <array>
#include <cstdio>

namespace ganglion::grammar {
namespace {

// RFC 3339. T and Z may be small letters (section 5.6); a year of four digits that is divisible by
// four is a leap year unless it ends a century that is not.
constexpr char kDate[] =
    "(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    "|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)";
constexpr char kFraction[] = "(?:\\.[0-9]+)?";
constexpr int kMinutesOfDay = 24 * 60;

std::string Minute(int minute) {
  std::array<char, 16> text;
  std::snprintf(text.data(), text.size(), "%02d:%02d", minute / 60, minute % 60);
  return text.data();
}

// Second 60 is there only in the last minute of a day of UTC. So the offset follows from the local
// minute: one east of Greenwich and one west of it. Offsets are whole quarters of an hour here, as
// all that are in use; each further one costs six states.
std::string LeapSecond() {
  std::string pattern = std::string("23:59:60") + kFraction + "[Zz]";
  for (int local = 14; local < kMinutesOfDay; local += 15) {
    pattern += "|" + Minute(local) + ":60" + kFraction + "(?:\\+" +
               Minute((local + 1) % kMinutesOfDay) + "|-" + Minute(kMinutesOfDay - 1 - local) + ")";
  }
  return pattern;
}

std::string Time() {
  const std::string minute = "(?:[01][0-9]|2[0-3]):[0-5][0-9]";
  return "(?:" + minute + ":[0-5][0-9]" + kFraction + "(?:[Zz]|[+\\-]" + minute + ")|" +
         LeapSecond() + ")";
}

// RFC 3339, appendix A: units without a gap, weeks alone.
std::string Duration() {
  const std::string minutes = "[0-9]+M(?:[0-9]+S)?";
  const std::string time = "T(?:[0-9]+H(?:" + minutes + ")?|" + minutes + "|[0-9]+S)";
  const std::string months = "[0-9]+M(?:[0-9]+D)?";
  const std::string date = "(?:[0-9]+Y(?:" + months + ")?|" + months + "|[0-9]+D)";
  return "P(?:" + date + "(?:" + time + ")?|" + time + "|[0-9]+W)";
}

// Without leading zeros, which some readers take for octal digits.
constexpr char kIpv4[] =
    "(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\\.){3}"
    "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

// RFC 4291, section 2.2, without zones. "::" stands for at least one group of zeros, but for at
// least two in RFC 5321: `groups_max` is how many may stand beside it. An IPv4 address at the end
// is two groups.
std::string Ipv6(int groups_max) {
  const std::string group = "[0-9A-Fa-f]{1,4}";
  const std::string colon_groups = "(?:" + group + ":)";
  std::string pattern = "(?:" + colon_groups + "{7}" + group + "|" + colon_groups + "{6}" + kIpv4;
  for (int before = 0; before <= groups_max; ++before) {
    pattern += "|";
    if (before > 0) {
      pattern += group + "(?::" + group + "){" + std::to_string(before - 1) + "}";
    }
    pattern += "::";
    const int after = groups_max - before;
    if (after == 0) continue;
    pattern += "(?:" + colon_groups + "{0," + std::to_string(after - 1) + "}" + group;
    if (after >= 2) pattern += "|" + colon_groups + "{0," + std::to_string(after - 2) + "}" + kIpv4;
    pattern += ")?";
  }
  return pattern + ")";
}

// RFC 3987, section 2.2: what IRIs have beside ASCII.
constexpr char kUcschar[] =
    "\\u{A0}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFEF}\\u{10000}-\\u{1FFFD}"
    "\\u{20000}-\\u{2FFFD}\\u{30000}-\\u{3FFFD}\\u{40000}-\\u{4FFFD}\\u{50000}-\\u{5FFFD}"
    "\\u{60000}-\\u{6FFFD}\\u{70000}-\\u{7FFFD}\\u{80000}-\\u{8FFFD}\\u{90000}-\\u{9FFFD}"
    "\\u{A0000}-\\u{AFFFD}\\u{B0000}-\\u{BFFFD}\\u{C0000}-\\u{CFFFD}\\u{D0000}-\\u{DFFFD}"
    "\\u{E1000}-\\u{EFFFD}";
constexpr char kIprivate[] = "\\u{E000}-\\u{F8FF}\\u{F0000}-\\u{FFFFD}\\u{100000}-\\u{10FFFD}";

// Mailbox of RFC 5321, section 4.1.2, without the address literals of tags other than IPv6, of
// which none is registered. RFC 6531 adds all that is not ASCII to the local part and labels of
// IDNA to the domain, of which the characters of IRIs stand here: their rules look up and
// normalise.
std::string Mailbox(const std::string& local_more, const std::string& label_more) {
  const std::string atom = "[A-Za-z0-9!#$%&'*+\\-/=?^_`{|}~" + local_more + "]+";
  const std::string quoted = "\"(?:[ !#-\\[\\]-~" + local_more + "]|\\\\[ -~])*\"";
  const std::string letter = "A-Za-z0-9" + label_more;
  const std::string label = "[" + letter + "](?:[" + letter + "\\-]*[" + letter + "])?";
  return "(?:" + atom + "(?:\\." + atom + ")*|" + quoted + ")@(?:" + label + "(?:\\." + label +
         ")*|\\[(?:" + kIpv4 + "|[Ii][Pp][Vv]6:" + Ipv6(6) + ")\\])";
}

// RFC 3986, appendix A; RFC 3987 adds characters to it.
struct Reference {
  std::string more;          // to unreserved
  std::string more_private;  // to the query
  bool relative = false;

  std::string Pattern() const {
    const std::string plain = "A-Za-z0-9\\-._~!$&'()*+,;=" + more;
    const std::string percent = "|%[0-9A-Fa-f]{2})";
    const std::string segment = "(?:[" + plain + ":@]" + percent;
    const std::string later_segments = "(?:/" + segment + "*)*";
    const std::string authority = "//(?:(?:[" + plain + ":]" + percent + "*@)?(?:\\[(?:" + Ipv6(7) +
                                  "|[Vv][0-9A-Fa-f]+\\.[A-Za-z0-9\\-._~!$&'()*+,;=:]+)\\]|(?:[" +
                                  plain + "]" + percent + "*)(?::[0-9]*)?" + later_segments;
    const std::string absolute = "/(?:" + segment + "+" + later_segments + ")?";
    const std::string rootless = segment + "+" + later_segments;
    const std::string first_without_colon = "(?:[" + plain + "@]" + percent + "+" + later_segments;
    const std::string tail = "(?:\\?(?:[" + plain + ":@/?" + more_private + "]" + percent +
                             "*)?(?:#(?:[" + plain + ":@/?]" + percent + "*)?";
    const std::string after_scheme = "(?:" + authority + "|" + absolute + "|" + rootless + ")?";
    const std::string scheme = "[A-Za-z][A-Za-z0-9+\\-.]*:";
    if (!relative) return scheme + after_scheme + tail;
    return "(?:" + scheme + after_scheme + "|(?:" + authority + "|" + absolute + "|" +
           first_without_colon + ")?)" + tail;
  }
};

// RFC 6570 with erratum 6937, which allows the apostrophe.
std::string UriTemplate() {
  const std::string percent = "%[0-9A-Fa-f]{2}";
  const std::string literal =
      std::string("(?:[!#$&'(-;=?-\\[\\]_a-z~") + kUcschar + kIprivate + "]|" + percent + ")";
  const std::string name_character = "(?:[A-Za-z0-9_]|" + percent + ")";
  const std::string variable =
      name_character + "(?:\\.?" + name_character + ")*(?::[1-9][0-9]{0,3}|\\*)?";
  return "(?:" + literal + "|\\{[+#./;?&=,!@|]?" + variable + "(?:," + variable + ")*\\})*";
}

constexpr char kJsonPointer[] = "(?:/(?:[^~/]|~[01])*)*";

constexpr FormatPattern kPatterns[kFormatPatterns] = {
    {"date-time", [] { return kDate + ("[Tt]" + Time()); }},
    {"date", [] { return std::string(kDate); }},
    {"time", Time},
    {"duration", Duration},
    {"email", [] { return Mailbox("", ""); }},
    {"idn-email", [] { return Mailbox("\\u{80}-\\u{10FFFF}", kUcschar); }},
    {"ipv4", [] { return std::string(kIpv4); }},
    {"ipv6", [] { return Ipv6(7); }},
    {"uri",
     [] {
       return Reference{"", "", false}.Pattern();
     }},
    {"uri-reference",
     [] {
       return Reference{"", "", true}.Pattern();
     }},
    {"iri",
     [] {
       return Reference{kUcschar, kIprivate, false}.Pattern();
     }},
    {"iri-reference",
     [] {
       return Reference{kUcschar, kIprivate, true}.Pattern();
     }},
    // RFC 4122, section 3: any version, any variant.
    {"uuid", [] { return std::string("[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"); }},
    {"uri-template", UriTemplate},
    // RFC 6901, and the draft of relative pointers that 2020-12 cites.
    {"json-pointer", [] { return std::string(kJsonPointer); }},
    {"relative-json-pointer",
     [] { return "(?:0|[1-9][0-9]*)(?:#|" + std::string(kJsonPointer) + ")"; }},
};

}  // namespace

std::span<const FormatPattern, kFormatPatterns> FormatPatterns() { return kPatterns; }

}  // namespace ganglion::grammar
