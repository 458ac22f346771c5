#include <algorithm>
#include <charconv>
#include <numeric>

#include "ganglion/template/call.h"
#include "ganglion/template/format.h"
#include "ganglion/template/operators.h"
#include "ganglion/template/text_operations.h"
#include "ganglion/template/unicode.h"

// The filters of lists, and of what can be walked like one.

namespace ganglion::jinja {
namespace {

Result<std::vector<Value>> Items(const Value& value, Budget& budget) {
  GN_RETURN_IF_ERROR(budget.Walk(value));
  if (const std::string* text = value.string()) GN_RETURN_IF_ERROR(budget.Spend(text->size()));
  return Elements(value);
}

// "a.b.0" walks through attributes and elements.
Result<Value> Path(const Value& value, const Value& path, Budget& budget) {
  const std::string* text = path.string();
  if (text == nullptr) return GetItem(value, path, budget);
  Value at = value;
  for (const std::string_view part : SplitText(*text, ".", text->size() + 1, false)) {
    std::int64_t index = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
    const bool is_index = error == std::errc() && end == part.data() + part.size();
    const Value key = is_index ? Value(index) : Value(std::string(part));
    GN_ASSIGN_OR_RETURN(at, GetItem(at, key, budget));
  }
  return at;
}

// What sort, min, max and unique compare: text without its case unless asked for.
Result<Value> SortKey(const Value& value, const Value& attribute, bool case_sensitive,
                      Budget& budget) {
  Value key = value;
  if (!attribute.is_undefined() && !attribute.is_none()) {
    GN_ASSIGN_OR_RETURN(key, Path(value, attribute, budget));
  }
  if (!case_sensitive && key.is_string()) return budget.Text(Lower(*key.string()));
  return key;
}

struct Keyed {
  Value key;
  Value value;
};

Result<std::vector<Keyed>> KeyedItems(const Value& value, const Value& attribute,
                                      bool case_sensitive, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const std::vector<Value> items, Items(value, budget));
  std::vector<Keyed> keyed;
  keyed.reserve(items.size());
  for (const Value& item : items) {
    GN_ASSIGN_OR_RETURN(Value key, SortKey(item, attribute, case_sensitive, budget));
    keyed.push_back({std::move(key), item});
  }
  return keyed;
}

// Stable. Comparison of values that have no order is an error, after which any order will do.
Status Sort(std::vector<Keyed>& items, bool reverse, Budget& budget) {
  Status failed;
  const auto less = [&](const Keyed& a, const Keyed& b) {
    if (!failed.ok()) return false;
    failed = budget.Spend(std::min(Weight(a.key), Weight(b.key)));
    if (!failed.ok()) return false;
    auto order = reverse ? Compare(b.key, a.key) : Compare(a.key, b.key);
    if (order.ok()) return *order < 0;
    failed = std::move(order).error();
    return false;
  };
  std::stable_sort(items.begin(), items.end(), less);
  return failed;
}

Result<Value> Values(const std::vector<Keyed>& items, Budget& budget) {
  std::vector<Value> values;
  values.reserve(items.size());
  for (const Keyed& item : items) values.push_back(item.value);
  return budget.List(std::move(values));
}

Result<Value> SortFilter(const Value& value, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"reverse", "case_sensitive", "attribute"}));
  GN_ASSIGN_OR_RETURN(auto items, KeyedItems(value, bound[2], bound[1].Truthy(), budget));
  GN_RETURN_IF_ERROR(Sort(items, bound[0].Truthy(), budget));
  return Values(items, budget);
}

template <bool kMax>
Result<Value> Extreme(const Value& value, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"case_sensitive", "attribute"}));
  GN_ASSIGN_OR_RETURN(auto items, KeyedItems(value, bound[1], bound[0].Truthy(), budget));
  if (items.empty()) return Value::Missing("No aggregated item, sequence was empty.");
  GN_RETURN_IF_ERROR(Sort(items, kMax, budget));
  return items.front().value;
}

Result<Value> Unique(const Value& value, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"case_sensitive", "attribute"}));
  GN_ASSIGN_OR_RETURN(auto items, KeyedItems(value, bound[1], bound[0].Truthy(), budget));
  std::vector<Keyed> kept;
  for (Keyed& item : items) {
    for (const Keyed& other : kept) {
      GN_RETURN_IF_ERROR(budget.Spend(std::min(Weight(item.key), Weight(other.key))));
    }
    const bool known = std::any_of(kept.begin(), kept.end(), [&item](const Keyed& other) {
      return Equal(other.key, item.key);
    });
    if (!known) kept.push_back(std::move(item));
  }
  return Values(kept, budget);
}

