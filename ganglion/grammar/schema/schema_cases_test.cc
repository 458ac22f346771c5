#include "ganglion/grammar/schema/schema_cases_test.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "ganglion/base/check.h"
#include "ganglion/grammar/schema/json_schema.h"

namespace ganglion::grammar::testing {

const char* const kPlanSchema = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Plan", "type": "object",
  "properties": {
    "steps": {"type": "array", "maxItems": 16, "items": {"oneOf": [
      {"type": "object", "properties": {"do": {"const": "drive"},
        "distance_m": {"type": "number", "minimum": -10, "maximum": 10},
        "speed_mps": {"type": "number", "minimum": 0.05, "maximum": 0.8}},
        "required": ["do", "distance_m"], "additionalProperties": false},
      {"type": "object", "properties": {"do": {"const": "turn"},
        "angle_deg": {"type": "number", "minimum": -720, "maximum": 720},
        "rate_dps": {"type": "number", "minimum": 5, "maximum": 120}},
        "required": ["do", "angle_deg"], "additionalProperties": false},
      {"type": "object", "properties": {"do": {"enum": ["goto", "find", "pick", "place"]},
        "target": {"type": "string", "minLength": 1, "maxLength": 80}},
        "required": ["do", "target"], "additionalProperties": false},
      {"type": "object", "properties": {"do": {"const": "follow"},
        "target": {"type": "string", "minLength": 1, "maxLength": 80},
        "seconds": {"type": "number", "minimum": 0.1, "maximum": 600}},
        "required": ["do", "target"], "additionalProperties": false},
      {"type": "object", "properties": {"do": {"enum": ["photo", "stop"]}},
        "required": ["do"], "additionalProperties": false},
      {"type": "object", "properties": {"do": {"const": "light"},
        "color": {"enum": ["off", "white", "red", "green"]}},
        "required": ["do", "color"], "additionalProperties": false}]}},
    "say": {"type": "string", "maxLength": 200}},
  "required": ["steps"], "additionalProperties": false})";

const std::vector<std::string>& Schemas() {
  static const std::vector<std::string> schemas = {
      kPlanSchema,
      R"({"type":"string","minLength":2,"maxLength":5})",
      R"({"type":"string","maxLength":0})",
      R"({"type":"integer","minimum":-12,"exclusiveMaximum":105})",
      R"({"type":"number","exclusiveMinimum":-0.003,"maximum":0.25})",
      R"({"type":["null","boolean","integer"],"minimum":0,"maximum":9})",
      R"({"enum":[1,12,"a","ab\"\u00e9",null,true,[1,{"x":2}],-0.5]})",
      R"({"const":{"deep":["\n",1.5]}})",
      R"({"type":"array","items":{"type":"array","items":{"type":"boolean"},"maxItems":2},
          "minItems":2,"maxItems":3})",
      R"({"type":"array","items":{"type":"integer","minimum":0,"maximum":3},"minItems":1})",
      R"({"type":"object","properties":{"a":{"type":"null"},"ab":{"type":"null"},
          "b/c":{"type":"string","maxLength":3},"d~":{"type":"boolean"}},"required":["b/c"]})",
      R"({"type":"object","properties":{"x":{"type":"integer"}}})",
      R"({"type":"object","additionalProperties":false})",
      R"({"anyOf":[{"type":"string","maxLength":4},{"enum":["long one","longer","x"]},
          {"type":"array","items":{"const":1},"maxItems":2},
          {"type":"array","items":{"enum":[1,2]},"maxItems":4}]})",
      R"({"anyOf":[{"type":"string","minLength":3,"maxLength":6},{"type":"string","maxLength":2}]})",
      R"({"$ref":"#/$defs/list","$defs":{"list":{"anyOf":[{"type":"null"},
          {"type":"object","properties":{"v":{"$ref":"#/$defs/v"},"next":{"$ref":"#/$defs/list"}},
           "required":["v","next"]}]},"v":{"type":"integer","minimum":1,"maximum":2}}})",
      R"({"type":"object","properties":{"kids":{"type":"array","items":{"$ref":"#"},
          "maxItems":2}}})",
      R"({"type":"array","maxItems":3,"items":{"type":["string","number"],"maxLength":2,
          "minimum":0.5,"maximum":1.25}})",
      "{}",
      R"({"type":"object"})",
      R"({"type":"object","properties":{"free":true,"map":{"type":"object",
          "additionalProperties":{"type":["integer","null"]}},"list":{"type":"array","maxItems":2}},
          "required":["map"],"additionalProperties":true})"};
  return schemas;
}

