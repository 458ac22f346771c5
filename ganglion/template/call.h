#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/template/budget.h"
#include "ganglion/template/value.h"

// What a template can call: filters, tests and the methods of strings, dicts and lists.
namespace ganglion::jinja {

struct Arguments {
  std::vector<Value> positional;
  std::vector<std::pair<std::string_view, Value>> named;

  // The arguments in the order of `names`; undefined where absent. An error where there are more,
  // or one of another name.
  Result<std::vector<Value>> Bind(std::initializer_list<std::string_view> names) const;
};

Status UndefinedError(const Value& value);
Status BadArgument(std::string_view what);

Result<Value> ApplyFilter(std::string_view name, const Value& value, const Arguments& arguments,
                          Budget& budget);
Result<bool> ApplyTest(std::string_view name, const Value& value, const Arguments& arguments,
                       Budget& budget);
bool HasMethod(const Value& self, std::string_view name);
Result<Value> CallMethod(const Value& self, std::string_view name, const Arguments& arguments,
                         Budget& budget);

// The tables that ApplyFilter() looks into.
using Filter = Result<Value> (*)(const Value&, const Arguments&, Budget&);
struct NamedFilter {
  std::string_view name;
  Filter filter;
};
Filter FindTextFilter(std::string_view name);
Filter FindListFilter(std::string_view name);

}  // namespace ganglion::jinja
