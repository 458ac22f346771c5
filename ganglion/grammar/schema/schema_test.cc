#include "ganglion/grammar/schema/schema.h"

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ganglion::grammar {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

using Draft = ReadOptions::Draft;

SchemaModel ReadOrDie(const std::string& text, const ReadOptions& options = {}) {
  auto model = SchemaModel::Read(text, options);
  EXPECT_TRUE(model.ok()) << text << "\n" << (model.ok() ? "" : model.error().message());
  return model.ok() ? *std::move(model) : SchemaModel();
}

SchemaModel ReadAs(Draft draft, const std::string& text) {
  ReadOptions options;
  options.draft = draft;
  return ReadOrDie(text, options);
}

std::string ErrorOf(const std::string& text, const ReadOptions& options = {}) {
  const auto model = SchemaModel::Read(text, options);
  return model.ok() ? "read" : std::string(model.error().message());
}

std::string ErrorAs(Draft draft, const std::string& text) {
  ReadOptions options;
  options.draft = draft;
  return ErrorOf(text, options);
}

const Schema& RootOf(const SchemaModel& model) { return model.at(model.root()); }

// Where the references of the root lead.
std::vector<std::string> TargetsOf(const SchemaModel& model) {
  std::vector<std::string> targets;
  for (const SchemaId id : RootOf(model).references) targets.push_back(model.at(id).where);
  return targets;
}

TEST(SchemaModel, EveryKeywordIsReadIntoItsPlace) {
  const SchemaModel model = ReadOrDie(R"({
    "type": ["string", "integer"], "enum": [1, "a"], "const": null,
    "minimum": 1, "exclusiveMinimum": 2, "maximum": 3.5, "exclusiveMaximum": -4, "multipleOf": 0.01,
    "minLength": 1, "maxLength": 2.0, "pattern": "a", "format": "date",
    "prefixItems": [true], "items": false, "contains": {}, "minContains": 3, "maxContains": 4,
    "minItems": 5, "maxItems": 6, "uniqueItems": true, "unevaluatedItems": {},
    "properties": {"b": {}, "a": {}}, "patternProperties": {"c": {}}, "additionalProperties": false,
    "propertyNames": {}, "required": ["x", "y", "x"], "minProperties": 7, "maxProperties": 8,
    "dependentRequired": {"d": ["e"]}, "dependentSchemas": {"f": {}}, "unevaluatedProperties": {},
    "allOf": [{}], "anyOf": [{}, {}], "oneOf": [{}, {}, {}],
    "not": {}, "if": {}, "then": {}, "else": {}})");
  const Schema& root = RootOf(model);
  EXPECT_EQ(root.where, "#");
  EXPECT_EQ(root.types, TypeSet{kStringType | kIntegerType});
  EXPECT_EQ(*root.values, (std::vector<Json>{1, "a"}));
  EXPECT_EQ(*root.more_values, std::vector<Json>{nullptr});
  EXPECT_EQ(root.low->value.Spelling(), "1");
  EXPECT_EQ(root.low_exclusive->value.Spelling(), "2");
  EXPECT_TRUE(root.low_exclusive->exclusive);
  EXPECT_EQ(root.high->value.Spelling(), "3.5");
  EXPECT_FALSE(root.high->exclusive);
  EXPECT_EQ(root.high_exclusive->value.Spelling(), "-4");
  EXPECT_EQ(root.multiple_of->Spelling(), "0.01");
  EXPECT_EQ(root.length_min, 1u);
  EXPECT_EQ(root.length_max, 2u);
  EXPECT_EQ(root.pattern, "a");
  EXPECT_EQ(root.format, "date");
  EXPECT_EQ(model.at(root.prefix_items.at(0)).boolean, true);
  EXPECT_EQ(model.at(*root.items).boolean, false);
  EXPECT_EQ(model.at(*root.items).where, "#/items");
  EXPECT_EQ(model.at(*root.contains).where, "#/contains");
  EXPECT_EQ(root.contains_min, 3u);
  EXPECT_EQ(root.contains_max, 4u);
  EXPECT_EQ(root.items_min, 5u);
  EXPECT_EQ(root.items_max, 6u);
  EXPECT_TRUE(root.unique_items);
  EXPECT_EQ(model.at(*root.unevaluated_items).where, "#/unevaluatedItems");
  EXPECT_EQ(root.properties.at(0).first, "b");
  EXPECT_EQ(root.properties.at(1).first, "a");
  EXPECT_EQ(root.pattern_properties.at(0).first, "c");
  EXPECT_EQ(model.at(*root.additional_properties).boolean, false);
  EXPECT_EQ(model.at(*root.property_names).where, "#/propertyNames");
  EXPECT_THAT(root.required, ElementsAre("x", "y"));
  EXPECT_EQ(root.members_min, 7u);
  EXPECT_EQ(root.members_max, 8u);
  EXPECT_EQ(root.dependent_required.at(0).first, "d");
  EXPECT_THAT(root.dependent_required.at(0).second, ElementsAre("e"));
  EXPECT_EQ(model.at(root.dependent_schemas.at(0).second).where, "#/dependentSchemas/f");
  EXPECT_EQ(model.at(*root.unevaluated_properties).where, "#/unevaluatedProperties");
  EXPECT_THAT(root.all_of, SizeIs(1));
  EXPECT_THAT(root.any_of, SizeIs(2));
  EXPECT_THAT(root.one_of, SizeIs(3));
  EXPECT_EQ(model.at(root.one_of.at(2)).where, "#/oneOf/2");
  EXPECT_EQ(model.at(*root.not_schema).where, "#/not");
  EXPECT_EQ(model.at(*root.if_schema).where, "#/if");
  EXPECT_EQ(model.at(*root.then_schema).where, "#/then");
  EXPECT_EQ(model.at(*root.else_schema).where, "#/else");
  EXPECT_THAT(model.notes(), IsEmpty());
}