Result<Value> DictSort(const Value& value, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"case_sensitive", "by", "reverse"}));
  if (value.dict() == nullptr) return BadArgument("needs a dict");
  const std::string by = bound[1].is_string() ? *bound[1].string() : "key";
  if (by != "key" && by != "value") return BadArgument("'by' needs 'key' or 'value'");
  std::vector<Keyed> items;
  for (const auto& [key, item] : value.dict()->items) {
    GN_ASSIGN_OR_RETURN(Value sort_key,
                        SortKey(by == "key" ? key : item, Value(), bound[0].Truthy(), budget));
    GN_ASSIGN_OR_RETURN(Value pair, budget.List({key, item}, true));
    items.push_back({std::move(sort_key), std::move(pair)});
  }
  GN_RETURN_IF_ERROR(Sort(items, bound[2].Truthy(), budget));
  return Values(items, budget);
}

Result<Value> GroupBy(const Value& value, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"attribute", "default", "case_sensitive"}));
  GN_ASSIGN_OR_RETURN(auto items, KeyedItems(value, bound[0], true, budget));
  GN_RETURN_IF_ERROR(Sort(items, false, budget));
  std::vector<Value> groups;
  for (std::size_t begin = 0; begin < items.size();) {
    std::vector<Value> group;
    std::size_t end = begin;
    while (end < items.size() && Equal(items[end].key, items[begin].key)) {
      group.push_back(items[end++].value);
    }
    GN_ASSIGN_OR_RETURN(Value members, budget.List(std::move(group)));
    GN_ASSIGN_OR_RETURN(Value pair, budget.List({items[begin].key, members}, true));
    groups.push_back(std::move(pair));
    begin = end;
  }
  return budget.List(std::move(groups));
}

// As in Jinja2, map and select take null as an empty list; the others do not.
Result<Value> Map(const Value& value, const Arguments& arguments, Budget& budget) {
  if (!value.Truthy()) return budget.List({});
  GN_ASSIGN_OR_RETURN(const std::vector<Value> items, Items(value, budget));
  std::vector<Value> mapped;
  mapped.reserve(items.size());
  if (arguments.positional.empty()) {
    GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"attribute", "default"}));
    for (const Value& item : items) {
      GN_ASSIGN_OR_RETURN(Value result, Path(item, bound[0], budget));
      mapped.push_back(result.is_undefined() ? bound[1] : std::move(result));
    }
    return budget.List(std::move(mapped));
  }
  if (!arguments.positional[0].is_string()) return BadArgument("needs the name of a filter");
  Arguments rest = arguments;
  rest.positional.erase(rest.positional.begin());
  for (const Value& item : items) {
    GN_ASSIGN_OR_RETURN(Value result,
                        ApplyFilter(*arguments.positional[0].string(), item, rest, budget));
    mapped.push_back(std::move(result));
  }
  return budget.List(std::move(mapped));
}

// select, reject and their forms with an attribute: keeps what the test, or truth, agrees with.
template <bool kKeep, bool kHasAttribute>
Result<Value> Select(const Value& value, const Arguments& arguments, Budget& budget) {
  if (!value.Truthy()) return budget.List({});
  GN_ASSIGN_OR_RETURN(const std::vector<Value> items, Items(value, budget));
  const std::size_t skipped = kHasAttribute ? 1 : 0;
  if (arguments.positional.size() < skipped) return BadArgument("needs the name of an attribute");
  const bool has_test = arguments.positional.size() > skipped;
  if (has_test && !arguments.positional[skipped].is_string()) {
    return BadArgument("needs the name of a test");
  }
  Arguments rest = arguments;
  rest.positional.erase(
      rest.positional.begin(),
      rest.positional.begin() + static_cast<std::ptrdiff_t>(skipped + (has_test ? 1 : 0)));
  std::vector<Value> kept;
  for (const Value& item : items) {
    Value tested = item;
    if (kHasAttribute) {
      GN_ASSIGN_OR_RETURN(tested, Path(item, arguments.positional[0], budget));
    }
    bool holds = tested.Truthy();
    if (has_test) {
      GN_ASSIGN_OR_RETURN(holds,
                          ApplyTest(*arguments.positional[skipped].string(), tested, rest, budget));
    }
    if (holds == kKeep) kept.push_back(item);
  }
  return budget.List(std::move(kept));
}

Result<Value> Length(const Value& value, const Arguments& arguments, Budget&) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({}));
  if (value.is_undefined()) return Value(std::int64_t{0});
  if (const std::string* text = value.string()) return Value(CountChars(*text));
  if (const List* list = value.list()) return Value(list->items.size());
  if (const Dict* dict = value.dict()) return Value(dict->items.size());
  return BadArgument("object of type '" + std::string(value.TypeName()) + "' has no len()");
}

Result<Value> ListFilter(const Value& value, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({}));
  GN_ASSIGN_OR_RETURN(std::vector<Value> items, Items(value, budget));
  return budget.List(std::move(items));
}

Result<Value> Reverse(const Value& value, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({}));
  GN_ASSIGN_OR_RETURN(std::vector<Value> items, Items(value, budget));
  std::reverse(items.begin(), items.end());
  if (!value.is_string()) return budget.List(std::move(items));
  std::string text;
  for (const Value& item : items) text += *item.string();
  return budget.Text(std::move(text));
}

