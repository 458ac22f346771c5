#include "ganglion/template/value.h"

#include <algorithm>

#include "ganglion/template/limits.h"
#include "ganglion/template/objects.h"
#include "ganglion/template/unicode.h"

namespace ganglion::jinja {
namespace {

// Up to here a scan is as fast as a hash.
constexpr std::size_t kPlainDictMax = 8;

constexpr std::size_t kWeightMax = std::size_t{1} << 48;

std::size_t AddWeight(std::size_t weight, const Value& item) {
  return std::min(kWeightMax, weight + Weight(item));
}

template <class Number>
int Order(Number a, Number b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

Result<Value> FromJson(const nlohmann::ordered_json& json, int depth) {
  if (depth > kValueDepthMax) {
    return Status(Code::kInvalidArgument,
                  "the JSON given to a chat template is nested deeper than " +
                      std::to_string(kValueDepthMax) + " levels");
  }
  using Type = nlohmann::ordered_json::value_t;
  switch (json.type()) {
    case Type::boolean:
      return Value(json.get<bool>());
    case Type::number_integer:
      return Value(json.get<std::int64_t>());
    case Type::number_unsigned:
      return Value(static_cast<Integer>(json.get<std::uint64_t>()));
    case Type::number_float:
      return Value(json.get<double>());
    case Type::string: {
      const auto& text = json.get_ref<const std::string&>();
      if (!IsValidUtf8(text)) {
        return Status(Code::kInvalidArgument, "a text given to a chat template is not UTF-8");
      }
      return Value(text);
    }
    case Type::array: {
      std::vector<Value> items;
      items.reserve(json.size());
      for (const auto& element : json) {
        GN_ASSIGN_OR_RETURN(Value item, FromJson(element, depth + 1));
        items.push_back(std::move(item));
      }
      return MakeList(std::move(items));
    }
    case Type::object: {
      std::vector<std::pair<Value, Value>> items;
      items.reserve(json.size());
      for (const auto& [key, element] : json.items()) {
        if (!IsValidUtf8(key)) {
          return Status(Code::kInvalidArgument, "a key given to a chat template is not UTF-8");
        }
        GN_ASSIGN_OR_RETURN(Value item, FromJson(element, depth + 1));
        items.emplace_back(Value(key), std::move(item));
      }
      return MakeDict(std::move(items));
    }
    default:
      return Value(None{});
  }
}

Result<int> NoOrder(const Value& a, const Value& b) {
  return Status(Code::kInvalidArgument, "'<' not supported between instances of '" +
                                            std::string(a.TypeName()) + "' and '" +
                                            std::string(b.TypeName()) + "'");
}

}  // namespace

Value Value::Missing(std::string hint) {
  Value value;
  value.data_ = Undefined{std::make_shared<const std::string>(std::move(hint))};
  return value;
}

const std::string* Value::string() const {
  const Text* text = std::get_if<Text>(&data_);
  return text == nullptr ? nullptr : text->get();
}

const List* Value::list() const {
  const auto* list = std::get_if<std::shared_ptr<const List>>(&data_);
  return list == nullptr ? nullptr : list->get();
}

const Dict* Value::dict() const {
  const auto* dict = std::get_if<std::shared_ptr<const Dict>>(&data_);
  return dict == nullptr ? nullptr : dict->get();
}

const Method* Value::method() const {
  const auto* method = std::get_if<std::shared_ptr<const Method>>(&data_);
  return method == nullptr ? nullptr : method->get();
}

Object* Value::object() const {
  Object* const* object = std::get_if<Object*>(&data_);
  return object == nullptr ? nullptr : *object;
}

bool Value::AsInteger(Integer& out) const {
  if (const bool* flag = boolean()) {
    out = *flag ? 1 : 0;
    return true;
  }
  if (const Integer* number = integer()) {
    out = *number;
    return true;
  }
  return false;
}

double Value::AsDouble() const {
  if (const double* number = real()) return *number;
  Integer whole = 0;
  AsInteger(whole);
  return static_cast<double>(whole);
}

std::string_view Value::hint() const {
  const auto* undefined = std::get_if<Undefined>(&data_);
  if (undefined == nullptr || undefined->hint == nullptr) return "a value is undefined";
  return *undefined->hint;
}

std::string_view Value::TypeName() const {
  if (is_undefined()) return "Undefined";
  if (is_none()) return "NoneType";
  if (is_bool()) return "bool";
  if (is_integer()) return "int";
  if (is_float()) return "float";
  if (is_string()) return "str";
  if (const List* items = list()) return items->is_tuple ? "tuple" : "list";
  if (dict() != nullptr) return "dict";
  if (const Object* object = this->object()) {
    if (std::holds_alternative<Namespace>(object->data)) return "Namespace";
    if (std::holds_alternative<Macro>(object->data)) return "Macro";
    if (std::holds_alternative<Loop>(object->data)) return "LoopContext";
  }
  return "function";
}

bool Value::Truthy() const {
  if (is_undefined() || is_none()) return false;
  if (IsNumber()) return AsDouble() != 0;  // not a number is true, as in Python
  if (const std::string* text = string()) return !text->empty();
  if (const List* items = list()) return !items->items.empty();
  if (const Dict* entries = dict()) return !entries->items.empty();
  return true;
}

int Value::depth() const {
  if (const List* items = list()) return items->depth;
  if (const Dict* entries = dict()) return entries->depth;
  if (const Method* bound = method()) return bound->self.depth() + 1;
  return 0;
}

const Value* Dict::Find(std::string_view key) const {
  if (!index.empty()) {
    const auto found = index.find(key);
    return found == index.end() ? nullptr : &items[found->second].second;
  }
  for (const auto& [name, value] : items) {
    const std::string* text = name.string();
    if (text != nullptr && *text == key) return &value;
  }
  return nullptr;
}

const Value* Dict::Find(const Value& key) const {
  if (const std::string* text = key.string()) return Find(*text);
  for (const auto& [name, value] : items) {
    if (Equal(name, key)) return &value;
  }
  return nullptr;
}

Value MakeList(std::vector<Value> items, bool is_tuple) {
  auto list = std::make_shared<List>();
  for (const Value& item : items) {
    list->depth = std::max(list->depth, item.depth() + 1);
    list->weight = AddWeight(list->weight, item);
  }
  list->items = std::move(items);
  list->is_tuple = is_tuple;
  return Value(std::shared_ptr<const List>(std::move(list)));
}

Value MakeDict(std::vector<std::pair<Value, Value>> items) {
  auto dict = std::make_shared<Dict>();
  dict->items.reserve(items.size());
  const bool indexed = items.size() > kPlainDictMax;
  for (auto& [key, value] : items) {
    dict->depth = std::max({dict->depth, key.depth() + 1, value.depth() + 1});
    dict->weight = AddWeight(AddWeight(dict->weight, key), value);
    if (const Value* earlier = dict->Find(key)) {
      *const_cast<Value*>(earlier) = std::move(value);  // NOLINT: the dict is ours until returned
      continue;
    }
    const std::string* text = key.string();
    if (indexed && text != nullptr) dict->index.emplace(*text, dict->items.size());
    dict->items.emplace_back(std::move(key), std::move(value));
  }
  return Value(std::shared_ptr<const Dict>(std::move(dict)));
}

Result<Value> FromJson(const nlohmann::ordered_json& json) { return FromJson(json, 1); }

bool Equal(const Value& a, const Value& b) {
  if (a.is_undefined() || b.is_undefined()) return a.is_undefined() && b.is_undefined();
  if (a.IsNumber() && b.IsNumber()) {
    Integer x = 0, y = 0;
    if (a.AsInteger(x) && b.AsInteger(y)) return x == y;
    return a.AsDouble() == b.AsDouble();
  }
  if (a.is_none() || b.is_none()) return a.is_none() && b.is_none();
  if (a.string() != nullptr && b.string() != nullptr) return *a.string() == *b.string();
  if (a.list() != nullptr && b.list() != nullptr) {
    const List &x = *a.list(), &y = *b.list();
    return x.is_tuple == y.is_tuple &&
           std::equal(x.items.begin(), x.items.end(), y.items.begin(), y.items.end(), Equal);
  }
  if (a.dict() != nullptr && b.dict() != nullptr) {
    const Dict &x = *a.dict(), &y = *b.dict();
    if (x.items.size() != y.items.size()) return false;
    return std::all_of(x.items.begin(), x.items.end(), [&y](const auto& item) {
      const Value* other = y.Find(item.first);
      return other != nullptr && Equal(item.second, *other);
    });
  }
  return a.object() != nullptr && a.object() == b.object();
}

Result<int> Compare(const Value& a, const Value& b) {
  if (a.is_undefined()) return Status(Code::kInvalidArgument, std::string(a.hint()));
  if (b.is_undefined()) return Status(Code::kInvalidArgument, std::string(b.hint()));
  if (a.IsNumber() && b.IsNumber()) {
    Integer x = 0, y = 0;
    if (a.AsInteger(x) && b.AsInteger(y)) return Order(x, y);
    return Order(a.AsDouble(), b.AsDouble());
  }
  // The order of UTF-8 bytes is that of the code points.
  if (a.string() != nullptr && b.string() != nullptr) return a.string()->compare(*b.string());
  if (a.list() == nullptr || b.list() == nullptr || a.list()->is_tuple != b.list()->is_tuple) {
    return NoOrder(a, b);
  }
  const std::vector<Value>&x = a.list()->items, &y = b.list()->items;
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
    if (!Equal(x[i], y[i])) return Compare(x[i], y[i]);
  }
  return Order(x.size(), y.size());
}

Result<std::vector<Value>> Elements(const Value& value) {
  if (value.list() != nullptr) return value.list()->items;
  std::vector<Value> elements;
  if (value.is_undefined()) return elements;
  if (const Dict* dict = value.dict()) {
    elements.reserve(dict->items.size());
    for (const auto& item : dict->items) elements.push_back(item.first);
    return elements;
  }
  if (const std::string* text = value.string()) {
    for (std::size_t at = 0; at < text->size();) {
      const std::size_t bytes = CharBytes((*text)[at]);
      elements.emplace_back(text->substr(at, bytes));
      at += bytes;
    }
    return elements;
  }
  return Status(Code::kInvalidArgument,
                "'" + std::string(value.TypeName()) + "' object is not iterable");
}

std::size_t Weight(const Value& value) {
  if (const std::string* text = value.string()) return 1 + text->size() / 64;
  if (const List* list = value.list()) return list->weight;
  if (const Dict* dict = value.dict()) return dict->weight;
  return 1;
}

}  // namespace ganglion::jinja