TEST(SchemaModel, AnEmptySchemaHasOnlyDefaults) {
  const SchemaModel model = ReadOrDie("{}");
  const Schema& root = RootOf(model);
  EXPECT_FALSE(root.types || root.values || root.low || root.pattern || root.boolean);
  EXPECT_EQ(root.length_max, kNoMaximum);
  EXPECT_EQ(root.contains_min, 1u);
  EXPECT_EQ(model.size(), 1u);
}

TEST(SchemaModel, AWrongValueOfAKeywordIsAnErrorWithItsPlace) {
  const struct {
    const char* schema;
    const char* error;
  } cases[] = {
      {"3", "#: is no schema"},
      {R"({"type": "str"})", "#/type: \"str\" is no type"},
      {R"({"type": ["string", 1]})", "#/type/1: is no name of a type"},
      {R"({"enum": 1})", "#/enum: is no list"},
      {R"({"properties": {"x": {"minimum": "1"}}})", "#/properties/x/minimum: is no number"},
      {R"({"multipleOf": 0})", "#/multipleOf: is not above zero"},
      {R"({"multipleOf": -1})", "#/multipleOf: is not above zero"},
      {R"({"minLength": -1})", "#/minLength: is no count"},
      {R"({"minLength": 1.5})", "#/minLength: is no count"},
      {R"({"pattern": 1})", "#/pattern: is no string"},
      {R"({"format": 1})", "#/format: is no string"},
      {R"({"uniqueItems": 1})", "#/uniqueItems: is no boolean"},
      {R"({"required": true})", "#/required: is no list of names"},
      {R"({"required": ["a", 1]})", "#/required/1: is no string"},
      {R"({"dependentRequired": {"a/b": 1}})", "#/dependentRequired/a~1b: is no list"},
      {R"({"properties": []})", "#/properties: is no object"},
      {R"({"properties": {"a~": 1}})", "#/properties/a~0: is no schema"},
      {R"({"items": 1})", "#/items: is no schema"},
      {R"({"items": [1]})", "#/items/0: is no schema"},
      {R"({"additionalItems": 1})", "#/additionalItems: is no schema"},
      {R"({"allOf": {}})", "#/allOf: is no list"},
      {R"({"anyOf": []})", "#/anyOf: is an empty list"},
      {R"({"not": null})", "#/not: is no schema"},
      {R"({"$ref": 1})", "#/$ref: is no string"},
      {R"({"$ref": "#/a"})", "#/$ref: \"#/a\" names nothing"},
      {R"({"$ref": "#a"})", "#/$ref: \"#a\" names an anchor that no schema has"},
      {R"({"$ref": "#/%"})", "#/$ref: \"#/%\" has a malformed"},
      {R"({"$ref": "#/type", "type": "null"})", "#/$ref: \"#/type\" names what is neither"},
  };
  for (const auto& one : cases) {
    EXPECT_THAT(ErrorOf(one.schema), StartsWith(one.error)) << one.schema;
  }
}

TEST(SchemaModel, TextThatIsNoJsonIsRefused) {
  EXPECT_THAT(ErrorOf(""), StartsWith("#: is no JSON"));
  EXPECT_THAT(ErrorOf("{} {}"), StartsWith("#: is no JSON"));
  EXPECT_THAT(ErrorOf(std::string("{}\0{}", 5)), StartsWith("#: is no JSON"));
  EXPECT_THAT(ErrorOf("{\"a\": \"\xff\"}"), StartsWith("#: is no JSON"));
  EXPECT_THAT(ErrorOf(R"({"a": {"b": 1, "c": 2, "b": 1}})"), HasSubstr("\"b\" twice"));
}

TEST(SchemaModel, WhatPassesALimitIsRefused) {
  ReadOptions options;
  options.bytes_max = 10;
  EXPECT_EQ(ErrorOf("{        }", options), "read");
  EXPECT_THAT(ErrorOf("{         }", options), HasSubstr("11 bytes; the limit is 10"));
  options = {};
  options.nesting_max = 3;
  EXPECT_EQ(ErrorOf(R"({"enum": [[]]})", options), "read");
  EXPECT_EQ(ErrorOf(R"({"enum": [["[[[[\"[[["]]})", options), "read");
  EXPECT_THAT(ErrorOf(R"({"enum": [[[]]]})", options), HasSubstr("3 levels"));
  EXPECT_THAT(ErrorOf(std::string(100'000, '[')), HasSubstr("128 levels"));
  options = {};
  options.schemas_max = 3;
  EXPECT_EQ(ErrorOf(R"({"allOf": [{}, {}]})", options), "read");
  EXPECT_THAT(ErrorOf(R"({"allOf": [{}, {}, {}]})", options), HasSubstr("3 schemas"));
  std::string members = "{\"enum\": [{\"x\": 1";
  for (int i = 0; i < 100'000; ++i) members += ",\"" + std::to_string(i) + "\": 1";
  EXPECT_THAT(ErrorOf(members + "}]}"), HasSubstr("members"));
}

TEST(SchemaModel, CountsMayBeWrittenAsFractionsAndBeHuge) {
  const SchemaModel model = ReadOrDie(R"({"minLength": 2.0, "maxLength": 1e3, "maxItems": 1e30})");
  EXPECT_EQ(RootOf(model).length_min, 2u);
  EXPECT_EQ(RootOf(model).length_max, 1000u);
  EXPECT_EQ(RootOf(model).items_max, kNoMaximum);
}

TEST(SchemaModel, UnknownKeywordsAndFormatsAreNotes) {
  const SchemaModel model =
      ReadOrDie(R"({"properties": {"a/b": {"kind": 1}}, "format": "colour", "title": "t"})");
  ASSERT_THAT(model.notes(), SizeIs(2));
  EXPECT_EQ(model.notes()[0].where, "#/format");
  EXPECT_THAT(model.notes()[0].what, HasSubstr("\"colour\""));
  EXPECT_EQ(model.notes()[1].where, "#/properties/a~1b/kind");
  EXPECT_EQ(RootOf(model).format, std::nullopt);
}

TEST(SchemaModel, NotesHaveALimit) {
  std::string text = "{\"x\": 1";
  for (int i = 0; i < 200; ++i) text += ",\"x" + std::to_string(i) + "\": 1";
  EXPECT_THAT(ReadOrDie(text + "}").notes(), SizeIs(100));
}

TEST(SchemaModel, FormatsMayBeAnnotations) {
  ReadOptions options;
  options.formats_assert = false;
  EXPECT_EQ(RootOf(ReadOrDie(R"({"format": "date"})", options)).format, std::nullopt);
}

TEST(SchemaModel, EachKeywordBeginsAndEndsWithItsDrafts) {
  const struct {
    const char* keyword;  // with a value of the wrong type: an error where it is known
    Draft first;
    Draft last;
  } cases[] = {
      {R"({"minimum": null})", Draft::k4, Draft::k2020},
      {R"({"propertyNames": null})", Draft::k6, Draft::k2020},
      {R"({"contains": null})", Draft::k6, Draft::k2020},
      {R"({"if": null})", Draft::k7, Draft::k2020},
      {R"({"then": null})", Draft::k7, Draft::k2020},
      {R"({"else": null})", Draft::k7, Draft::k2020},
      {R"({"dependencies": null})", Draft::k4, Draft::k7},
      {R"({"additionalItems": null})", Draft::k4, Draft::k2019},
      {R"({"dependentRequired": null})", Draft::k2019, Draft::k2020},
      {R"({"dependentSchemas": null})", Draft::k2019, Draft::k2020},
      {R"({"minContains": null})", Draft::k2019, Draft::k2020},
      {R"({"maxContains": null})", Draft::k2019, Draft::k2020},
      {R"({"unevaluatedItems": null})", Draft::k2019, Draft::k2020},
      {R"({"unevaluatedProperties": null})", Draft::k2019, Draft::k2020},
      {R"({"$recursiveRef": null})", Draft::k2019, Draft::k2019},
      {R"({"prefixItems": null})", Draft::k2020, Draft::k2020},
      {R"({"$dynamicRef": null})", Draft::k2020, Draft::k2020},
  };
  for (const auto& one : cases) {
    for (const Draft draft : {Draft::k4, Draft::k6, Draft::k7, Draft::k2019, Draft::k2020}) {
      const bool known = draft >= one.first && draft <= one.last;
      EXPECT_EQ(ErrorAs(draft, one.keyword) != "read", known)
          << one.keyword << " in " << static_cast<int>(draft);
    }
    EXPECT_NE(ErrorOf(one.keyword), "read") << one.keyword;  // without a draft all are known
  }
  EXPECT_FALSE(RootOf(ReadAs(Draft::k4, R"({"const": 1})")).values);
  EXPECT_TRUE(RootOf(ReadAs(Draft::k6, R"({"const": 1})")).values);
}

TEST(SchemaModel, TheDraftIsThatOfTheDocument) {
  for (const char* uri :
       {"http://json-schema.org/draft-04/schema#", "http://json-schema.org/draft-04/schema",
        "https://json-schema.org/draft-04/schema#"}) {
    ReadOptions options;
    options.draft = Draft::k2020;  // only for documents that name none
    const SchemaModel model =
        ReadOrDie(R"({"const": 1, "$schema": ")" + std::string(uri) + "\"}", options);
    EXPECT_FALSE(RootOf(model).values) << uri;
  }
  const char* newest = R"({"const": 1, "items": [{}],
                           "$schema": "https://json-schema.org/draft/2020-12/schema"})";
  EXPECT_THAT(ErrorOf(newest), StartsWith("#/items: is no schema"));
}

TEST(SchemaModel, AnUnknownMetaSchemaIsANoteAndNamesNoDraft) {
  const char* text = R"({"$schema": "http://example.com/own/1-0-0#", "dependencies": {"a": ["b"]},
                         "prefixItems": [{}]})";
  const SchemaModel model = ReadOrDie(text);
  ASSERT_THAT(model.notes(), SizeIs(1));
  EXPECT_EQ(model.notes()[0].where, "#/$schema");
  EXPECT_THAT(RootOf(model).dependent_required, SizeIs(1));
  EXPECT_THAT(RootOf(model).prefix_items, SizeIs(1));
  EXPECT_THAT(RootOf(ReadAs(Draft::k7, text)).prefix_items, IsEmpty());
}

TEST(SchemaModel, DraftsBeforeFourAreNotSupported) {
  const SchemaModel model =
      ReadOrDie(R"({"$schema": "http://json-schema.org/draft-03/schema#", "divisibleBy": 2})");
  ASSERT_THAT(RootOf(model).unsupported, SizeIs(1));
  EXPECT_EQ(RootOf(model).unsupported[0].first, "$schema");
}

TEST(SchemaModel, ExclusiveBoundsOfDraftFourAreBooleans) {
  const char* text = R"({"minimum": 1, "exclusiveMinimum": true,
                         "maximum": 2, "exclusiveMaximum": false})";
  for (const SchemaModel& model : {ReadAs(Draft::k4, text), ReadOrDie(text)}) {
    const Schema& root = RootOf(model);
    EXPECT_FALSE(root.low);
    EXPECT_EQ(root.low_exclusive->value.Spelling(), "1");
    EXPECT_TRUE(root.low_exclusive->exclusive);
    EXPECT_EQ(root.high->value.Spelling(), "2");
    EXPECT_FALSE(root.high_exclusive);
  }
  EXPECT_THAT(ErrorAs(Draft::k6, text), StartsWith("#/exclusiveMinimum: is no number"));
  EXPECT_THAT(ErrorAs(Draft::k4, R"({"exclusiveMinimum": 1})"), HasSubstr("is no boolean"));
  EXPECT_THAT(ReadOrDie(R"({"exclusiveMinimum": true})").notes(), SizeIs(1));
}

TEST(SchemaModel, ItemsMayBeAListUpToDraft2019) {
  const char* text = R"({"items": [{}, true], "additionalItems": false})";
  for (const SchemaModel& model :
       {ReadAs(Draft::k4, text), ReadAs(Draft::k2019, text), ReadOrDie(text)}) {
    EXPECT_THAT(RootOf(model).prefix_items, SizeIs(2));
    EXPECT_EQ(model.at(*RootOf(model).items).boolean, false);
  }
  const SchemaModel single = ReadOrDie(R"({"items": {}, "additionalItems": false})");
  EXPECT_EQ(single.at(*RootOf(single).items).where, "#/items");
  EXPECT_FALSE(RootOf(ReadOrDie(R"({"additionalItems": false})")).items);
}

TEST(SchemaModel, DependenciesAreSchemasOrNames) {
  const SchemaModel model = ReadOrDie(R"({"dependencies": {"a": ["b"], "c": {}, "d": false}})");
  const Schema& root = RootOf(model);
  ASSERT_THAT(root.dependent_required, SizeIs(1));
  EXPECT_THAT(root.dependent_required[0].second, ElementsAre("b"));
  ASSERT_THAT(root.dependent_schemas, SizeIs(2));
  EXPECT_EQ(model.at(root.dependent_schemas[0].second).where, "#/dependencies/c");
}

TEST(SchemaModel, BranchesWithoutAConditionMeanNothing) {
  const SchemaModel model = ReadOrDie(R"({"then": false, "else": false})");
  EXPECT_FALSE(RootOf(model).then_schema || RootOf(model).else_schema);
}

TEST(SchemaModel, ReferencesLeadByPointer) {
  const struct {
    const char* schema;
    const char* target;
  } cases[] = {
      {R"({"$ref": "#"})", "#"},
      {R"({"$ref": ""})", "#"},
      {R"({"$ref": "#/$defs/a", "$defs": {"a": {}}})", "#/$defs/a"},
      {R"({"$ref": "#/$defs/a~1b", "$defs": {"a/b": {}}})", "#/$defs/a~1b"},
      {R"({"$ref": "#/$defs/a~01b", "$defs": {"a~1b": {}}})", "#/$defs/a~01b"},
      {R"({"$ref": "#/$defs/a%20%25b", "$defs": {"a %b": {}}})", "#/$defs/a %b"},
      {R"({"$ref": "#/$defs/%22", "$defs": {"\"": {}}})", "#/$defs/\""},
      {R"({"$ref": "#/$defs//x", "$defs": {"": {"x": {}}}})", "#/$defs//x"},
      {R"({"$ref": "#/allOf/1", "allOf": [{}, {}]})", "#/allOf/1"},
      {R"({"$ref": "#/own/deep/0", "own": {"deep": [{"type": "null"}]}})", "#/own/deep/0"},
      {R"({"$ref": "#/default/a", "default": {"a": true}})", "#/default/a"},
  };
  for (const auto& one : cases) {
    EXPECT_THAT(TargetsOf(ReadOrDie(one.schema)), ElementsAre(one.target)) << one.schema;
  }
  EXPECT_THAT(ErrorOf(R"({"$ref": "#/allOf/01", "allOf": [{}, {}]})"), HasSubstr("nothing"));
  EXPECT_THAT(ErrorOf(R"({"$ref": "#/allOf/2", "allOf": [{}, {}]})"), HasSubstr("nothing"));
  EXPECT_THAT(ErrorOf(R"({"$ref": "#/$defs/a~", "$defs": {"a~": {}}})"), HasSubstr("nothing"));
}

TEST(SchemaModel, ASchemaBelowAnUnknownKeywordIsReadWithItsReferences) {
  const SchemaModel model = ReadOrDie(R"({
    "$id": "http://x/root", "$ref": "#/own/a",
    "own": {"a": {"properties": {"p": {"$ref": "root#/own/b"}}}, "b": {"type": "null"}}})");
  const Schema& a = model.at(RootOf(model).references.at(0));
  const Schema& p = model.at(a.properties.at(0).second);
  EXPECT_EQ(p.where, "#/own/a/properties/p");
  EXPECT_EQ(model.at(p.references.at(0)).types, kNullType);
}

TEST(SchemaModel, ReferencesLeadByIdentifier) {
  const struct {
    const char* schema;
    const char* target;
  } cases[] = {
      {R"({"$id": "http://x/a/root", "$ref": "item", "$defs": {"i": {"$id": "item"}}})",
       "#/$defs/i"},
      {R"({"$id": "http://x/a/root", "$ref": "/item", "$defs": {"i": {"$id": "/item"}}})",
       "#/$defs/i"},
      {R"({"$ref": "item", "$defs": {"i": {"$id": "item"}}})", "#/$defs/i"},
      {R"({"$ref": "urn:x:y", "$defs": {"i": {"$id": "urn:x:y"}}})", "#/$defs/i"},
      {R"({"$ref": "urn:x:y#/$defs/k",
           "$defs": {"i": {"$id": "urn:x:y", "$defs": {"k": {}}}}})",
       "#/$defs/i/$defs/k"},
      {R"({"$id": "http://x/root", "$ref": "root#/$defs/i", "$defs": {"i": {}}})", "#/$defs/i"},
      {R"({"$ref": "http://x/y#a", "$defs": {"i": {"$id": "http://x/y", "$anchor": "a"}}})",
       "#/$defs/i"},
      {R"({"$ref": "#a", "$defs": {"i": {"$id": "http://x/y", "$anchor": "a"},
                                   "j": {"$anchor": "a"}}})",
       "#/$defs/j"},
      {R"({"$ref": "#/$defs/i/$defs/k", "$defs": {"i": {"$id": "y", "$defs": {"k": {}}}}})",
       "#/$defs/i/$defs/k"},
  };
  for (const auto& one : cases) {
    EXPECT_THAT(TargetsOf(ReadOrDie(one.schema)), ElementsAre(one.target)) << one.schema;
    EXPECT_THAT(TargetsOf(ReadAs(Draft::k2020, one.schema)), ElementsAre(one.target)) << one.schema;
  }
}

TEST(SchemaModel, APointerBeginsAtTheNearestIdentifier) {
  const SchemaModel model = ReadOrDie(R"({
    "$defs": {"k": {"type": "string"},
              "i": {"$id": "y", "$ref": "#/$defs/k", "$defs": {"k": {"type": "null"}}}},
    "$ref": "y"})");
  const Schema& y = model.at(RootOf(model).references.at(0));
  EXPECT_EQ(model.at(y.references.at(0)).types, kNullType);
}

TEST(SchemaModel, APointerThatNamesNothingThereBeginsAtTheRootInOlderDrafts) {
  const char* text = R"({"$ref": "#/definitions/i", "definitions": {
      "i": {"$id": "y.json", "items": {"$ref": "#/definitions/k"}}, "k": {"type": "null"}}})";
  for (const SchemaModel& model : {ReadOrDie(text), ReadAs(Draft::k6, text)}) {
    const Schema& i = model.at(RootOf(model).references.at(0));
    EXPECT_EQ(model.at(model.at(*i.items).references.at(0)).types, kNullType);
  }
  EXPECT_THAT(ErrorAs(Draft::k2020, text), StartsWith("#/definitions/i/items/$ref"));
}

TEST(SchemaModel, OlderDraftsNameSchemasByIdentifier) {
  const char* text = R"({"$ref": "#a", "definitions": {"i": {"$id": "#a"}}})";
  EXPECT_THAT(TargetsOf(ReadAs(Draft::k6, text)), ElementsAre("#/definitions/i"));
  EXPECT_THAT(TargetsOf(ReadAs(Draft::k7, text)), ElementsAre("#/definitions/i"));
  EXPECT_THAT(TargetsOf(ReadOrDie(text)), ElementsAre("#/definitions/i"));
  EXPECT_THAT(ErrorAs(Draft::k2020, text), HasSubstr("no schema has"));
  const char* oldest = R"({"$ref": "#a", "definitions": {"i": {"id": "#a"}}})";
  EXPECT_THAT(TargetsOf(ReadAs(Draft::k4, oldest)), ElementsAre("#/definitions/i"));
  EXPECT_THAT(TargetsOf(ReadOrDie(oldest)), ElementsAre("#/definitions/i"));
  EXPECT_THAT(ErrorAs(Draft::k7, oldest), HasSubstr("no schema has"));
}

TEST(SchemaModel, AMemberIdThatIsNoIdentifierIsIgnoredWithoutADraft) {
  const SchemaModel good = ReadOrDie(R"({"$ref": "#/$defs/i",
    "$defs": {"k": {"type": "null"}, "i": {"id": "my item", "$ref": "#/$defs/k"}}})");
  const Schema& item = good.at(RootOf(good).references.at(0));
  EXPECT_EQ(good.at(item.references.at(0)).types, kNullType);
}

TEST(SchemaModel, WhatStandsBesideAReferenceCountsSinceDraft2019) {
  const char* text =
      R"({"$ref": "#/definitions/a", "type": "null", "definitions": {"a": {}}, "$id": "http://x/y"})";
  EXPECT_FALSE(RootOf(ReadAs(Draft::k7, text)).types);
  EXPECT_TRUE(RootOf(ReadAs(Draft::k2019, text)).types);
  EXPECT_TRUE(RootOf(ReadOrDie(text)).types);
}

TEST(SchemaModel, AnIdentifierBesideAReferenceIsIgnoredInOlderDrafts) {
  const char* text = R"({"definitions": {"a": {"$id": "http://x/", "definitions": {
      "b": {"$id": "other/", "$ref": "c"}, "d": {"$id": "c"}, "e": {"$id": "other/c"}}}},
    "allOf": [{"$ref": "#/definitions/a/definitions/b"}]})";
  const SchemaModel model = ReadAs(Draft::k7, text);
  const Schema& first = model.at(RootOf(model).all_of.at(0));
  const Schema& b = model.at(first.references.at(0));
  EXPECT_EQ(model.at(b.references.at(0)).where, "#/definitions/a/definitions/d");
}

TEST(SchemaModel, OtherDocumentsAreNotSupportedAndNamed) {
  for (const char* uri :
       {"http://json-schema.org/draft-07/schema#", "other.json", "http://x/y#/definitions/z"}) {
    const SchemaModel model = ReadOrDie(R"({"$ref": ")" + std::string(uri) + "\"}");
    EXPECT_THAT(RootOf(model).references, IsEmpty());
    ASSERT_THAT(RootOf(model).unsupported, SizeIs(1));
    EXPECT_EQ(RootOf(model).unsupported[0].first, "$ref");
    EXPECT_THAT(RootOf(model).unsupported[0].second,
                StartsWith(std::string(uri).substr(0, std::string(uri).find('#'))));
  }
}

TEST(SchemaModel, TwoSchemasOfOneNameAreNoTarget) {
  EXPECT_THAT(ErrorOf(R"({"$ref": "a", "$defs": {"x": {"$id": "a"}, "y": {"$id": "a"}}})"),
              HasSubstr("two schemas"));
  EXPECT_THAT(ErrorOf(R"({"$ref": "#a", "$defs": {"x": {"$anchor": "a"}, "y": {"$anchor": "a"}}})"),
              HasSubstr("two schemas"));
  EXPECT_EQ(ErrorOf(R"({"$defs": {"x": {"$id": "a"}, "y": {"$id": "a"}}})"), "read");
}

TEST(SchemaModel, WhatNobodyReachesDoesNoHarm) {
  EXPECT_EQ(ErrorOf(R"({"$defs": {"x": {"$ref": "#/nothing", "minLength": "a"}}})"), "read");
}

TEST(SchemaModel, ASchemaThatRefersToItselfIsReadOnce) {
  const SchemaModel model = ReadOrDie(R"({"$ref": "#", "properties": {"a": {"$ref": "#"}}})");
  EXPECT_EQ(model.size(), 2u);
}

// A list whose items are what "#T" means to whoever extends it.
constexpr const char* kGenericList = R"({
  "$id": "list", "$defs": {"any": {"$dynamicAnchor": "T"}}, "items": {"$dynamicRef": "#T"}})";

TEST(SchemaModel, ADynamicReferenceMeansTheOutermostAnchorOnItsWay) {
  const SchemaModel model = ReadAs(Draft::k2020, R"({"$id": "http://x/root", "allOf": [
      {"$ref": "strings"}, {"$ref": "numbers"}, {"$ref": "list"}],
    "$defs": {
      "s": {"$id": "strings", "$ref": "list",
            "$defs": {"t": {"$dynamicAnchor": "T", "type": "string"}}},
      "n": {"$id": "numbers", "$ref": "list",
            "$defs": {"t": {"$dynamicAnchor": "T", "type": "number"}}},
      "l": )" + std::string(kGenericList) + "}}");
  std::vector<std::optional<TypeSet>> types;
  for (const SchemaId branch : RootOf(model).all_of) {
    const Schema* list = &model.at(model.at(branch).references.at(0));
    if (!list->items) list = &model.at(list->references.at(0));
    const Schema& items = model.at(*list->items);
    types.push_back(model.at(items.references.at(0)).types);
  }
  EXPECT_THAT(types, ElementsAre(kStringType, kNumberType, std::nullopt));
}

TEST(SchemaModel, ADynamicReferenceThatMeetsNoDynamicAnchorIsPlain) {
  const SchemaModel model = ReadAs(Draft::k2020, R"({"$dynamicAnchor": "T", "$ref": "other",
    "$defs": {"o": {"$id": "other", "$dynamicRef": "#T", "$defs": {"t": {"$anchor": "T"}}}}})");
  const Schema& other = model.at(RootOf(model).references.at(0));
  EXPECT_EQ(model.at(other.references.at(0)).where, "#/$defs/o/$defs/t");
}

TEST(SchemaModel, ARecursiveReferenceMeansTheOutermostThatAllowsIt) {
  const auto read = [](const char* root_anchor, const char* tree_anchor) {
    const SchemaModel model =
        ReadAs(Draft::k2019, R"({"$id": "http://x/root", "$ref": "tree", "$recursiveAnchor": )" +
                                 std::string(root_anchor) +
                                 R"(, "$defs": {"t": {"$id": "tree", "$recursiveAnchor": )" +
                                 tree_anchor + R"(, "items": {"$recursiveRef": "#"}}}})");
    const Schema& tree = model.at(RootOf(model).references.at(0));
    return model.at(model.at(*tree.items).references.at(0)).where;
  };
  EXPECT_EQ(read("true", "true"), "#");
  EXPECT_EQ(read("false", "true"), "#/$defs/t");
  EXPECT_EQ(read("true", "false"), "#/$defs/t");
}

TEST(SchemaModel, AnEmbeddedSchemaMayBeOfAnotherDraft) {
  const SchemaModel model = ReadOrDie(R"({
    "$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": "old",
    "$defs": {"o": {"$id": "old", "$schema": "http://json-schema.org/draft-07/schema#",
                    "items": [{}], "dependencies": {"a": ["b"]}}}})");
  const Schema& old = model.at(RootOf(model).references.at(0));
  EXPECT_THAT(old.prefix_items, SizeIs(1));
  EXPECT_THAT(old.dependent_required, SizeIs(1));
}

TEST(SchemaModel, AddedSchemasGetTheNextId) {
  SchemaModel model = ReadOrDie("{}");
  Schema own;
  own.boolean = true;
  const SchemaId id = model.Add(own);
  EXPECT_EQ(Index(id), 1u);
  EXPECT_EQ(model.at(id).boolean, true);
}

}  // namespace
}  // namespace ganglion::grammar
