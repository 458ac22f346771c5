#include "judges.h"

#include <cstdio>
#include <iostream>
#include <set>
#include <string_view>
#include <utility>

#include "ganglion/grammar/schema/languages.h"
#include "ganglion/grammar/schema/validator.h"

namespace ganglion::testing {
namespace {

using grammar::Json;
using grammar::SchemaOptions;

constexpr std::size_t kWork = 20'000'000;
constexpr int kDoubleDigits = 15;

SchemaOptions AnyOrder() {
  SchemaOptions options;
  options.order = SchemaOptions::MemberOrder::kAny;
  return options;
}

const char* Say(bool valid) { return valid ? "valid" : "invalid"; }

}  // namespace

std::optional<AjvAnswer> AskAjv(const Json& schema, const std::vector<std::string>& texts) {
  const std::string dialect = schema.is_object() ? schema.value("$schema", "") : "";
  const bool draft7 = dialect.find("draft-07") != std::string::npos;
  const Json question = {
      {"draft", draft7 ? "draft-07" : "2020-12"}, {"schema", schema}, {"instances", texts}};
  // Escaped, because node takes U+2028 for the end of a line.
  std::cout << question.dump(-1, ' ', true) << std::endl;
  std::string line;
  if (!std::getline(std::cin, line)) return std::nullopt;
  const Json answer = Json::parse(line);
  AjvAnswer said;
  if (answer.contains("error")) {
    said.error = answer["error"].get<std::string>();
  } else {
    said.valid = answer["valid"].get<std::vector<bool>>();
  }
  return said;
}

// [] is valid by {"prefixItems": [{"type": "null"}], "contains": {}}: ajv forgets that one is
// wanted of what may be anything. Behind references and below unions it errs with other schemas of
// "contains", too.
//
// "unevaluated..." leaves out what ajv counts wrongly: it does not count the items that "contains"
// finds, and where a branch of anyOf, oneOf or if may be anything, it counts what a branch that
// does not hold has seen: ["0"] is valid by {"anyOf": [{}, {"items": {"type": "null"}}],
// "unevaluatedItems": {"type": "integer"}}.
bool AjvErrs(const Json& schema) {
  const std::string text = schema.dump();
  const auto names = [&](const char* keyword) {
    return text.find(std::string("\"") + keyword + "\":") != std::string::npos;
  };
  const bool branches = names("anyOf") || names("oneOf") || names("if");
  const bool unevaluated = names("unevaluatedItems") || names("unevaluatedProperties");
  return names("contains") || (unevaluated && branches);
}

std::optional<bool> AskValidator(const std::string& schema, const Json& value) {
  const auto model = grammar::SchemaModel::Read(schema);
  if (!model.ok()) return std::nullopt;
  grammar::Work work(kWork);
  grammar::Languages languages(work);
  grammar::Validator validator(*model, languages, work);
  const auto valid = validator.IsValid(model->root(), value);
  if (!valid.ok()) return std::nullopt;
  return *valid;
}

bool Compiled::LetsThrough(const std::string& text) const {
  static const auto vocabulary = grammar::Vocabulary::Create({"x"}, {});
  if (outcome != Outcome::kGrammar) return false;
  grammar::Matcher matcher(grammar, vocabulary);
  return matcher.AcceptText(text) && matcher.IsComplete();
}

Compiled Compile(const std::string& schema, const SchemaOptions& options) {
  auto result = grammar::CompileSchema(schema, options);
  Compiled compiled;
  if (result.ok()) {
    compiled.outcome = Compiled::Outcome::kGrammar;
    compiled.grammar = result->grammar;
    return compiled;
  }
  compiled.error = result.error().message();
  if (result.error().code() == Code::kFailedPrecondition) {
    compiled.outcome = Compiled::Outcome::kNoValue;
  } else if (result.error().code() == Code::kInvalidArgument) {
    compiled.outcome = Compiled::Outcome::kNoSchema;
  }
  return compiled;
}

std::string Disagreement(const Json& schema, const Json& value) {
  const std::string text = grammar::WriteCanonical(value);
  const auto ajv = AskAjv(schema, {text});
  if (!ajv || !ajv->error.empty()) return "";
  const auto ours = AskValidator(schema.dump(), value);
  const bool valid = ours && AjvErrs(schema) ? *ours : ajv->valid[0];
  const Compiled compiled = Compile(schema.dump(), AnyOrder());
  const bool passes = compiled.LetsThrough(text);
  const bool all = (!ours || *ours == valid) && (!compiled.judges() || passes == valid);
  if (all) return "";
  std::string said =
      std::string(AjvErrs(schema) ? "instead of ajv we say " : "ajv says ") + Say(valid);
  said += std::string(", our validator ") + (ours ? Say(*ours) : "nothing");
  return said + ", the grammar " + (compiled.judges() ? Say(passes) : "nothing");
}

bool NamesAMemberTwice(const std::string& text) {
  std::vector<std::set<std::string>> open;
  bool twice = false;
  const auto note = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) open.emplace_back();
    if (event == Json::parse_event_t::object_end) open.pop_back();
    if (event == Json::parse_event_t::key) {
      twice = !open.back().insert(parsed.get<std::string>()).second || twice;
    }
    return true;
  };
  const Json unused = Json::parse(text, note, false);
  return twice;
}

bool HasLongNumber(const std::string& text) {
  bool inside = false;  // of a string
  int digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') inside = !inside;
    if (c == '\\') ++i;
    if (inside || (c != '.' && (c < '0' || c > '9'))) {
      digits = 0;
    } else if (c != '.' && ++digits > kDoubleDigits) {
      return true;
    }
  }
  return false;
}

}  // namespace ganglion::testing
