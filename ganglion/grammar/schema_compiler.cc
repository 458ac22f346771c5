#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ganglion/grammar/compiled_grammar.h"
#include "ganglion/grammar/grammar.h"
#include "ganglion/grammar/schema_document.h"
#include "ganglion/grammar/schema_keywords.h"
#include "ganglion/grammar/schema_types.h"

namespace ganglion::grammar {
namespace {

using Json = SchemaDocument::Json;

// Turns a schema into rules. The text is compact JSON; the members of an object stand in the order
// of its properties, and those that are not required may be left out.
//
// The recursion is as deep as the schema's text, which the document has limited; what a reference
// names is compiled later, from a queue.
class SchemaCompiler {
 public:
  SchemaCompiler(const SchemaDocument& document, const CompileLimits& limits)
      : document_(document), rules_(limits), exclusivity_(document, limits.work) {}

  Result<std::shared_ptr<const Grammar>> Compile() {
    const NodeId root = RuleOf(document_.root(), "#");
    while (!open_rules_.empty()) {
      const OpenRule rule = std::move(open_rules_.front());
      open_rules_.pop_front();
      GN_ASSIGN_OR_RETURN(const NodeId node, CompileSchema(*rule.schema, rule.where));
      rules_.Define(rule.node, node);
    }
    NodeId culprit = kNoNode;
    Status finished = rules_.Finish(root, culprit);
    if (!finished.ok()) {
      const auto place = places_.find(culprit);
      return std::move(finished).WithContext(place == places_.end() ? "#" : place->second);
    }
    return std::make_shared<const Grammar>(std::move(rules_));
  }

 private:
  struct OpenRule {
    NodeId node;
    const Json* schema;
    std::string where;
  };

  // The node of a schema that others may refer to; compiled when its turn comes.
  NodeId RuleOf(const Json& schema, const std::string& where) {
    const auto [entry, added] = rule_of_.try_emplace(&schema, kNoNode);
    if (added) {
      entry->second = rules_.Reserve();
      places_.emplace(entry->second, where);
      open_rules_.push_back({entry->second, &schema, where});
    }
    return entry->second;
  }

  Result<NodeId> CompileSchema(const Json& schema, const std::string& where) {
    GN_RETURN_IF_ERROR(rules_.CheckLimits());
    GN_ASSIGN_OR_RETURN(const SchemaHead head, ReadHead(schema, where));
    switch (head.form) {
      case SchemaForm::kReference:
        return CompileReference(schema["$ref"], where);
      case SchemaForm::kConst:
        return CompileValues(Json::array({schema["const"]}), head, where + "/const");
      case SchemaForm::kEnum:
        return CompileValues(schema["enum"], head, where + "/enum");
      case SchemaForm::kAnyOf:
        return CompileUnion(schema["anyOf"], head, where + "/anyOf");
      case SchemaForm::kOneOf:
        GN_RETURN_IF_ERROR(CheckExclusive(schema["oneOf"], where + "/oneOf"));
        return CompileUnion(schema["oneOf"], head, where + "/oneOf");
      case SchemaForm::kAny:
        return AnyValue();
      case SchemaForm::kTyped:
        break;
    }
    std::vector<NodeId> branches;
    for (const std::string& type : head.types) {
      GN_ASSIGN_OR_RETURN(branches.emplace_back(), CompileType(type, schema, where));
    }
    return rules_.AddChoice(branches);
  }

  Result<NodeId> CompileReference(const Json& reference, const std::string& where) {
    if (!reference.is_string()) return SchemaError(where + "/$ref", "is no string");
    const auto& text = reference.get_ref<const std::string&>();
    auto target = document_.Resolve(text);
    if (!target.ok()) return std::move(target).error().WithContext(where + "/$ref");
    return RuleOf(**target, text);
  }