namespace {

const Json& Follow(const Json& schema, const Json& root) {
  const Json* at = &schema;
  while (at->contains("$ref")) {
    at = &root.at(Json::json_pointer(at->at("$ref").get<std::string>().substr(1)));
  }
  return *at;
}

bool SameValue(const Json& a, const Json& b) { return nlohmann::json(a) == nlohmann::json(b); }

std::size_t CodePoints(const std::string& text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

bool HasType(const Json& value, const std::string& type) {
  if (type == "null") return value.is_null();
  if (type == "boolean") return value.is_boolean();
  if (type == "string") return value.is_string();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  if (type == "number") return value.is_number();
  return value.is_number() && std::floor(value.get<double>()) == value.get<double>();
}

std::vector<std::string> TypesOf(const Json& schema) {
  if (!schema.contains("type")) return {};
  if (schema["type"].is_string()) return {schema["type"]};
  return schema["type"].get<std::vector<std::string>>();
}

bool NumberFits(const Json& value, const Json& schema) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto x = value.get<double>();
  return x >= schema.value("minimum", -kInfinity) && x <= schema.value("maximum", kInfinity) &&
         x > schema.value("exclusiveMinimum", -kInfinity) &&
         x < schema.value("exclusiveMaximum", kInfinity);
}

bool ObjectFits(const Json& value, const Json& schema, const Json& root) {
  const Json properties = schema.value("properties", Json::object());
  for (const Json& name : schema.value("required", Json::array())) {
    if (!value.contains(name.get<std::string>())) return false;
  }
  for (const auto& [name, member] : value.items()) {
    if (!properties.contains(name)) {
      const Json additional = schema.value("additionalProperties", Json(true));
      if (!Satisfies(member, additional, root)) return false;
      continue;
    }
    if (!Satisfies(member, properties[name], root)) return false;
  }
  return true;
}

std::string RandomText(SeededRng& rng, std::size_t code_points) {
  static const std::vector<std::string> kCodePoints = {
      "a", "Z", " ", "\"", "\\", "\n", "é", "ß", "的", "机", "€", "🤖", "𝄞", "\x7F", "/"};
  std::string text;
  for (std::size_t i = 0; i < code_points; ++i) text += kCodePoints[rng.Below(kCodePoints.size())];
  return text;
}

Json RandomNumber(const Json& schema, const std::string& type, SeededRng& rng) {
  const double low = schema.value("minimum", schema.value("exclusiveMinimum", -1000.0));
  const double high = schema.value("maximum", schema.value("exclusiveMaximum", 1000.0));
  for (int i = 0; i < 1000; ++i) {
    const double x = low + (high - low) * static_cast<double>(rng.Below(1001)) / 1000;
    const Json value = type == "integer" ? Json(static_cast<int>(std::round(x)))
                                         : Json(std::round(x * 1000) / 1000);
    if (value == Json(0)) return Json(0);  // dump() writes -0.0 for some zeros
    if (NumberFits(value, schema)) return value;
  }
  return Json(low);
}

}  // namespace

bool Satisfies(const Json& value, const Json& schema_or_reference, const Json& root) {
  const Json& schema = Follow(schema_or_reference, root);
  if (schema.is_boolean()) return schema.get<bool>();
  const auto types = TypesOf(schema);
  bool typed = types.empty();
  for (const std::string& type : types) typed |= HasType(value, type);
  if (!typed) return false;
  if (schema.contains("const") && !SameValue(value, schema["const"])) return false;
  if (schema.contains("enum")) {
    bool found = false;
    for (const Json& allowed : schema["enum"]) found |= SameValue(value, allowed);
    if (!found) return false;
  }
  for (const char* keyword : {"anyOf", "oneOf"}) {
    if (!schema.contains(keyword)) continue;
    std::size_t holding = 0;
    for (const Json& branch : schema[keyword]) holding += Satisfies(value, branch, root);
    if (holding == 0 || (holding > 1 && std::string(keyword) == "oneOf")) return false;
  }
  if (value.is_number()) return NumberFits(value, schema);
  if (value.is_string()) {
    const std::size_t length = CodePoints(value.get<std::string>());
    return length >= schema.value("minLength", std::size_t{0}) &&
           length <= schema.value("maxLength", ~std::size_t{0});
  }
  if (value.is_array()) {
    if (value.size() < schema.value("minItems", std::size_t{0})) return false;
    if (value.size() > schema.value("maxItems", ~std::size_t{0})) return false;
    if (!schema.contains("items")) return true;
    for (const Json& item : value) {
      if (!Satisfies(item, schema["items"], root)) return false;
    }
  }
  return !value.is_object() || ObjectFits(value, schema, root);
}

