#include "ganglion/template/format.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "ganglion/template/objects.h"
#include "ganglion/template/unicode.h"

namespace ganglion::jinja {
namespace {

constexpr char kHex[] = "0123456789abcdef";

void AppendHex(char32_t code, int digits, std::string& out) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out += kHex[(code >> shift) & 15];
}

void AppendRepr(std::string_view text, std::string& out) {
  const bool has_single = text.find('\'') != std::string_view::npos;
  const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
  out += quote;
  for (std::size_t at = 0; at < text.size(); at += CharBytes(text[at])) {
    const char32_t code = DecodeChar(text, at);
    if (code == '\\' || code == static_cast<char32_t>(quote)) {
      out += '\\';
      out += static_cast<char>(code);
    } else if (code == '\n' || code == '\r' || code == '\t') {
      out += code == '\n' ? "\\n" : code == '\r' ? "\\r" : "\\t";
    } else if (code == ' ' || IsPrintable(code)) {
      AppendUtf8(code, out);
    } else {
      const int digits = code < 0x100 ? 2 : code < 0x10000 ? 4 : 8;
      out += digits == 2 ? "\\x" : digits == 4 ? "\\u" : "\\U";
      AppendHex(code, digits, out);
    }
  }
  out += quote;
}

Status AppendRepr(const Value& value, std::string& out);

Status AppendSequence(const List& list, std::string& out) {
  out += list.is_tuple ? '(' : '[';
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    if (i > 0) out += ", ";
    GN_RETURN_IF_ERROR(AppendRepr(list.items[i], out));
  }
  if (list.is_tuple && list.items.size() == 1) out += ',';
  out += list.is_tuple ? ')' : ']';
  return {};
}

Status AppendRepr(const Value& value, std::string& out) {
  if (value.is_undefined()) {
    out += "Undefined";
  } else if (value.is_none()) {
    out += "None";
  } else if (const bool* flag = value.boolean()) {
    out += *flag ? "True" : "False";
  } else if (const Integer* number = value.integer()) {
    out += IntegerText(*number);
  } else if (const double* real = value.real()) {
    out += FloatText(*real);
  } else if (const std::string* text = value.string()) {
    AppendRepr(*text, out);
  } else if (const List* list = value.list()) {
    return AppendSequence(*list, out);
  } else if (const Dict* dict = value.dict()) {
    out += '{';
    for (std::size_t i = 0; i < dict->items.size(); ++i) {
      if (i > 0) out += ", ";
      GN_RETURN_IF_ERROR(AppendRepr(dict->items[i].first, out));
      out += ": ";
      GN_RETURN_IF_ERROR(AppendRepr(dict->items[i].second, out));
    }
    out += '}';
  } else {
    return Status(Code::kInvalidArgument,
                  "a " + std::string(value.TypeName()) + " cannot be turned into text");
  }
  return {};
}

void AppendJsonText(std::string_view text, bool ensure_ascii, std::string& out) {
  out += '"';
  for (std::size_t at = 0; at < text.size(); at += CharBytes(text[at])) {
    const char32_t code = DecodeChar(text, at);
    const auto escape = [&](char32_t unit) {
      out += "\\u";
      AppendHex(unit, 4, out);
    };
    constexpr std::string_view kShort = "\"\\\n\r\t\f\b";
    const std::size_t known = code < 0x80 ? kShort.find(static_cast<char>(code)) : kShort.npos;
    if (known != kShort.npos) {
      out += '\\';
      out += "\"\\nrtfb"[known];
    } else if (code < 0x20 || (ensure_ascii && code >= 0x7f && code < 0x10000)) {
      escape(code);
    } else if (ensure_ascii && code >= 0x10000) {
      escape(0xd800 + ((code - 0x10000) >> 10));
      escape(0xdc00 + ((code - 0x10000) & 0x3ff));
    } else {
      AppendUtf8(code, out);
    }
  }
  out += '"';
}

class JsonWriter {
 public:
  JsonWriter(const JsonOptions& options, std::string& out) : options_(options), out_(out) {}

  Status Append(const Value& value) {
    if (value.is_none()) {
      out_ += "null";
    } else if (const bool* flag = value.boolean()) {
      out_ += *flag ? "true" : "false";
    } else if (const Integer* number = value.integer()) {
      out_ += IntegerText(*number);
    } else if (const double* real = value.real()) {
      out_ += std::isnan(*real)   ? "NaN"
              : std::isinf(*real) ? (*real < 0 ? "-Infinity" : "Infinity")
                                  : FloatText(*real);
    } else if (const std::string* text = value.string()) {
      AppendJsonText(*text, options_.ensure_ascii, out_);
    } else if (const List* list = value.list()) {
      return AppendList(*list);
    } else if (const Dict* dict = value.dict()) {
      return AppendDict(*dict);
    } else {
      return Status(Code::kInvalidArgument, "Object of type " + std::string(value.TypeName()) +
                                                " is not JSON serializable");
    }
    return {};
  }