  // The values themselves, as compact JSON; those that "type" excludes fall away.
  Result<NodeId> CompileValues(const Json& values, const SchemaHead& head,
                               const std::string& where) {
    if (!values.is_array()) return SchemaError(where, "is no list of values");
    std::vector<std::string> texts;
    for (const Json& value : values) {
      const auto fits = [&](const std::string& type) { return IsOfType(value, type); };
      if (head.types.empty() || std::any_of(head.types.begin(), head.types.end(), fits)) {
        texts.push_back(value.dump());
      }
    }
    if (texts.empty()) return SchemaError(where, "no value of it is of the schema's type");
    if (texts.size() == 1) return rules_.AddLiteral(texts[0]);
    return rules_.AddAutomaton(AddLiterals(rules_.automaton(), texts));
  }

  Result<NodeId> CompileUnion(const Json& list, const SchemaHead& head, const std::string& where) {
    if (!list.is_array() || list.empty()) return SchemaError(where, "is no list of schemas");
    TypeSet wanted = head.types.empty() ? kAllTypes : TypeSet{0};
    for (const std::string& type : head.types) {
      // "integer" allows only a part of the numbers, so it vouches for none of them.
      if (type != "integer") wanted |= *TypeNamed(type);
    }
    std::vector<NodeId> branches;
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::string place = where + "/" + std::to_string(i);
      if (wanted != kAllTypes && (exclusivity_.TypesOf(list[i]) & ~wanted) != 0) {
        return SchemaError(place,
                           "its values need not be of the \"type\" beside the union; give "
                           "the branch its own \"type\" and remove the other");
      }
      GN_ASSIGN_OR_RETURN(branches.emplace_back(), CompileSchema(list[i], place));
    }
    const NodeId node = rules_.AddChoice(branches);
    places_.emplace(node, where);
    return node;
  }

  Status CheckExclusive(const Json& list, const std::string& where) {
    if (!list.is_array()) return SchemaError(where, "is no list of schemas");
    for (std::size_t i = 0; i < list.size(); ++i) {
      for (std::size_t j = i + 1; j < list.size(); ++j) {
        if (exclusivity_.Disjoint(list[i], list[j])) continue;
        if (exclusivity_.exhausted()) {
          return {Code::kResourceExhausted,
                  where + ": showing that its branches exclude each other takes too long"};
        }
        return SchemaError(where,
                           "the keyword \"oneOf\" is enforced only where its branches "
                           "exclude each other; " +
                               std::to_string(i) + " and " + std::to_string(j) +
                               " may both hold. Give both a required property with "
                               "different const or enum values, or use anyOf");
      }
    }
    return {};
  }

  Result<NodeId> CompileType(const std::string& type, const Json& schema,
                             const std::string& where) {
    if (type == "null") return rules_.AddLiteral("null");
    if (type == "boolean") {
      return rules_.AddChoice(std::array{rules_.AddLiteral("true"), rules_.AddLiteral("false")});
    }
    if (type == "number" || type == "integer") {
      const auto kind = type == "number" ? NumberKind::kNumber : NumberKind::kInteger;
      GN_ASSIGN_OR_RETURN(const NumberRange range, ReadNumberRange(schema, kind, where));
      const auto [entry, added] = node_of_range_.try_emplace(range, kNoNode);
      if (added) entry->second = rules_.AddAutomaton(AddNumberRange(rules_.automaton(), range));
      return entry->second;
    }
    if (type == "string") {
      GN_ASSIGN_OR_RETURN(const auto length, ReadCounts(schema, "minLength", "maxLength", where));
      return rules_.AddString(length.min, length.max);
    }
    return type == "array" ? CompileArray(schema, where) : CompileObject(schema, where);
  }

  Result<NodeId> CompileArray(const Json& schema, const std::string& where) {
    GN_ASSIGN_OR_RETURN(const auto count, ReadCounts(schema, "minItems", "maxItems", where));
    if (count.max == 0) return rules_.AddLiteral("[]");
    if (!schema.contains("items")) return ListOf("[", AnyValue(), count, "]");
    GN_ASSIGN_OR_RETURN(const NodeId item, CompileSchema(schema["items"], where + "/items"));
    return ListOf("[", item, count, "]");
  }