Json RandomInstance(const Json& schema_or_reference, const Json& root, SeededRng& rng, int depth) {
  const Json any = Json::object();
  const Json& schema = schema_or_reference == Json(true) ? any : Follow(schema_or_reference, root);
  for (const char* keyword : {"anyOf", "oneOf"}) {
    if (!schema.contains(keyword)) continue;
    // The first branch of a recursive union is the one without recursion.
    const std::size_t branch = depth > 6 ? 0 : rng.Below(schema[keyword].size());
    return RandomInstance(schema[keyword][branch], root, rng, depth + 1);
  }
  if (schema.contains("const")) return schema["const"];
  if (schema.contains("enum")) return schema["enum"][rng.Below(schema["enum"].size())];
  auto types = TypesOf(schema);
  if (types.empty()) types = {"null", "boolean", "number", "string", "array", "object"};
  const std::string type = types[rng.Below(depth > 6 ? 1 : types.size())];
  if (type == "null") return nullptr;
  if (type == "boolean") return rng.Below(2) == 0;
  if (type == "integer" || type == "number") return RandomNumber(schema, type, rng);
  if (type == "string") {
    const auto min = schema.value("minLength", std::size_t{0});
    const auto max = schema.value("maxLength", min + 9);
    return RandomText(rng, rng.Below(4) == 0 ? max : min + rng.Below(max - min + 1));
  }
  if (type == "array") {
    const auto min = schema.value("minItems", std::size_t{0});
    const auto max = depth > 6 ? min : schema.value("maxItems", min + 4);
    Json list = Json::array();
    const std::size_t count = min + rng.Below(max - min + 1);
    for (std::size_t i = 0; i < count; ++i) {
      list.push_back(RandomInstance(schema.value("items", Json::object()), root, rng, depth + 1));
    }
    return list;
  }
  Json object = Json::object();
  const Json required = schema.value("required", Json::array());
  const Json properties = schema.value("properties", Json::object());
  const Json additional =
      schema.value("additionalProperties", Json(!schema.contains("properties")));
  for (std::size_t i = rng.Below(4); i > 0 && properties.empty() && additional != Json(false);
       --i) {
    object[RandomText(rng, i)] =
        RandomInstance(additional.is_object() ? additional : Json::object(), root, rng, depth + 1);
  }
  for (const auto& [name, property] : properties.items()) {
    const bool needed = std::find(required.begin(), required.end(), Json(name)) != required.end();
    if (!needed && (depth > 6 || rng.Below(2) == 0)) continue;
    object[name] = RandomInstance(property, root, rng, depth + 1);
  }
  return object;
}

std::shared_ptr<const Vocabulary> RandomVocabulary(SeededRng& rng, std::size_t tokens) {
  static const std::vector<std::string> kParts = {
      "{\"",   "\"}",   "\",\"", "\":",   "\":\"", "[",   "]",    "},{",      "\"do\"",
      "steps", "drive", "turn",  "null",  "true",  "fal", "se",   "\"",       "\\",
      "\\u",   "\\ud8", "3d",    "\\udC", "\\n",   "0",   "1",    "12",       "-",
      "-0",    "0.",    ".5",    "72",    "a",     "ab",  "b/c",  "\":[",     "]}",
      "next",  "{\"v",  ",",     ",\"",   "long",  "er",  " ",    "  ",       "hello",
      "é",     "的",    "机器",  "🤖",  "€uro",  "\n",  "kids", "\xF0\x9F", "\x9A\x84"};
  std::vector<std::string> pieces;
  for (int byte = 0; byte < 256; ++byte) pieces.emplace_back(1, static_cast<char>(byte));
  while (pieces.size() + 2 < tokens) {
    std::string piece;
    const std::size_t parts = 1 + rng.Below(4);
    for (std::size_t i = 0; i < parts; ++i) piece += kParts[rng.Below(kParts.size())];
    switch (rng.Below(8)) {
      case 0:  // cut anywhere, also inside a code point
        piece = piece.substr(rng.Below(piece.size()));
        break;
      case 1:
        piece = piece.substr(0, 1 + rng.Below(piece.size()));
        break;
      case 2:
        piece += static_cast<char>(rng.Below(256));
        break;
      case 3:
        piece = rng.Below(4) == 0 ? "" : pieces[rng.Below(pieces.size())];
        break;
      case 4:
        piece = std::string(1 + rng.Below(40), 'a') + piece;
        break;
      default:
        break;
    }
    pieces.push_back(std::move(piece));
  }
  pieces.push_back("</s>");
  pieces.push_back("");
  const auto size = static_cast<std::int32_t>(pieces.size());
  return Vocabulary::Create(std::move(pieces), {TokenId{size - 1}, TokenId{size - 2}});
}

std::shared_ptr<const Grammar> CompileOrDie(const std::string& schema) {
  auto compiled = CompileSchema(schema);
  if (!compiled.ok()) std::fprintf(stderr, "%s\n", std::string(compiled.error().message()).c_str());
  GN_CHECK(compiled.ok());
  return compiled->grammar;
}

std::string Show(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7F) {
      result += c;
    } else {
      char hex[8];
      std::snprintf(hex, sizeof(hex), "<%02X>", byte);
      result += hex;
    }
  }
  return result + "'";
}

}  // namespace ganglion::grammar::testing