 private:
  void StartItem(bool is_first) {
    if (!is_first) out_ += options_.item_separator;
    NewLine();
  }
  void NewLine() {
    if (!options_.indent) return;
    out_ += '\n';
    for (int i = 0; i < level_; ++i) out_ += *options_.indent;
  }

  Status AppendList(const List& list) {
    out_ += '[';
    ++level_;
    for (std::size_t i = 0; i < list.items.size(); ++i) {
      StartItem(i == 0);
      GN_RETURN_IF_ERROR(Append(list.items[i]));
    }
    --level_;
    if (!list.items.empty()) NewLine();
    out_ += ']';
    return {};
  }

  Status AppendDict(const Dict& dict) {
    std::vector<const std::pair<Value, Value>*> items;
    for (const auto& item : dict.items) items.push_back(&item);
    if (options_.sort_keys) {
      Status failed;
      std::stable_sort(items.begin(), items.end(), [&failed](const auto* a, const auto* b) {
        auto order = Compare(a->first, b->first);
        if (!order.ok()) failed = std::move(order).error();
        return order.ok() && *order < 0;
      });
      GN_RETURN_IF_ERROR(std::move(failed));
    }
    out_ += '{';
    ++level_;
    for (std::size_t i = 0; i < items.size(); ++i) {
      StartItem(i == 0);
      GN_RETURN_IF_ERROR(AppendKey(items[i]->first));
      out_ += options_.key_separator;
      GN_RETURN_IF_ERROR(Append(items[i]->second));
    }
    --level_;
    if (!items.empty()) NewLine();
    out_ += '}';
    return {};
  }

  Status AppendKey(const Value& key) {
    if (const std::string* text = key.string()) {
      AppendJsonText(*text, options_.ensure_ascii, out_);
      return {};
    }
    out_ += '"';  // numbers, true, false and null become strings
    GN_RETURN_IF_ERROR(Append(key));
    out_ += '"';
    return {};
  }

  const JsonOptions& options_;
  std::string& out_;
  int level_ = 0;
};

}  // namespace

std::string IntegerText(Integer value) {
  const bool negative = value < 0;
  std::string text;
  do {
    const int digit = static_cast<int>(value % 10);
    text += static_cast<char>('0' + (digit < 0 ? -digit : digit));
    value /= 10;
  } while (value != 0);
  if (negative) text += '-';
  std::reverse(text.begin(), text.end());
  return text;
}

std::string FloatText(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  char buffer[64];
  const auto end =
      std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::scientific).ptr;
  const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  const std::size_t e = text.find('e');
  int exponent = 0;
  const std::size_t sign = text[e + 1] == '+' ? 1 : 0;  // from_chars takes a minus only
  std::from_chars(buffer + e + 1 + sign, end, exponent);
  std::string digits;
  for (const char c : text.substr(0, e)) {
    if (c >= '0' && c <= '9') digits += c;
  }
  std::string out = text[0] == '-' ? "-" : "";
  if (exponent < -4 || exponent >= 16) {
    out += digits[0];
    if (digits.size() > 1) out += "." + digits.substr(1);
    const int size = std::abs(exponent);
    return out + (exponent < 0 ? "e-" : "e+") + (size < 10 ? "0" : "") + std::to_string(size);
  }
  if (exponent < 0) {
    return out + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  }
  const std::size_t whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() <= whole) return out + digits + std::string(whole - digits.size(), '0') + ".0";
  return out + digits.substr(0, whole) + "." + digits.substr(whole);
}

Result<std::string> Str(const Value& value) {
  if (value.is_undefined()) return std::string();
  if (const std::string* text = value.string()) return *text;
  return Repr(value);
}

Result<std::string> Repr(const Value& value) {
  std::string out;
  GN_RETURN_IF_ERROR(AppendRepr(value, out));
  return out;
}

Result<std::string> Json(const Value& value, const JsonOptions& options) {
  std::string out;
  GN_RETURN_IF_ERROR(JsonWriter(options, out).Append(value));
  return out;
}

}  // namespace ganglion::jinja