  NodeId ListOf(const char* open, NodeId item, const CountRange& count, const char* close) {
    const NodeId rest = rules_.AddSequence(std::array{rules_.AddLiteral(","), item});
    return rules_.AddSequence(std::array{rules_.AddLiteral(open),
                                         rules_.AddRepeat(item, rest, count.min, count.max),
                                         rules_.AddLiteral(close)});
  }

  // Any members of such values.
  NodeId FreeObject(NodeId value) {
    const NodeId key = rules_.AddString(0, kUnbounded);
    const NodeId member = rules_.AddSequence(std::array{key, rules_.AddLiteral(":"), value});
    return ListOf("{", member, {.min = 0, .max = kUnbounded}, "}");
  }

  // Any JSON value: one rule for the whole grammar.
  NodeId AnyValue() {
    if (any_value_ != kNoNode) return any_value_;
    any_value_ = rules_.Reserve();
    NumberRange range;
    range.fraction_digits = kFractionDigits;
    const CountRange any_count = {.min = 0, .max = kUnbounded};
    const NodeId value = rules_.AddChoice(std::array{
        rules_.AddString(0, kUnbounded), FreeObject(any_value_),
        ListOf("[", any_value_, any_count, "]"),
        rules_.AddAutomaton(AddNumberRange(rules_.automaton(), range)), rules_.AddLiteral("true"),
        rules_.AddLiteral("false"), rules_.AddLiteral("null")});
    rules_.Define(any_value_, value);
    return any_value_;
  }

  // From the last property to the first: `tail` is what may follow once a member is written, and
  // `head` what may follow while none is. They differ by the comma.
  Result<NodeId> CompileObject(const Json& schema, const std::string& where) {
    GN_ASSIGN_OR_RETURN(const auto properties, ReadProperties(schema, where));
    GN_ASSIGN_OR_RETURN(const Json* const free_members, ReadFreeMembers(schema, where));
    // "properties" alone, although empty, declares all that is written.
    const bool is_closed =
        schema.contains("properties") && !schema.contains("additionalProperties");
    if (properties.empty() && free_members != nullptr && !is_closed) {
      GN_ASSIGN_OR_RETURN(const NodeId value,
                          CompileSchema(*free_members, where + "/additionalProperties"));
      return FreeObject(value);
    }
    NodeId tail = rules_.AddLiteral("}");
    NodeId head = tail;
    for (std::size_t i = properties.size(); i > 0; --i) {
      const Property& property = properties[i - 1];
      GN_ASSIGN_OR_RETURN(
          const NodeId value,
          CompileSchema(*property.schema, where + "/properties/" + PointerToken(*property.name)));
      const std::string key = Json(*property.name).dump() + ":";
      const NodeId next_tail =
          rules_.AddSequence(std::array{rules_.AddLiteral("," + key), value, tail});
      const NodeId next_head = rules_.AddSequence(std::array{rules_.AddLiteral(key), value, tail});
      tail = property.required ? next_tail : rules_.AddChoice(std::array{next_tail, tail});
      head = property.required ? next_head : rules_.AddChoice(std::array{next_head, head});
    }
    return rules_.AddSequence(std::array{rules_.AddLiteral("{"), head});
  }

  const SchemaDocument& document_;
  Rules rules_;
  Exclusivity exclusivity_;
  std::map<const Json*, NodeId> rule_of_;
  std::map<NumberRange, NodeId> node_of_range_;
  NodeId any_value_ = kNoNode;
  std::deque<OpenRule> open_rules_;
  std::map<NodeId, std::string> places_;  // of the nodes that may begin with themselves
};

}  // namespace

Result<std::shared_ptr<const Grammar>> CompileJsonSchema(std::string_view schema,
                                                         const CompileLimits& limits) {
  GN_ASSIGN_OR_RETURN(const SchemaDocument document, SchemaDocument::Parse(schema, limits));
  return SchemaCompiler(document, limits).Compile();
}

}  // namespace ganglion::grammar
