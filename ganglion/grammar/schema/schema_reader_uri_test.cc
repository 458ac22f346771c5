#include "ganglion/grammar/schema/schema_reader_uri.h"

#include <string>

#include <gtest/gtest.h>

namespace ganglion::grammar {
namespace {

std::string Resolve(const std::string& base, const std::string& reference) {
  const Uri uri = ResolveUri(Uri::Parse(base), Uri::Parse(reference));
  return uri.WithoutFragment() + (uri.fragment ? "#" + *uri.fragment : "");
}

// The examples of RFC 3986, sections 5.4.1 and 5.4.2.
TEST(SchemaReaderUri, ReferencesResolveAsTheStandardShows) {
  const struct {
    const char* reference;
    const char* target;
  } cases[] = {
      {"g:h", "g:h"},
      {"g", "http://a/b/c/g"},
      {"./g", "http://a/b/c/g"},
      {"g/", "http://a/b/c/g/"},
      {"/g", "http://a/g"},
      {"//g", "http://g"},
      {"?y", "http://a/b/c/d;p?y"},
      {"g?y", "http://a/b/c/g?y"},
      {"#s", "http://a/b/c/d;p?q#s"},
      {"g#s", "http://a/b/c/g#s"},
      {"g?y#s", "http://a/b/c/g?y#s"},
      {";x", "http://a/b/c/;x"},
      {"g;x?y#s", "http://a/b/c/g;x?y#s"},
      {"", "http://a/b/c/d;p?q"},
      {".", "http://a/b/c/"},
      {"./", "http://a/b/c/"},
      {"..", "http://a/b/"},
      {"../", "http://a/b/"},
      {"../g", "http://a/b/g"},
      {"../..", "http://a/"},
      {"../../", "http://a/"},
      {"../../g", "http://a/g"},
      {"../../../g", "http://a/g"},
      {"../../../../g", "http://a/g"},
      {"/./g", "http://a/g"},
      {"/../g", "http://a/g"},
      {"g.", "http://a/b/c/g."},
      {".g", "http://a/b/c/.g"},
      {"g..", "http://a/b/c/g.."},
      {"..g", "http://a/b/c/..g"},
      {"./../g", "http://a/b/g"},
      {"./g/.", "http://a/b/c/g/"},
      {"g/./h", "http://a/b/c/g/h"},
      {"g/../h", "http://a/b/c/h"},
      {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
      {"g;x=1/../y", "http://a/b/c/y"},
      {"g?y/./x", "http://a/b/c/g?y/./x"},
      {"g#s/../x", "http://a/b/c/g#s/../x"},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(Resolve("http://a/b/c/d;p?q", one.reference), one.target) << one.reference;
  }
}

TEST(SchemaReaderUri, ADocumentWithoutANameIsABase) {
  EXPECT_EQ(Resolve("", "item.json"), "item.json");
  EXPECT_EQ(Resolve("", "#/a"), "#/a");
  EXPECT_EQ(Resolve("folder/root.json", "item.json"), "folder/item.json");
  EXPECT_EQ(Resolve("http://host", "item.json"), "http://host/item.json");
}

TEST(SchemaReaderUri, NamesWithoutPathsStayWhole) {
  EXPECT_EQ(Resolve("urn:uuid:1-2", "#/a"), "urn:uuid:1-2#/a");
  EXPECT_EQ(Resolve("http://a/b", "urn:x:y/../z"), "urn:x:y/../z");
}

TEST(SchemaReaderUri, SchemeAndHostHaveNoCase) {
  EXPECT_EQ(Resolve("HTTP://Host/Path", "x"), "http://host/x");
}

TEST(SchemaReaderUri, PercentEscapesAreUndoneOrRefused) {
  EXPECT_EQ(PercentDecode("a%25b%7e%7E"), "a%b~~");
  EXPECT_EQ(PercentDecode("%"), std::nullopt);
  EXPECT_EQ(PercentDecode("%2"), std::nullopt);
  EXPECT_EQ(PercentDecode("%2g"), std::nullopt);
}

}  // namespace
}  // namespace ganglion::grammar