template <bool kFirst>
Result<Value> End(const Value& value, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({}));
  GN_ASSIGN_OR_RETURN(const std::vector<Value> items, Items(value, budget));
  if (!items.empty()) return kFirst ? items.front() : items.back();
  return Value::Missing(kFirst ? "No first item, sequence was empty."
                               : "No last item, sequence was empty.");
}

Result<Value> Join(const Value& value, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"d", "attribute"}));
  GN_ASSIGN_OR_RETURN(const std::vector<Value> items, Items(value, budget));
  GN_ASSIGN_OR_RETURN(const std::string separator, Str(bound[0]));
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    Value item = items[i];
    if (!bound[1].is_undefined()) {
      GN_ASSIGN_OR_RETURN(item, Path(items[i], bound[1], budget));
    }
    GN_RETURN_IF_ERROR(budget.Walk(item));
    GN_ASSIGN_OR_RETURN(const std::string text, Str(item));
    if (i > 0) GN_RETURN_IF_ERROR(budget.Append(separator, out));
    GN_RETURN_IF_ERROR(budget.Append(text, out));
  }
  return Value(std::move(out));
}

Result<Value> Sum(const Value& value, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"attribute", "start"}));
  GN_ASSIGN_OR_RETURN(const std::vector<Value> items, Items(value, budget));
  Value total = bound[1].is_undefined() ? Value(std::int64_t{0}) : bound[1];
  for (const Value& element : items) {
    Value item = element;
    if (!bound[0].is_undefined() && !bound[0].is_none()) {
      GN_ASSIGN_OR_RETURN(item, Path(element, bound[0], budget));
    }
    GN_ASSIGN_OR_RETURN(total, Arithmetic(Operator::kAdd, total, item, budget));
  }
  return total;
}

Result<Value> Pairs(const Value& value, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({}));
  if (value.is_undefined()) return budget.List({});
  if (value.dict() == nullptr) return BadArgument("Can only get item pairs from a mapping.");
  return CallMethod(value, "items", arguments, budget);
}

Result<Value> Default(const Value& value, const Arguments& arguments, Budget&) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"default_value", "boolean"}));
  const bool replaced = bound[1].Truthy() ? !value.Truthy() : value.is_undefined();
  if (!replaced) return value;
  return arguments.positional.empty() && bound[0].is_undefined() ? Value(std::string()) : bound[0];
}

// Unlike value.name, this does not look among the keys of a dict.
Result<Value> Attribute(const Value& value, const Arguments& arguments, Budget&) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"name"}));
  if (!bound[0].is_string()) return BadArgument("needs the name of an attribute");
  if (value.dict() != nullptr && !HasMethod(value, *bound[0].string())) {
    return Value::Missing("'dict object' has no attribute '" + *bound[0].string() + "'");
  }
  return GetAttribute(value, *bound[0].string());
}

Result<Value> Batch(const Value& value, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"linecount", "fill_with"}));
  Integer size = 0;
  if (!bound[0].AsInteger(size) || size < 1) return BadArgument("needs a size of at least 1");
  if (size > kRangeMax) return BadArgument("the size is too large");
  GN_ASSIGN_OR_RETURN(const std::vector<Value> items, Items(value, budget));
  std::vector<Value> batches;
  std::vector<Value> batch;
  for (std::size_t i = 0; i < items.size(); ++i) {
    batch.push_back(items[i]);
    const bool is_full = static_cast<Integer>(batch.size()) == size;
    if (!is_full && i + 1 < items.size()) continue;
    if (!bound[1].is_undefined() && !bound[1].is_none()) {
      batch.resize(static_cast<std::size_t>(size), bound[1]);
    }
    GN_ASSIGN_OR_RETURN(Value list, budget.List(std::exchange(batch, {})));
    batches.push_back(std::move(list));
  }
  return budget.List(std::move(batches));
}

constexpr NamedFilter kFilters[] = {
    {"attr", Attribute},
    {"batch", Batch},
    {"count", Length},
    {"d", Default},
    {"default", Default},
    {"dictsort", DictSort},
    {"first", End<true>},
    {"groupby", GroupBy},
    {"items", Pairs},
    {"join", Join},
    {"last", End<false>},
    {"length", Length},
    {"list", ListFilter},
    {"map", Map},
    {"max", Extreme<true>},
    {"min", Extreme<false>},
    {"reject", Select<false, false>},
    {"rejectattr", Select<false, true>},
    {"reverse", Reverse},
    {"select", Select<true, false>},
    {"selectattr", Select<true, true>},
    {"sort", SortFilter},
    {"sum", Sum},
    {"unique", Unique},
};

}  // namespace

Filter FindListFilter(std::string_view name) {
  const auto* found = std::find_if(std::begin(kFilters), std::end(kFilters),
                                   [name](const auto& entry) { return entry.name == name; });
  return found == std::end(kFilters) ? nullptr : found->filter;
}

}  // namespace ganglion::jinja
